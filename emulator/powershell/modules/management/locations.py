"""Get-Location and the like, and the cmdlets of drives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.management.admission import admitted, expanded, transaction_of
from emulator.powershell.modules.management.support import non_terminating
from emulator.powershell.modules.utility.variables import scope_of
from emulator.powershell.providers.paths import Drive, PathInfo, Place, no_drive
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

MAXIMUM_STACK = 10_000
_TRANSACTION = ("UseTransaction",)
_DEFAULT = "default"


def _target(call: CmdletCall, path: str | None, literal_path: str | None) -> Place | None:
    text = literal_path if literal_path is not None else path
    if text is None:
        return None
    found = expanded(call, text, literal_path is not None)
    if len(found) > 1:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            f"Cannot set the location because path '{text}' resolved to multiple containers. You can only "
            "the set location to a single container at a time.",
            "Argument",
            "InvalidArgument",
        )
    return found[0] if found else admitted(call, text)


@cmdlet("Get-Location", reads=_TRANSACTION)
def get_location(
    call: CmdletCall,
    stack: bool = False,
    stack_name: list[str] | None = None,
    ps_drive: list[str] | None = None,
    ps_provider: list[str] | None = None,
) -> Iterator[Any]:
    """The current location, that of a drive or a provider, or a stack of locations."""
    transaction_of(call)
    paths = call.engine.paths
    if stack or stack_name:
        for name in stack_name or [""]:
            yield from (PathInfo(one) for one in reversed(_stack(call, name) or []))
        return
    for name in ps_provider or ():
        with non_terminating(call):
            yield PathInfo(_location_of(call, paths.provider(name)))
    for name in ps_drive or ():
        drive = paths.drives.get(name.lower())
        if drive is None:
            raise no_drive(name)
        yield PathInfo(
            paths.location if drive is paths.location.drive else Place(drive.provider, drive.root, drive)
        )
    if not ps_drive and not ps_provider:
        yield PathInfo(paths.location)


def _location_of(call: CmdletCall, provider: Provider) -> Place:
    """Where a provider's relative paths begin: its first drive, unless we are on one of its drives."""
    paths = call.engine.paths
    if paths.location.provider is provider:
        return paths.location
    drive = next((one for one in paths.drives.values() if one.provider is provider), None)
    if drive is None:
        raise no_drive(provider.name)
    return Place(provider, drive.root, drive)


@cmdlet("Set-Location", reads=_TRANSACTION)
def set_location(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    pass_thru: bool = False,
    stack_name: str | None = None,
) -> Iterator[Any]:
    """Go to a container, or choose the stack that Push-Location and Pop-Location use without a name."""
    transaction_of(call)
    if call.has("StackName"):
        _choose_stack(call, stack_name or "")
        return
    with non_terminating(call):
        place = _target(call, path, literal_path)
        if place is not None:
            call.engine.paths.go(place)
        if pass_thru:
            yield PathInfo(call.engine.paths.location)


def _stack(call: CmdletCall, name: str | None) -> list[Place] | None:
    """The stack of a name, without one the current one; None when nothing was ever pushed on it."""
    paths = call.engine.paths
    return paths.stacks.get((name or paths.default_stack or _DEFAULT).lower())


def _choose_stack(call: CmdletCall, name: str) -> None:
    if name and name.lower() != _DEFAULT and _stack(call, name) is None:
        problem = not_there(name)
        problem.record.error_id = "StackNotFound"
        call.error(problem.record)
        return
    call.engine.paths.default_stack = name


