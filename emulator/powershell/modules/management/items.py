"""Get-Item, Get-ChildItem, New-Item and the other cmdlets that make, move and remove items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.modules.management.support import fits, leaf, non_terminating, places, targets
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import BINDING_EXCEPTION, ErrorRecord, PSError, error, not_emulated
from emulator.powershell.runtime.module import cmdlet

_HIDDEN, _SYSTEM, _READ_ONLY = 2, 4, 1


@cmdlet("Get-Item")
def get_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    filter: str | None = None,
    force: bool = False,
    stream: list[str] | None = None,
) -> Iterator[Any]:
    """Items, or the alternate data streams of files."""
    for place in places(call, path, literal_path, include, exclude, filter):
        if stream is not None:
            with non_terminating(call):
                yield from _streams(call, place, stream)
            continue
        if not force and _is_hidden(place):
            call.error(_hidden(call, place))
            continue
        found = call.engine.paths.item(place)
        if isinstance(found, list):
            yield from found
        else:
            yield found


def no_parameter(call: CmdletCall, name: str) -> PSError:
    """A parameter that only another kind of drive has."""
    return call.failure(
        BINDING_EXCEPTION,
        f"A parameter cannot be found that matches parameter name '{name}'.",
        "NamedParameterNotFound",
        "InvalidArgument",
    )


def _is_hidden(place: Place) -> bool:
    """Whether Get-Item needs -Force for a file or folder; the root of a volume is hidden only by its bits."""
    provider = place.provider
    if not isinstance(provider, FileSystemProvider) or len(place.path) <= len("C:\\"):
        return False
    entry = provider.folders.entry(place.path)
    return entry is not None and bool(entry.attributes & _HIDDEN)


def _hidden(call: CmdletCall, place: Place) -> ErrorRecord:
    text = f"Could not find item {place.path}."
    return call.record("System.IO.IOException", text, "ItemNotFound", "ObjectNotFound", place.path)


def _streams(call: CmdletCall, place: Place, patterns: list[str]) -> Iterator[Any]:
    provider = place.provider
    if not isinstance(provider, FileSystemProvider):
        raise no_parameter(call, "Stream")
    for one in provider.streams(place.path, patterns):
        yield call.engine.paths.decorated(one, place._replace(path=f"{place.path}:{one.stream}"))


@cmdlet("Get-ChildItem", reads=("Attributes",))
def get_child_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    recurse: bool = False,
    depth: int | None = None,
    force: bool = False,
    name: bool = False,
    directory: bool = False,
    file: bool = False,
    hidden: bool = False,
    system: bool = False,
    read_only: bool = False,
) -> Iterator[Any]:
    """What is in containers; an item that is none itself."""
    engine = call.engine
    wanted_bits = (_HIDDEN if hidden else 0) | (_SYSTEM if system else 0) | (_READ_ONLY if read_only else 0)

    def shown(place: Place, base: Place) -> Iterator[Any]:
        provider = place.provider
        container = provider.is_container(place.path)
        if directory is not file and (directory is not container) and (directory or file):
            return
        if not fits(leaf(place.path), include, exclude, filter):
            return
        item = engine.paths.item(place)
        bits = _bits(item)
        if wanted_bits & ~bits or (bits & _HIDDEN and not force and not hidden):
            return
        yield _relative(place, base) if name else item

    def walk(place: Place, base: Place, left: int) -> Iterator[Any]:
        children = list(place.provider.children(place.path))
        for one in children:
            engine.fuel -= 1
            if engine.fuel < 0:
                engine.refuel()
            yield from shown(_child(place, one), base)
        if left > 0:
            for one in children:
                child = _child(place, one)
                if child.provider.is_container(child.path):
                    with non_terminating(call):
                        yield from walk(child, base, left - 1)

    levels = int(depth) if depth is not None else (1 << 30 if recurse else 0)
    for place in places(call, path or (None if literal_path else ["."]), literal_path):
        if place.provider.is_container(place.path) and not (include and not recurse and not _globbed(path)):
            with non_terminating(call):
                yield from walk(place, place, levels)
        else:
            yield from shown(place, place)


def _globbed(path: list[str] | None) -> bool:
    return any(one.endswith("*") for one in path or ())


def _child(place: Place, name: str) -> Place:
    path = f"{place.path.rstrip(chr(92))}\\{name}" if place.path else name
    return Place(place.provider, path, place.drive)


def _bits(item: Any) -> int:
    from emulator.powershell.dotnet.library.files import FileInfo
    from emulator.powershell.dotnet.psobject import unwrap
    from emulator.powershell.runtime.members import get_property

    base = unwrap(item)
    return get_property(base, "Attributes").number if isinstance(base, FileInfo) else 0


def _relative(place: Place, base: Place) -> str:
    root = base.path.rstrip("\\")
    return place.path[len(root) :].lstrip("\\") or leaf(place.path)


def _require_configuration(call: CmdletCall, provider: Provider, options: dict[str, Any]) -> None:
    """Refuse the parameters that only a drive with WinRM's configuration has, anywhere else."""
    wrong = next((name for name, one in options.items() if one is not None), None)
    if wrong is not None and provider.name != "WSMan":
        raise no_parameter(call, wrong)


