"""Get-ItemProperty, Set-ItemProperty and the other cmdlets over the properties of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host.registry_key import ValueKind
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.management.registry_provider import (
    DEFAULT_VALUE,
    RegistryProvider,
    data_of,
)
from emulator.powershell.modules.management.support import non_terminating, places
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.members import MISSING, get_property, set_member
from emulator.powershell.runtime.module import cmdlet

_KINDS = {
    "string": ValueKind.REG_SZ,
    "expandstring": ValueKind.REG_EXPAND_SZ,
    "binary": ValueKind.REG_BINARY,
    "dword": ValueKind.REG_DWORD,
    "multistring": ValueKind.REG_MULTI_SZ,
    "qword": ValueKind.REG_QWORD,
}
_PLACE = ("PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider")


@cmdlet("Get-ItemProperty")
def get_item_property(
    call: CmdletCall,
    path: list[str] | None = None,
    name: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
) -> Iterator[Any]:
    """The properties of items: values of registry keys, attributes of files."""
    for place in places(call, path, literal_path, include, exclude, filter):
        with non_terminating(call):
            if isinstance(place.provider, RegistryProvider):
                yield _values(call, place, name)
            elif name:
                yield _chosen(call, place, name)
            else:
                yield call.engine.paths.item(place)


@cmdlet("Get-ItemPropertyValue")
def get_item_property_value(
    call: CmdletCall,
    name: list[str],
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
) -> Iterator[Any]:
    """The values themselves."""
    for place in places(call, path or (None if literal_path else ["."]), literal_path):
        with non_terminating(call):
            if isinstance(place.provider, RegistryProvider):
                found = _values(call, place, name)
            else:
                found = _chosen(call, place, name)
            for one in name:
                yield found.note(one)


def _values(call: CmdletCall, place: Place, wanted: list[str] | None) -> PSObject:
    provider = place.provider
    assert isinstance(provider, RegistryProvider)  # noqa: S101 - the caller looked
    made = PSObject()
    found = provider.values(place.path)
    for pattern in wanted or ():
        if not is_wildcard(pattern) and not any(_called(one.name) == pattern.lower() for one in found):
            raise _no_property(call, pattern, place)
    for one in found:
        shown = one.name or DEFAULT_VALUE
        if not wanted or any(like(shown, pattern) for pattern in wanted):
            made.add(NoteProperty(shown, provider.shown(one)))
    _add_place(call, made, place)
    return made


def _called(name: str) -> str:
    return (name or DEFAULT_VALUE).lower()


def _chosen(call: CmdletCall, place: Place, wanted: list[str]) -> PSObject:
    item = call.engine.paths.item(place)
    made = PSObject()
    for one in wanted:
        value = get_property(item, one, call.engine)
        if value is MISSING:
            raise _no_property(call, one, place)
        made.add(NoteProperty(one, value))
    _add_place(call, made, place)
    return made


def _add_place(call: CmdletCall, made: PSObject, place: Place) -> None:
    whole = call.engine.paths.decorated(None, place)
    for one in _PLACE:
        made.add(NoteProperty(one, whole.note(one)))


def _no_property(call: CmdletCall, name: str, place: Place) -> PSError:
    return PSError(
        call.record(
            "System.Management.Automation.PSArgumentException",
            f"Property {name} does not exist at path {place.provider.shown_path(place.path)}.",
            "System.Management.Automation.PSArgumentException",
            "InvalidArgument",
            name,
        )
    )


@cmdlet("Set-ItemProperty", ignores=("Force",))
def set_item_property(
    call: CmdletCall,
    path: list[str] | None = None,
    name: str | None = None,
    value: Any = None,
    literal_path: list[str] | None = None,
    type: Any = None,
    input_object: Any = None,
    pass_thru: bool = False,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
) -> Iterator[Any]:
    """Change properties; a value of the registry that is not there is made."""
    source = input_object
    pairs: list[tuple[str, Any]] = [(name, value)] if name is not None else []
    if isinstance(source, PSObject):
        pairs = [(one.name, one.value) for one in source.members.values() if isinstance(one, NoteProperty)]
    for place in places(call, path, literal_path, include, exclude, filter):
        with non_terminating(call):
            for one, new in pairs:
                if call.should_process(f"Item: {place.shown} Property: {one}", "Set Property"):
                    _write(call, place, one, new, _kind(type))
            if pass_thru:
                yield call.engine.paths.item(place)


@cmdlet("New-ItemProperty")
def new_item_property(
    call: CmdletCall,
    name: str,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    property_type: Any = None,
    value: Any = None,
    force: bool = False,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
) -> Iterator[Any]:
    """Make a value of a registry key."""
    for place in places(call, path, literal_path, include, exclude, filter):
        with non_terminating(call):
            provider = place.provider
            if not isinstance(provider, RegistryProvider):
                raise call.complete(not_emulated(f"New-ItemProperty of {provider.name}"))
            if not force and any(_called(one.name) == name.lower() for one in provider.values(place.path)):
                raise PSError(
                    call.record(
                        "System.IO.IOException",
                        "The property already exists.",
                        "System.IO.IOException",
                        "ResourceExists",
                        provider.shown_path(place.path),
                    )
                )
            if call.should_process(f"Item: {place.shown} Property: {name}", "New Property"):
                kind = _kind(property_type)
                if kind is None and property_type is None:
                    kind = ValueKind.REG_SZ if not isinstance(unwrap(value), int) else None
                if value is None:
                    value = 0 if kind in (ValueKind.REG_DWORD, ValueKind.REG_QWORD) else ""
                _write(call, place, name, value, kind)
                yield _values(call, place, [name])


@cmdlet("Remove-ItemProperty", ignores=("Force",))
def remove_item_property(
    call: CmdletCall,
    name: list[str],
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
) -> None:
    """Remove values of registry keys."""
    for place in places(call, path, literal_path, include, exclude, filter):
        with non_terminating(call):
            provider = place.provider
            if not isinstance(provider, RegistryProvider):
                raise call.complete(not_emulated(f"Remove-ItemProperty of {provider.name}"))
            for pattern in name:
                found = [
                    _called(one.name)
                    for one in provider.values(place.path)
                    if like(one.name or DEFAULT_VALUE, pattern)
                ]
                if not found and not is_wildcard(pattern):
                    raise _no_property(call, pattern, place)
                for one in found:
                    if call.should_process(f"Item: {place.shown} Property: {one}", "Remove Property"):
                        provider.delete_value(place.path, one)


def _kind(given: Any) -> ValueKind | None:
    return None if given is None else _KINDS.get(to_text(given).lower())


def _write(call: CmdletCall, place: Place, name: str, value: Any, kind: ValueKind | None) -> None:
    provider = place.provider
    if not isinstance(provider, RegistryProvider):
        set_member(call.engine.paths.item(place), name, value, call.engine)
        return
    if kind is None:
        present = next(
            (one for one in provider.values(place.path) if _called(one.name) == name.lower()), None
        )
        kind = present.kind if present is not None and present.kind in _KINDS.values() else None
    kind, data = data_of(value, kind)
    provider.set_value(place.path, name, kind, data)
