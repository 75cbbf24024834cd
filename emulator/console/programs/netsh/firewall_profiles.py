"""netsh advfirewall: show and set of the profiles' states."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.netsh import not_elevated, not_emulated
from emulator.host import AccessDenied, HostError
from emulator.host.network.firewall import ALLOW, BLOCK, PROFILE_BITS, FirewallProfile
from emulator.host.security.callers import administering

_FAILED = 1
_ON, _OFF = 1, 2
_OK = "Ok."
_PROFILES = {f"{name.lower()}profile": bit for name, bit in PROFILE_BITS.items()}
_POLICIES = {"allowinbound": ALLOW, "blockinbound": BLOCK, "allowoutbound": ALLOW, "blockoutbound": BLOCK}


#: Group and name of a switch -> setting of the profile.
_SWITCHES = {
    ("settings", "inboundusernotification"): "notify",
    ("settings", "remotemanagement"): "remote_management",
    ("settings", "unicastresponsetomulticast"): "unicast_response",
    ("logging", "allowedconnections"): "log_allowed",
    ("logging", "droppedconnections"): "log_blocked",
}
_SWITCHED = {"enable": _ON, "disable": _OFF}


def run(context: Context, words: list[str]) -> int:
    """`show|set {allprofiles|currentprofile|domainprofile|...} [state | firewallpolicy | settings | logging]
    ...`."""
    lowered = [word.lower() for word in words]
    if len(lowered) < 2 or lowered[0] not in ("show", "set"):
        return not_emulated(context, "advfirewall " + " ".join(lowered[:2]))
    profiles = _chosen(context, lowered[1])
    if not profiles:
        return not_emulated(context, "advfirewall " + " ".join(lowered[:2]))
    if lowered[0] == "show":
        return _show(context, profiles, lowered[2:])
    return _set(context, profiles, lowered[2:])


def _chosen(context: Context, word: str) -> list[FirewallProfile]:
    host = context.host
    if word == "allprofiles":
        return list(host.firewall.profiles)
    bits = host.firewall.current_profiles if word == "currentprofile" else _PROFILES.get(word, 0)
    return [one for one in host.firewall.profiles if one.bit & bits]


def _show(context: Context, profiles: list[FirewallProfile], words: list[str]) -> int:
    sections = {"state": _state, "firewallpolicy": _policy, "settings": _settings, "logging": _logging}
    if len(words) > 1 or any(word not in sections for word in words):
        return not_emulated(context, "advfirewall show " + " ".join(words[:2]))
    for profile in profiles:
        context.line()
        context.line(f"{profile.name} Profile Settings: ")
        context.line("-" * 70)
        for name, section in sections.items():
            if not words or words == [name]:
                section(context, profile)
    context.line(_OK)
    context.line()
    return 0


def _row(context: Context, name: str, value: object) -> None:
    context.line(f"{name:<38}{value}")


def _state(context: Context, profile: FirewallProfile) -> None:
    _row(context, "State", "OFF" if profile.enabled == _OFF else "ON")


def _policy(context: Context, profile: FirewallProfile) -> None:
    inbound = "AllowInbound" if profile.default_inbound == ALLOW else "BlockInbound"
    outbound = "BlockOutbound" if profile.default_outbound == BLOCK else "AllowOutbound"
    _row(context, "Firewall Policy", f"{inbound},{outbound}")


def _settings(context: Context, profile: FirewallProfile) -> None:
    """Rules of the machine itself are a matter of Group Policy, and so is no setting here."""
    _row(context, "LocalFirewallRules", "N/A (GPO-store only)")
    _row(context, "LocalConSecRules", "N/A (GPO-store only)")
    _row(context, "InboundUserNotification", _enabled(profile.notify))
    _row(context, "RemoteManagement", _enabled(profile.remote_management))
    # Not configured is on.
    _row(context, "UnicastResponseToMulticast", "Disable" if profile.unicast_response == _OFF else "Enable")
    context.line()


def _logging(context: Context, profile: FirewallProfile) -> None:
    context.line("Logging:")
    _row(context, "LogAllowedConnections", _enabled(profile.log_allowed))
    _row(context, "LogDroppedConnections", _enabled(profile.log_blocked))
    _row(context, "FileName", profile.log_file)
    _row(context, "MaxFileSize", profile.log_kilobytes)
    context.line()


def _enabled(value: int) -> str:
    return "Enable" if value == _ON else "Disable"


def _set(context: Context, profiles: list[FirewallProfile], words: list[str]) -> int:
    settings: dict[str, object] = {}
    if words[:1] == ["state"] and words[1:] in (["on"], ["off"]):
        settings["enabled"] = _ON if words[1] == "on" else _OFF
    elif words[:1] == ["firewallpolicy"] and len(words) == 2:
        inbound, _, outbound = words[1].partition(",")
        if inbound in _POLICIES and outbound in _POLICIES:
            settings = {"default_inbound": _POLICIES[inbound], "default_outbound": _POLICIES[outbound]}
    elif len(words) == 3 and (words[0], words[1]) in _SWITCHES and words[2] in _SWITCHED:
        settings[_SWITCHES[words[0], words[1]]] = _SWITCHED[words[2]]
    elif words[:2] == ["logging", "filename"] and len(words) == 3:
        settings["log_file"] = words[2]
    elif words[:2] == ["logging", "maxfilesize"] and len(words) == 3 and words[2].isdecimal():
        settings["log_kilobytes"] = int(words[2])
    if not settings:
        return not_emulated(context, "advfirewall set " + " ".join(words[:2]))
    try:
        with administering(context.host, context.account):
            for profile in profiles:
                context.host.firewall.configure_profile(profile, **settings)
    except AccessDenied:
        return not_elevated(context)
    except HostError as problem:
        context.line(problem.text)
        return _FAILED
    context.line(_OK)
    context.line()
    return 0