@cmdlet("New-Item")
def new_item(
    call: CmdletCall,
    path: list[str] | None = None,
    name: str | None = None,
    item_type: str | None = None,
    value: Any = None,
    force: bool = False,
    address: str | None = None,
    transport: str | None = None,
    port: int | None = None,
    host_name: str | None = None,
    url_prefix: str | None = None,
    enabled: bool | None = None,
    certificate_thumbprint: str | None = None,
    issuer: str | None = None,
    subject: str | None = None,
    uri: Any = None,
) -> Iterator[Any]:
    """Make items."""
    paths = call.engine.paths
    given = {
        "Address": address,
        "Transport": transport,
        "Port": port,
        "Hostname": host_name,
        "URLPrefix": url_prefix,
        "Enabled": enabled,
        "CertificateThumbprint": certificate_thumbprint,
        "Issuer": issuer,
        "Subject": subject,
        "URI": uri,
    }
    options = {key: one for key, one in given.items() if one is not None}
    for one in path or ["."]:
        place = paths.place(f"{one.rstrip(chr(92))}\\{name}" if name is not None else one)
        _require_configuration(call, place.provider, options)
        with non_terminating(call):
            provider = place.provider
            if options:
                asked = None if force else provider.new_question(place.path)
                if asked is None or call.should_continue(*asked):
                    made, where = provider.make_with(place.path, options)
                    yield paths.decorated(made, Place(provider, where, place.drive))
                continue
            is_folder = (item_type or "").lower().startswith("d")
            kind = provider.container_kind if is_folder else provider.leaf_kind
            if not call.should_process(f"Destination: {place.shown}", f"Create {kind}"):
                continue
            if is_folder and place.provider.name == "Function" and call.engine.was_constrained:
                # A function of this kind could get arguments that others trust.
                raise error(
                    "DriveCmdletProvider methods are not supported by this provider.",
                    "NotSupported",
                    "NotImplemented",
                    kind="System.Management.Automation.PSNotSupportedException",
                )
            place.provider.make(place.path, item_type, value, force)
            yield paths.item(place)


@cmdlet("Remove-Item")
def remove_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    recurse: bool = False,
    force: bool = False,
    stream: list[str] | None = None,
) -> None:
    """Remove items, or alternate data streams of files."""
    found = list(places(call, path, literal_path, include, exclude, filter))
    for place in found:
        with non_terminating(call):
            provider = place.provider
            if stream is not None:
                _remove_streams(call, place, stream)
                continue
            is_folder = provider.is_container(place.path) and provider.has_containers
            kind = provider.container_kind if is_folder else provider.leaf_kind
            if not provider.exists(place.path):
                raise not_there(place.shown)
            question = (
                (place.path, f"Remove {kind}")
                if provider.has_containers
                else (f"Item: {place.path}", "Remove Item")
            )
            if not call.should_process(*question):
                continue
            if is_folder and not recurse and provider.holds_children(place.path):
                _confirm_children(call, place)
                _remove(call, place, True, force)
            else:
                _remove(call, place, recurse, force)


def _remove_streams(call: CmdletCall, place: Place, patterns: list[str]) -> None:
    provider = place.provider
    if not isinstance(provider, FileSystemProvider):
        raise no_parameter(call, "Stream")
    for one in list(provider.streams(place.path, patterns)):
        if call.should_process(f"Stream '{one.stream}' of file '{place.path}'.", "Remove File"):
            provider.remove_stream(place.path, one.stream)


