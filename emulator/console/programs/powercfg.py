"""powercfg.exe: power schemes, waits and hibernation."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import AccessDenied, HostError
from emulator.host.security.callers import require_administrator
from emulator.host.windows.power_plans import PowerScheme

_INVALID = 'Invalid Parameters -- try "/?" for help'
_ALIASES = {
    "l": "list",
    "getactivescheme": "getactivescheme",
    "s": "setactive",
    "x": "change",
    "a": "availablesleepstates",
}
_ALIASES |= {"h": "hibernate"}
_CHANGES = frozenset({"setactive", "change", "hibernate"})
_NO_HYPERVISOR = "The hypervisor does not support this standby state."


def main(context: Context, tail: str) -> int:
    """`powercfg {/list | /getactivescheme | /setactive s | /change setting minutes | /hibernate on|off | /a |
    /aliases}`."""
    words = split_arguments(tail)
    command = words[0].lower().lstrip("/-") if words and words[0][:1] in "/-" else ""
    command = _ALIASES.get(command, command)
    rest = words[1:]
    try:
        if command in _CHANGES:
            require_administrator(context.account)
        if command == "list" and not rest:
            return _list(context)
        if command == "getactivescheme" and not rest:
            context.line(f"Power Scheme {_shown(context.host.power_plans.active)}")
            return 0
        if command == "setactive" and len(rest) == 1:
            plans = context.host.power_plans
            plans.activate(plans.find(rest[0]))
            return 0
        if command == "change" and len(rest) == 2:
            name, minutes = rest[0].lower().lstrip("/-"), rest[1]
            context.host.power_plans.set_timeout(name, int(minutes) if minutes.isdecimal() else -1)
            return 0
        if command == "hibernate" and (not rest or rest[0].lower() in ("on", "off")):
            context.host.power_plans.hibernate(not rest or rest[0].lower() == "on")
            return 0
        if command == "availablesleepstates" and not rest:
            return _states(context)
    except AccessDenied:
        context.error("This command requires administrator privileges and must be executed from an elevated ")
        context.error("command prompt.")
        return 1
    except HostError as problem:
        context.error(problem.text)
        return 1
    if command in _NOT_EMULATED:
        return not_emulated(context, f"powercfg /{command}")
    context.error(_INVALID)
    return 1


_NOT_EMULATED = frozenset(
    {
        *(
            "query",
            "q",
            "aliases",
            "import",
            "export",
            "delete",
            "d",
            "duplicatescheme",
            "changename",
            "energy",
        ),
        *("setacvalueindex", "setdcvalueindex", "batteryreport", "sleepstudy", "requests", "devicequery"),
        *("requestsoverride", "lastwake", "waketimers", "systempowerreport", "srumutil", "provisioningxml"),
        *("deviceenablewake", "devicedisablewake", "restoredefaultschemes", "overlaysetactive"),
    }
)


def _shown(scheme: PowerScheme) -> str:
    return f"GUID: {scheme.guid}  ({scheme.name})"


def _list(context: Context) -> int:
    plans = context.host.power_plans
    context.line()
    context.line("Existing Power Schemes (* Active)")
    context.line("-----------------------------------")
    for each in plans.schemes:
        context.line(f"Power Scheme {_shown(each)}{' *' if each is plans.active else ''}")
    return 0


def _states(context: Context) -> int:
    plans = context.host.power_plans
    context.line("The following sleep states are not available on this system:")
    for state in ("Standby (S1)", "Standby (S2)"):
        context.line(f"    {state}")
        context.line("\tThe system firmware does not support this standby state.")
        context.line()
    for state in ("Hibernate",) * (not plans.hibernates):
        context.line(f"    {state}")
        hyper = not plans.may_hibernate
        context.line(f"\t{_NO_HYPERVISOR if hyper else 'Hibernation has not been enabled.'}")
        context.line()
    return 0
