"""netsh advfirewall: show and set of the profiles' states."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.netsh import not_emulated
from emulator.host import HostError
from emulator.host.network.firewall import ALLOW, BLOCK, FirewallProfile

_FAILED = 1
_ON, _OFF = 1, 2
_OK = "Ok."
_PROFILES = {"domainprofile": "Domain", "privateprofile": "Private", "publicprofile": "Public"}
_POLICIES = {"allowinbound": ALLOW, "blockinbound": BLOCK, "allowoutbound": ALLOW, "blockoutbound": BLOCK}


def run(context: Context, words: list[str]) -> int:
    """`show|set {allprofiles|currentprofile|domainprofile|...} [state | firewallpolicy] ...`."""
    lowered = [word.lower() for word in words]
    if len(lowered) < 2 or lowered[0] not in ("show", "set"):
        return not_emulated(context, "advfirewall " + " ".join(lowered[:2]))
    profiles = _chosen(context, lowered[1])
    if not profiles:
        return not_emulated(context, "advfirewall " + " ".join(lowered[:2]))
    if lowered[0] == "show":
        return _show(context, profiles, lowered[2:])
    if not context.account.is_administrator:
        context.line("The requested operation requires elevation (Run as administrator).")
        return _FAILED
    return _set(context, profiles, lowered[2:])


def _chosen(context: Context, word: str) -> list[FirewallProfile]:
    host = context.host
    if word == "allprofiles":
        return list(host.firewall.profiles)
    name = _PROFILES.get(word)
    if word == "currentprofile":
        name = "Domain" if host.operating_system.domain else "Private"
    return [one for one in host.firewall.profiles if one.name == name]


def _show(context: Context, profiles: list[FirewallProfile], words: list[str]) -> int:
    for profile in profiles:
        context.line()
        context.line(f"{profile.name} Profile Settings: ")
        context.line("-" * 70)
        if words in ([], ["state"]):
            context.line(f"{'State':<38}{'OFF' if profile.enabled == _OFF else 'ON'}")
        if words in ([], ["firewallpolicy"]):
            inbound = "AllowInbound" if profile.default_inbound == ALLOW else "BlockInbound"
            outbound = "BlockOutbound" if profile.default_outbound == BLOCK else "AllowOutbound"
            context.line(f"{'Firewall Policy':<38}{inbound},{outbound}")
    context.line(_OK)
    context.line()
    return 0


def _set(context: Context, profiles: list[FirewallProfile], words: list[str]) -> int:
    settings: dict[str, int] = {}
    if words[:1] == ["state"] and words[1:] in (["on"], ["off"]):
        settings["enabled"] = _ON if words[1] == "on" else _OFF
    elif words[:1] == ["firewallpolicy"] and len(words) == 2:
        inbound, _, outbound = words[1].partition(",")
        if inbound in _POLICIES and outbound in _POLICIES:
            settings = {"default_inbound": _POLICIES[inbound], "default_outbound": _POLICIES[outbound]}
    if not settings:
        return not_emulated(context, "advfirewall set " + " ".join(words[:2]))
    try:
        with context.host.looking():
            for profile in profiles:
                context.host.firewall.configure_profile(profile, **settings)
    except HostError as problem:
        context.line(problem.text)
        return _FAILED
    context.line(_OK)
    context.line()
    return 0