def _remove(call: CmdletCall, place: Place, recurse: bool, force: bool) -> None:
    provider = place.provider
    if isinstance(provider, FileSystemProvider):
        provider.remove(place.path, recurse, force, call.error)
    else:
        provider.remove(place.path, recurse, force)


def _confirm_children(call: CmdletCall, place: Place) -> None:
    from emulator.powershell.runtime.errors import PSError

    if not call.should_continue(
        f"The item at {place.shown} has children and the Recurse parameter was not specified. If you "
        "continue, all children will be removed with the item. Are you sure you want to continue?",
        "Confirm",
    ):
        raise PSError(
            call.record(
                "System.InvalidOperationException",
                "The item has children.",
                "InvalidOperation",
                "InvalidOperation",
            )
        )


@cmdlet("Set-Item")
def set_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    value: Any = None,
    force: bool = False,
    pass_thru: bool = False,
    concatenate: bool = False,
) -> Iterator[Any]:
    """Change the value of items."""
    for place in targets(call, path, literal_path):
        _require_configuration(call, place.provider, {"Concatenate": concatenate or None})
        with non_terminating(call):
            if call.should_process(f"Item: {place.shown} Value: {to_text(value)}", "Set Item"):
                asked = None if force else place.provider.question(place.path)
                if asked is not None and not call.should_continue(*asked):
                    continue
                place.provider.write(
                    place.path, place.provider.joined(place.path, value) if concatenate else value
                )
                if pass_thru:
                    yield call.engine.paths.item(place)


@cmdlet("Clear-Item")
def clear_item(
    call: CmdletCall, path: list[str] | None = None, literal_path: list[str] | None = None
) -> None:
    """Take the value of items away."""
    for place in places(call, path, literal_path):
        with non_terminating(call):
            if call.should_process(f"Item: {place.shown}", "Clear Item"):
                place.provider.write(place.path, None)


@cmdlet("Rename-Item")
def rename_item(
    call: CmdletCall,
    new_name: str,
    path: str | None = None,
    literal_path: str | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Give an item another name."""
    found = places(
        call, [path] if path is not None else None, [literal_path] if literal_path is not None else None
    )
    for place in found:
        with non_terminating(call):
            target = f"Item: {place.shown} Destination: {new_name}"
            if call.should_process(target, "Rename Item"):
                made = place.provider.rename(place.path, leaf(new_name))
                if pass_thru:
                    yield call.engine.paths.item(place._replace(path=made))


@cmdlet("Move-Item")
def move_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    destination: str = ".",
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    pass_thru: bool = False,
    force: bool = False,
) -> Iterator[Any]:
    """Move items."""
    target = call.engine.paths.place(destination)
    for place in list(places(call, path, literal_path, include, exclude, filter)):
        with non_terminating(call):
            text = f"Item: {place.shown} Destination: {target.shown}"
            if call.should_process(text, "Move File"):
                into = target.provider.is_container(target.path)
                if isinstance(place.provider, FileSystemProvider):
                    place.provider.move(place.path, target.path, force)
                else:
                    place.provider.move(place.path, target.path)
                if pass_thru:
                    yield call.engine.paths.item(_child(target, leaf(place.path)) if into else target)


@cmdlet("Copy-Item")
def copy_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    destination: str = ".",
    recurse: bool = False,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    container: bool = True,
    pass_thru: bool = False,
    force: bool = False,
) -> Iterator[Any]:
    """Copy items."""
    if not container and recurse:
        raise call.complete(not_emulated(f"{call.name} -Container:$false -Recurse"))
    target = call.engine.paths.place(destination or "")
    for place in list(places(call, path, literal_path, include, exclude, filter)):
        with non_terminating(call):
            text = f"Item: {place.shown} Destination: {target.shown}"
            if call.should_process(text, "Copy File"):
                into = target.provider.has_containers and target.provider.is_container(target.path)
                provider = place.provider
                if isinstance(provider, FileSystemProvider):
                    provider.copy(place.path, target.path, recurse, force)
                else:
                    provider.copy(place.path, target.path, recurse)
                if pass_thru:
                    yield call.engine.paths.item(_child(target, leaf(place.path)) if into else target)
