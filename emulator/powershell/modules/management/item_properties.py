"""Get-ItemProperty, Set-ItemProperty and the other cmdlets over the properties of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.management.admission import expanded
from emulator.powershell.modules.management.support import CHOICE, choice_of, non_terminating, places
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.members import MISSING, get_property, set_member
from emulator.powershell.runtime.module import cmdlet

_ARGUMENT = "System.Management.Automation.PSArgumentException"


def _places(call: CmdletCall, path: list[str] | None, literal_path: list[str] | None) -> Iterator[Place]:
    """The items that the parameters name and choose."""
    return places(call, path, literal_path, *choice_of(call))


def _absent(name: str, place: Place) -> PSError:
    exception = ExceptionObject(_ARGUMENT, f"Property {name} does not exist at path {place.path}.")
    return PSError(ErrorRecord(exception, _ARGUMENT, "InvalidArgument", name))


def _chosen(place: Place, names: list[str] | None, call: CmdletCall) -> list[tuple[str, Any]]:
    """The wanted properties; one that is not there is reported."""
    found = place.provider.properties(place.path)
    if found is None:
        item = call.engine.paths.item(place)
        held = [(one, get_property(item, one, call.engine)) for one in names or ()]
        missing = [name for name, value in held if value is MISSING]
        found = [pair for pair in held if pair[1] is not MISSING]
    else:
        wanted = names or ["*"]
        missing = [
            one
            for one in wanted
            if not is_wildcard(one) and not any(name.lower() == one.lower() for name, _ in found)
        ]
        found = [pair for pair in found if any(like(pair[0], one) for one in wanted)]
    for one in missing:
        call.error(_absent(one, place).record)
    return found


def _shown(call: CmdletCall, place: Place, pairs: list[tuple[str, Any]]) -> PSObject:
    """Properties as an object, with where they come from."""
    made = PSObject.custom(pairs)
    for member in call.engine.paths.decorated(None, place).members.values():
        if member.name != "PSIsContainer":
            made.add(member)
    return made


@cmdlet("Get-ItemProperty", reads=CHOICE)
def get_item_property(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    name: list[str] | None = None,
) -> Iterator[Any]:
    """The properties of items: values of a registry key, or the item itself in the file system."""
    for place in _places(call, path, literal_path):
        with non_terminating(call):
            if name is None and place.provider.properties(place.path) is None:
                yield call.engine.paths.item(place)
                continue
            pairs = _chosen(place, name, call)
            if pairs:
                yield _shown(call, place, pairs)


@cmdlet("Get-ItemPropertyValue", reads=CHOICE)
def get_item_property_value(
    call: CmdletCall,
    name: list[str],
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
) -> Iterator[Any]:
    """The values alone."""
    for place in _places(call, path or (None if literal_path else ["."]), literal_path):
        with non_terminating(call):
            for _, value in _chosen(place, name, call):
                yield value


@cmdlet("Set-ItemProperty", reads=CHOICE)
def set_item_property(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    name: str | None = None,
    value: Any = None,
    input_object: Any = None,
    type: Any = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Change or add properties."""
    for place in _places(call, path, literal_path):
        with non_terminating(call):
            pairs = [(name, value)] if name is not None else _notes(input_object)
            for one, wanted in pairs:
                text = f"Item: {place.path} Property: {one}"
                if not call.should_process(text, "Set Property"):
                    continue
                if place.provider.properties(place.path) is None:
                    set_member(call.engine.paths.item(place), one, wanted, call.engine)
                else:
                    kind = to_text(type) if type is not None else None
                    place.provider.set_property(place.path, one, wanted, kind)
                if pass_thru:
                    yield _shown(call, place, _chosen(place, [one], call))


def _notes(value: Any) -> list[tuple[str, Any]]:
    members = value.members.values() if isinstance(value, PSObject) else ()
    return [
        (one.name, one.value)
        for one in members
        if isinstance(one, NoteProperty) and not one.name.startswith("PS")
    ]