@cmdlet("Push-Location", reads=_TRANSACTION)
def push_location(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    stack_name: str = "",
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Remember where we are, and go to a container."""
    transaction_of(call)
    paths = call.engine.paths
    with non_terminating(call):
        here = paths.location
        place = _target(call, path, literal_path)
        if place is not None:
            paths.go(place)
        stack = paths.stacks.setdefault((stack_name or paths.default_stack or _DEFAULT).lower(), [])
        stack.append(here)
        del stack[:-MAXIMUM_STACK]
        if pass_thru:
            yield PathInfo(paths.location)


@cmdlet("Pop-Location", reads=_TRANSACTION)
def pop_location(call: CmdletCall, stack_name: str = "", pass_thru: bool = False) -> Iterator[Any]:
    """Go back to where we were."""
    transaction_of(call)
    paths = call.engine.paths
    stack = _stack(call, stack_name)
    if not stack:
        if stack_name:
            raise call.failure(
                "System.Management.Automation.PSArgumentException",
                f"Cannot find location stack '{stack_name}'. It does not exist or it is not a container.",
                "Argument",
                "InvalidArgument",
            )
        return
    with non_terminating(call):
        paths.go(stack.pop())
        if pass_thru:
            yield PathInfo(paths.location)


# Drives


@cmdlet("Get-PSDrive", reads=_TRANSACTION)
def get_drive(
    call: CmdletCall,
    name: list[str] | None = None,
    literal_name: list[str] | None = None,
    ps_provider: list[str] | None = None,
    scope: str | None = None,
) -> Iterator[Drive]:
    """The drives that can be seen, or those of one scope."""
    transaction_of(call)
    paths = call.engine.paths
    paths.follow_volumes()
    drives = paths.drives if scope is None else paths.drives_of(scope_of(call, scope))
    wanted = literal_name or name
    for one in wanted or ["*"]:
        found = [
            drive
            for drive in sorted(drives.values(), key=lambda drive: drive.name.lower())
            if (drive.name.lower() == one.lower() if literal_name else like(drive.name, one))
            and (not ps_provider or any(like(drive.provider.name, each) for each in ps_provider))
        ]
        if not found and wanted and not is_wildcard(one):
            call.error(no_such_drive(call, one))
        yield from found


def no_such_drive(call: CmdletCall, name: str) -> Any:
    """GetLocationNoMatchingDrive."""
    return call.record(
        "System.Management.Automation.DriveNotFoundException",
        f"Cannot find drive. A drive with the name '{name}' does not exist.",
        "GetLocationNoMatchingDrive",
        "ObjectNotFound",
        name,
    )


@cmdlet("Remove-PSDrive", reads=_TRANSACTION)
def remove_drive(
    call: CmdletCall,
    name: list[str] | None = None,
    literal_name: list[str] | None = None,
    ps_provider: list[str] | None = None,
    scope: str | None = None,
    force: bool = False,
) -> None:
    """Take drives away."""
    transaction_of(call)
    paths = call.engine.paths
    place = None if scope is None else scope_of(call, scope)
    seen = paths.drives if place is None else paths.drives_of(place)
    for one in literal_name or name or ():
        found = [
            drive
            for drive in seen.values()
            if (drive.name.lower() == one.lower() if literal_name else like(drive.name, one))
            and (not ps_provider or any(like(drive.provider.name, each) for each in ps_provider))
        ]
        if not found:
            call.error(no_drive(one).record)
        for each in found:
            target = f"Name: {each.name} Provider: {each.provider.full_name} Root: {each.root}"
            if not call.should_process(target, "Remove Drive"):
                continue
            if each is paths.location.drive and not force:
                text = f"Cannot remove drive '{each.name}' because it is in use."
                kind = "System.Management.Automation.PSInvalidOperationException"
                call.error(call.record(kind, text, "InvalidOperation", "InvalidOperation"))
                continue
            paths.remove_drive(each.name, place)


@cmdlet("Get-PSProvider")
def get_provider(call: CmdletCall, ps_provider: list[str] | None = None) -> Iterator[Any]:
    """The providers."""
    paths = call.engine.paths
    if ps_provider is None:
        yield from sorted(paths.providers.values(), key=lambda one: one.name)
        return
    for name in ps_provider:
        with non_terminating(call):
            yield unwrap(paths.provider(name))
