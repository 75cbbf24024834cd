"""Get-Item, Get-ChildItem, New-Item and the other cmdlets that make, move and remove items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.powershell.modules.management.admission import SHARED, admission, admitted, expanded
from emulator.powershell.modules.management.support import (
    CHOICE,
    choice_of,
    fits,
    leaf,
    non_terminating,
    places,
    require_files,
    targets,
    unknown_parameter,
)
from emulator.powershell.providers.item_change import ItemChange
from emulator.powershell.providers.paths import Place
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.providers.registry import DEFAULT_VALUE
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.module import cmdlet

_HIDDEN, _SYSTEM, _READ_ONLY = 2, 4, 1


@cmdlet("Get-Item", reads=CHOICE)
def get_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    force: bool = False,
    stream: list[str] | None = None,
) -> Iterator[Any]:
    """Items, or the alternate data streams of files."""
    for place in places(call, path, literal_path, *choice_of(call)):
        if stream is not None:
            with non_terminating(call):
                yield from _streams(call, place, stream)
            continue
        found = call.engine.paths.item(place)
        if not force and _bits(found) & _HIDDEN:
            text = f"Could not find item {place.path}."
            problem = error(text, "ItemNotFound", "ObjectNotFound", place.path, kind="System.IO.IOException")
            call.error(problem.record)
            continue
        if isinstance(found, list):
            yield from found
        else:
            yield found


def _streams(call: CmdletCall, place: Place, patterns: list[str]) -> Iterator[Any]:
    for one in require_files(call, place).streams(place.path, patterns):
        yield call.engine.paths.decorated(one, place._replace(path=f"{place.path}:{one.stream}"))


@cmdlet("Get-ChildItem", reads=("UseTransaction",))
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
    attributes: Any = None,
    code_signing_cert: bool = False,
    document_encryption_cert: bool = False,
    ssl_server_authentication: bool = False,
    dns_name: Any = None,
    eku: list[str] | None = None,
    expiring_in_days: int | None = None,
) -> Iterator[Any]:
    """What is in containers; an item that is none itself."""
    engine = call.engine
    of_certificates = {
        "CodeSigningCert": code_signing_cert or None,
        "DocumentEncryptionCert": document_encryption_cert or None,
        "SSLServerAuthentication": ssl_server_authentication or None,
        "DnsName": dns_name,
        "Eku": eku,
        "ExpiringInDays": expiring_in_days,
    }
    passes: Callable[[Any], bool] | None = None
    if any(one is not None for one in of_certificates.values()):
        from emulator.powershell.modules.certificates.choices import choice

        passes = choice(
            call,
            code_signing=code_signing_cert,
            servers=ssl_server_authentication,
            documents=document_encryption_cert,
            dns_name=dns_name,
            eku=eku,
            expiring_in_days=expiring_in_days,
        )
    shows_hidden = force or hidden or (attributes is not None and attributes.names(_HIDDEN))
    wanted_bits = (_HIDDEN if hidden else 0) | (_SYSTEM if system else 0) | (_READ_ONLY if read_only else 0)

    def shown(place: Place, base: Place) -> Iterator[Any]:
        provider = place.provider
        container = provider.is_container(place.path)
        if (directory and not container) or (file and container):
            return
        if not fits(leaf(place.path), include, exclude, filter):
            return
        item = engine.paths.item(place)
        if passes is not None and not passes(item):
            return
        bits = _bits(item)
        if wanted_bits & ~bits or (bits & _HIDDEN and not shows_hidden):
            return
        if attributes is not None and not attributes.fits(bits):
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
                if child.provider.is_container(child.path) and (
                    shows_hidden or not _bits(engine.paths.item(child)) & _HIDDEN
                ):
                    with non_terminating(call):
                        yield from walk(child, base, left - 1)

    levels = int(depth) if depth is not None else (1 << 30 if recurse else 0)
    for place in places(call, path or (None if literal_path else ["."]), literal_path):
        _require_provider(call, place.provider, "Certificate", of_certificates)
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
    from emulator.powershell.dotnet.library.file_objects import FileInfo
    from emulator.powershell.dotnet.psobject import unwrap
    from emulator.powershell.runtime.members import get_property

    base = unwrap(item)
    return get_property(base, "Attributes").number if isinstance(base, FileInfo) else 0


def _relative(place: Place, base: Place) -> str:
    root = base.path.rstrip("\\")
    return place.path[len(root) :].lstrip("\\") or leaf(place.path)


def _require_provider(call: CmdletCall, provider: Provider, name: str, options: dict[str, Any]) -> None:
    """Refuse the parameters that only the drives of a provider have, anywhere else."""
    wrong = next((name for name, one in options.items() if one is not None), None)
    if wrong is not None and provider.name != name:
        raise unknown_parameter(call, wrong)


@cmdlet("New-Item", reads=SHARED)
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
        full = f"{one.rstrip(chr(92))}\\{name}" if name is not None else one
        place = paths.place(full)
        _require_provider(call, place.provider, "WSMan", options)
        admit = admission(call)
        with non_terminating(call):
            place = place if admit is None else admit(place)
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


@cmdlet("Remove-Item", reads=CHOICE)
def remove_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    recurse: bool = False,
    force: bool = False,
    stream: list[str] | None = None,
) -> None:
    """Remove items, or alternate data streams of files."""
    change = ItemChange(call, recurse=recurse, force=force)
    for place in list(places(call, path, literal_path, *choice_of(call))):
        with change.telling():
            provider = place.provider
            if stream is not None:
                _remove_streams(call, place, stream)
                continue
            if not provider.exists(place.path):
                raise not_there(place.shown)
            _require_unused(call, place, "Cannot remove the item at '{0}' because it is in use.")
            is_folder = provider.has_containers and provider.is_container(place.path)
            if not is_folder or recurse or not provider.holds_children(place.path):
                provider.remove_item(change, place)
            elif _children_may_go(call, place):
                provider.remove_item(ItemChange(call, recurse=True, force=force), place)


def _remove_streams(call: CmdletCall, place: Place, patterns: list[str]) -> None:
    provider = require_files(call, place)
    for one in list(provider.streams(place.path, patterns)):
        if call.should_process(f"Stream '{one.stream}' of file '{place.path}'.", "Remove File"):
            provider.remove_stream(place.path, one.stream)


def _children_may_go(call: CmdletCall, place: Place) -> bool:
    return call.should_continue(
        f"The item at {place.shown} has children and the Recurse parameter was not specified. If you "
        "continue, all children will be removed with the item. Are you sure you want to continue?",
        "Confirm",
    )


def _require_unused(call: CmdletCall, place: Place, text: str) -> None:
    """Nobody takes away the location in which he is, or one above it."""
    here = call.engine.paths.location
    if here.provider is not place.provider or not place.provider.has_containers:
        return
    if f"{here.path.rstrip(chr(92))}\\".lower().startswith(f"{place.path.rstrip(chr(92))}\\".lower()):
        raise _invalid_operation(text.replace("{0}", place.shown))


def _invalid_operation(text: str) -> PSError:
    kind = "System.Management.Automation.PSInvalidOperationException"
    return error(text, "InvalidOperation", "InvalidOperation", kind=kind)


def _invalid_argument(text: str, identifier: str, target: Any = None) -> PSError:
    kind = "System.Management.Automation.PSArgumentException"
    return error(text, identifier, "InvalidArgument", target, kind=kind)


@cmdlet("Set-Item", reads=CHOICE)
def set_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    value: Any = None,
    force: bool = False,
    pass_thru: bool = False,
    concatenate: bool = False,
    type: Any = None,
) -> Iterator[Any]:
    """Change the value of items."""
    for place in targets(call, path, literal_path, *choice_of(call)):
        _require_provider(call, place.provider, "WSMan", {"Concatenate": concatenate or None})
        _require_provider(call, place.provider, "Registry", {"Type": type})
        with non_terminating(call):
            if call.should_process(f"Item: {place.shown} Value: {to_text(value)}", "Set Item"):
                asked = None if force else place.provider.question(place.path)
                if asked is not None and not call.should_continue(*asked):
                    continue
                wanted = place.provider.joined(place.path, value) if concatenate else value
                if type is not None:
                    place.provider.set_property(place.path, DEFAULT_VALUE, wanted, to_text(type))
                else:
                    place.provider.write(place.path, wanted)
                if pass_thru:
                    yield call.engine.paths.item(place)


@cmdlet("Clear-Item", reads=CHOICE)
def clear_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
) -> None:
    """Take the value of items away."""
    for place in places(call, path, literal_path, *choice_of(call)):
        with non_terminating(call):
            if call.should_process(f"Item: {place.shown}", "Clear Item"):
                place.provider.write(place.path, None)


@cmdlet("Rename-Item", reads=SHARED)
def rename_item(
    call: CmdletCall,
    new_name: str,
    path: str | None = None,
    literal_path: str | None = None,
    pass_thru: bool = False,
) -> None:
    """Give an item another name."""
    typed = path if path is not None else literal_path or ""
    change = ItemChange(call, pass_thru=pass_thru)
    with change.telling():
        try:
            found = expanded(call, typed, path is None)
        except PSError as problem:
            if problem.record.error_id != "PathNotFound":
                raise
            raise _invalid_operation(f"Cannot rename because item at '{typed}' does not exist.") from None
        if len(found) > 1:
            text = (
                "Cannot rename item because the path resolved to multiple items. Only one item can be "
                "renamed at a time."
            )
            raise _invalid_argument(text, "RenameMultipleItemError")
        for place in found:
            _require_unused(call, place, "Cannot rename the item at '{0}' because it is in use.")
            place.provider.rename_item(change, place, new_name)


@cmdlet("Move-Item", reads=CHOICE)
def move_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    destination: str = ".",
    force: bool = False,
    pass_thru: bool = False,
) -> None:
    """Move items."""
    target = admitted(call, destination)
    change = ItemChange(call, force=force, pass_thru=pass_thru)
    for place in list(places(call, path, literal_path, *choice_of(call))):
        with change.telling():
            if place.provider is not target.provider:
                text = (
                    "Cannot move the item because the source and destination paths did not resolve to the "
                    "same provider."
                )
                raise _invalid_argument(text, "MoveItemSourceAndDestinationNotSameProvider", place.path)
            _require_unused(call, place, "Cannot move item because the item at '{0}' is in use.")
            place.provider.move_item(change, place, target)


@cmdlet("Copy-Item", reads=("FromSession", "ToSession", *SHARED))
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
    force: bool = False,
    pass_thru: bool = False,
) -> None:
    """Copy items."""
    if call.has("FromSession") or call.has("ToSession"):
        from emulator.powershell.modules.management.session_copies import copy_with_session

        copy_with_session(call, destination or ".")
        return
    target = admitted(call, destination or "")
    change = ItemChange(
        call, recurse=recurse, force=force, pass_thru=pass_thru, filter=filter, exclude=exclude
    )
    for place in list(places(call, path, literal_path, include, exclude, filter)):
        with change.telling():
            for one in _copied(place, target, recurse, container):
                with change.telling():
                    one.provider.copy_item(change, one, target)


def _copied(place: Place, target: Place, recurse: bool, container: bool) -> Iterator[Place]:
    """What is copied for an item: itself, or without -Container all files below it, into one folder. Raises
    the errors of what cannot be copied there."""
    provider = place.provider
    if provider is not target.provider:
        raise _invalid_argument(
            "Source and destination path did not resolve to the same provider.",
            "CopyItemSourceAndDestinationNotSameProvider",
            place.path,
        )
    if not provider.has_containers or not provider.is_container(place.path):
        yield place
        return
    if not provider.is_container(target.path):
        if provider.exists(target.path):
            text = "Container cannot be copied onto existing leaf item."
            raise _invalid_argument(text, "CopyContainerItemToLeafError", place.path)
        yield place
        return
    if container:
        yield place
    elif recurse:
        yield from _leaves(place)
    else:
        raise _invalid_argument(
            "Container cannot be copied to another container. The -Recurse or -Container parameter is not "
            "specified.",
            "CopyContainerToContainerWithoutRecurseOrContainer",
            place.path,
        )


def _leaves(place: Place) -> Iterator[Place]:
    for name in list(place.provider.children(place.path)):
        child = _child(place, name)
        if child.provider.is_container(child.path):
            yield from _leaves(child)
        else:
            yield child