@cmdlet("New-ItemProperty", reads=CHOICE)
def new_item_property(
    call: CmdletCall,
    name: str,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    property_type: str | None = None,
    value: Any = None,
    force: bool = False,
) -> Iterator[Any]:
    """Add a property."""
    for place in _places(call, path, literal_path):
        with non_terminating(call):
            if call.should_process(f"Item: {place.path} Property: {name}", "New Property"):
                place.provider.make_property(place.path, name, value, property_type, force)
                yield _shown(call, place, _chosen(place, [name], call))


@cmdlet("Remove-ItemProperty", reads=CHOICE)
def remove_item_property(
    call: CmdletCall,
    name: list[str],
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
) -> None:
    """Take properties away."""
    for place in _places(call, path, literal_path):
        with non_terminating(call):
            for one, _ in _chosen(place, name, call):
                if call.should_process(f"Item: {place.path} Property: {one}", "Remove Property"):
                    place.provider.remove_property(place.path, one)


@cmdlet("Clear-ItemProperty", reads=CHOICE)
def clear_item_property(
    call: CmdletCall,
    name: str,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Empty a property: no text, 0, or no bytes, as its kind has it."""
    for place in _places(call, path, literal_path):
        with non_terminating(call):
            for one, _ in _chosen(place, [name], call):
                if call.should_process(f"Item: {place.path} Property: {one}", "Clear Property"):
                    place.provider.set_property(place.path, one, None, None)
                    if pass_thru:
                        yield _shown(call, place, _chosen(place, [one], call))


@cmdlet("Rename-ItemProperty", reads=CHOICE)
def rename_item_property(
    call: CmdletCall,
    name: str,
    new_name: str,
    path: str | None = None,
    literal_path: str | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Give a property another name."""
    found = _places(call, [path] if path is not None else None, [literal_path] if literal_path else None)
    for place in found:
        with non_terminating(call):
            for one, value in _chosen(place, [name], call):
                text = f"Item: {place.path} SourceProperty: {one} DestinationProperty: {new_name}"
                if call.should_process(text, "Rename Property"):
                    place.provider.make_property(place.path, new_name, value, None, False)
                    place.provider.remove_property(place.path, one)
                    if pass_thru:
                        yield _shown(call, place, _chosen(place, [new_name], call))


@cmdlet("Copy-ItemProperty", reads=CHOICE)
def copy_item_property(
    call: CmdletCall,
    name: str,
    destination: str,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Put a property, with its kind, on another item too."""
    yield from _transferred(call, path, literal_path, [name], destination, pass_thru)


@cmdlet("Move-ItemProperty", reads=CHOICE)
def move_item_property(
    call: CmdletCall,
    name: list[str],
    destination: str,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Put properties on another item instead."""
    yield from _transferred(call, path, literal_path, name, destination, pass_thru, moves=True)


def _transferred(
    call: CmdletCall,
    path: list[str] | None,
    literal_path: list[str] | None,
    names: list[str],
    destination: str,
    pass_thru: bool,
    moves: bool = False,
) -> Iterator[Any]:
    targets = expanded(call, destination)
    if len(targets) != 1:
        text = "Cannot process the path because the target provided resolves to multiple items."
        raise call.failure(_ARGUMENT, text, "Argument", "InvalidArgument", destination)
    (target,) = targets
    action = "Move Property" if moves else "Copy Property"
    for place in _places(call, path, literal_path):
        for name in names:
            with non_terminating(call):
                place.provider.require_dynamic_properties()
                text = f"Item: {place.path} SourceProperty: {name} DestinationItem: {target.path} "
                if not call.should_process(f"{text}DestinationProperty: {name}", action):
                    continue
                place.provider.copy_property(place.path, name, target.path)
                if moves:
                    place.provider.remove_property(place.path, name)
                if pass_thru:
                    yield _shown(call, target, _chosen(target, [name], call))
