"""Get-TimeZone and Set-TimeZone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Account, Host
from emulator.host.security.callers import PrivilegeNotHeld
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.time_zones import TimeZoneInfo, all_zones, local_zone, zone_of_id
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet

_MISSING = "System.TimeZoneNotFoundException"


@cmdlet("Get-TimeZone")
def get_time_zone(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[str] | None = None,
    list_available: bool = False,
) -> Iterator[TimeZoneInfo]:
    """The machine's zone, zones by identifier or by patterns of their names, or all."""
    if list_available:
        yield from all_zones(call.engine)
    elif id is not None:
        for each in id:
            try:
                yield zone_of_id(call.engine, each)
            except NetError as problem:
                call.error(
                    call.record(problem.exception, error_id="TimeZoneNotFound", category="ObjectNotFound")
                )
    elif name is not None:
        for each in name:
            found = _named(call, each)
            if not found and not is_wildcard(each):
                text = f"A time zone with the name '{each}' was not found."
                call.error(call.record(_MISSING, text, "TimeZoneNotFound", "ObjectNotFound", each))
            yield from found
    else:
        yield local_zone(call.engine)


@cmdlet("Set-TimeZone")
def set_time_zone(
    call: CmdletCall,
    name: str | None = None,
    id: str | None = None,
    input_object: Any = None,
    pass_thru: bool = False,
) -> Iterator[TimeZoneInfo]:
    """Let the machine's clock run in another zone."""
    zone = _wanted(call, name, id, unwrap(input_object))
    if not call.should_process(zone.display_name, "Set-TimeZone"):
        return
    try:
        call.service(Host).operating_system.configure(call.service(Account), time_zone=zone.id)
    except PrivilegeNotHeld:
        raise call.failure(
            "System.ComponentModel.Win32Exception",
            "A required privilege is not held by the client",
            "SetTimeZoneFailed",
            "PermissionDenied",
            zone,
        ) from None
    if pass_thru:
        yield zone


def _wanted(call: CmdletCall, name: str | None, identifier: str | None, given: Any) -> TimeZoneInfo:
    if isinstance(given, TimeZoneInfo):
        return given
    if identifier is not None:
        try:
            return zone_of_id(call.engine, identifier)
        except NetError as problem:
            raise _failed(call, problem.exception.message, identifier) from None
    found = _named(call, name or "")
    if len(found) > 1:
        text = f"The time zone name '{name}' matches several time zones; give one of them."
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            text,
            "MultipleMatchingTimeZones",
            "InvalidArgument",
            name,
        )
    if not found:
        raise _failed(call, f"A time zone with the name '{name}' was not found.", name)
    return found[0]


def _failed(call: CmdletCall, text: str, target: Any) -> PSError:
    return call.failure(_MISSING, text, "TimeZoneNotFound", "ObjectNotFound", target)


def _named(call: CmdletCall, pattern: str) -> list[TimeZoneInfo]:
    return [
        each
        for each in all_zones(call.engine)
        if like(each.standard_name, pattern) or like(each.daylight_name, pattern)
    ]
