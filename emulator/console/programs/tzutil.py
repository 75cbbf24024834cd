"""tzutil.exe: the time zone of the machine (Microsoft's Windows commands reference)."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.host.security.callers import PrivilegeNotHeld

_WITHOUT_DAYLIGHT = "_dstoff"


def main(context: Context, tail: str) -> int:
    """`tzutil /g | /s "ID" | /l`."""
    words = split_arguments(tail)
    option = words[0].lower() if words else ""
    if option == "/g" and len(words) == 1:
        context.stdout.write(context.host.operating_system.time_zone)
        return 0
    if option == "/s" and len(words) == 2:
        return _set(context, words[1])
    if option == "/l" and len(words) == 1:
        return _list(context)
    context.error("Invalid argument(s). Use the /? option for help.")
    return 1


def _list(context: Context) -> int:
    # Names and rules are those of PowerShell, which are loaded with the first list.
    from emulator.console.programs.powershell.time_zones import MachineTimeZones
    from emulator.powershell.dotnet.library.time_zones import TimeZoneInfo

    zones = MachineTimeZones(context.host)
    found = [TimeZoneInfo(*zone) for name in zones.identifiers() if (zone := zones.find(name)) is not None]
    for one in sorted(found, key=lambda zone: zone.base):
        for line in (one.display_name, one.id, ""):
            context.line(line)
    return 0


def _set(context: Context, zone: str) -> int:
    if zone.lower().endswith(_WITHOUT_DAYLIGHT):
        return not_emulated(context, "tzutil /s of a zone without daylight saving time")
    try:
        context.host.operating_system.configure(context.account, time_zone=zone)
    except PrivilegeNotHeld as refused:
        context.error(f"ERROR: 0x{refused.hresult & 0xFFFF:X}.")
        return 1
    except HostError:
        context.error("The time zone ID is not valid.")
        return 1
    return 0
