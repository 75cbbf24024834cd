"""netsh advfirewall firewall: show, add, set and delete rule."""

from __future__ import annotations

from typing import Any

from emulator.console.context import Context
from emulator.console.programs.netsh import not_elevated, not_emulated, not_found
from emulator.console.programs.netsh.tags import tags_of
from emulator.host import AccessDenied, HostError
from emulator.host.network.firewall import (
    ALL_PROFILES,
    ALLOW,
    ANY,
    BLOCK,
    INBOUND,
    OUTBOUND,
    PROFILE_BITS,
    FirewallRule,
)
from emulator.host.security.callers import require_administrator

_FAILED = 1
_OK = "Ok."
_NO_MATCH = "No rules match the specified criteria."
_DIRECTIONS = {"in": INBOUND, "out": OUTBOUND}
_ACTIONS = {"allow": ALLOW, "block": BLOCK}
_PROFILES = {"any": ALL_PROFILES, **{name.lower(): bit for name, bit in PROFILE_BITS.items()}}
_LISTS = {
    "localport": "local_ports",
    "remoteport": "remote_ports",
    "localip": "local_addresses",
    "remoteip": "remote_addresses",
}
_TEXTS = {"program": "program", "service": "service", "description": "description"}
#: The numbers of MSFT_NetInterfaceTypeFilter.InterfaceType.
_INTERFACES = {"any": 0, "lan": 1, "wireless": 2, "ras": 4}
_INTERFACE_NAMES = {1: "LAN", 2: "Wireless", 4: "RAS"}
_EDGE = {"no": 0, "yes": 1, "deferapp": 2, "deferuser": 3}
_EDGE_NAMES = {0: "No", 1: "Yes", 2: "Defer to application", 3: "Defer to user"}
#: Tags that are no settings: which rules are meant, and ``security``, which has one value here.
_NO_SETTINGS = frozenset({"name", "group", "security"})
_NOT_REQUIRED = "notrequired"


class BadTag(Exception):
    """A value is not one that the command takes; the text names it."""


def run(context: Context, words: list[str]) -> int:
    """One command of the context."""
    command = [word.lower() for word in words[:2]]
    action = _COMMANDS.get(command[0]) if command[1:] == ["rule"] else None
    if action is None:
        return not_found(context, ["advfirewall", "firewall", *words])
    tags = tags_of(words[2:])
    new = words[2:]
    changes: dict[str, str] = {}
    lowered = [word.lower() for word in new]
    if command[0] == "set" and "new" in lowered:
        at = lowered.index("new")
        tags, changes = tags_of(new[:at]), tags_of(new[at + 1 :])
    if "name" not in tags and not (command[0] == "set" and "group" in tags):
        context.line("A specified value is not valid.")
        return _FAILED
    if {**tags, **changes}.get("security", _NOT_REQUIRED).lower() != _NOT_REQUIRED:
        return not_emulated(context, f"advfirewall firewall {command[0]} rule security=")
    try:
        if command[0] != "show":
            require_administrator(context.account)
        return action(context, tags, changes)
    except AccessDenied:
        return not_elevated(context)
    except BadTag as wrong:
        context.line()
        context.line(f"A specified {wrong} value is not valid.")
        return _FAILED
    except HostError as problem:
        context.line()
        context.line(problem.text)
        return _FAILED


def _found(context: Context, tags: dict[str, str]) -> list[FirewallRule]:
    rules = list(context.host.firewall)
    name = tags.get("name", "all").casefold()
    if "group" in tags:
        wanted = tags["group"].casefold()
        return [rule for rule in rules if rule.group.casefold() == wanted]
    chosen = [rule for rule in rules if name == "all" or rule.name.casefold() == name]
    if "dir" in tags:
        chosen = [rule for rule in chosen if rule.direction == _DIRECTIONS.get(tags["dir"].lower())]
    if "profile" in tags:
        bits = _profile_bits(tags["profile"])
        chosen = [rule for rule in chosen if not bits or rule.profiles == bits or not rule.profiles]
    if "protocol" in tags:
        chosen = [rule for rule in chosen if rule.protocol.casefold() == tags["protocol"].casefold()]
    if "localport" in tags:
        ports = tuple(tags["localport"].split(","))
        chosen = [rule for rule in chosen if rule.local_ports == ports]
    if "program" in tags:
        chosen = [rule for rule in chosen if rule.program.casefold() == tags["program"].casefold()]
    return chosen


def _settings(tags: dict[str, str]) -> dict[str, Any]:
    """The settings of a rule. Raises BadTag."""
    found: dict[str, Any] = {}
    for name, value in tags.items():
        if name in _NO_SETTINGS:
            continue
        if name == "dir":
            found["direction"] = _one_of(name, value, _DIRECTIONS)
        elif name == "action":
            found["action"] = _one_of(name, value, _ACTIONS)
        elif name == "enable":
            found["enabled"] = _one_of(name, value, {"yes": True, "no": False})
        elif name == "profile":
            found["profiles"] = _profile_bits(value)
        elif name == "protocol":
            found["protocol"] = _protocol(value)
        elif name in _LISTS:
            found[_LISTS[name]] = tuple(_any(one) for one in value.split(","))
        elif name in _TEXTS:
            found[_TEXTS[name]] = value
        elif name == "interfacetype":
            found["interface_type"] = _one_of(name, value, _INTERFACES)
        elif name == "edge":
            found["edge_traversal"] = _one_of(name, value, _EDGE)
        else:
            raise BadTag(name or value)
    return found


def _any(text: str) -> str:
    return ANY if text.strip().lower() == "any" else text.strip()


def _protocol(text: str) -> str:
    name = text.partition(":")[0]
    known = {"tcp": "TCP", "udp": "UDP", "any": ANY, "icmpv4": "ICMPv4", "icmpv6": "ICMPv6"}
    return known.get(name.lower(), name)


def _one_of(name: str, value: str, table: dict[str, Any]) -> Any:
    if value.lower() not in table:
        raise BadTag(name)
    return table[value.lower()]


def _profile_bits(text: str) -> int:
    bits = 0
    for word in text.lower().split(","):
        if word.strip() not in _PROFILES:
            raise BadTag("profile")
        bits |= _PROFILES[word.strip()]
    return bits


def _show(context: Context, tags: dict[str, str], _changes: dict[str, str]) -> int:
    with context.host.looking():
        rules = _found(context, tags)
    if not rules:
        context.line()
        context.line(_NO_MATCH)
        return _FAILED
    for rule in rules:
        context.line()
        context.line(f"{'Rule Name:':<38}{rule.name}")
        context.line("-" * 70)
        for label, value in _rows(rule, verbose="verbose" in tags.values() or "verbose" in tags):
            context.line(f"{label + ':':<38}{value}")
    context.line(_OK)
    context.line()
    return 0


def _rows(rule: FirewallRule, *, verbose: bool) -> list[tuple[str, str]]:
    profiles = [name for name, bit in PROFILE_BITS.items() if rule.profiles & bit] or list(PROFILE_BITS)
    rows = [
        *([("Description", rule.description)] if verbose and rule.description else []),
        ("Enabled", "Yes" if rule.enabled else "No"),
        ("Direction", "In" if rule.direction == INBOUND else "Out"),
        ("Profiles", ",".join(profiles)),
        ("Grouping", rule.group),
        ("LocalIP", ",".join(rule.local_addresses)),
        ("RemoteIP", ",".join(rule.remote_addresses)),
        ("Protocol", rule.protocol),
    ]
    if rule.protocol.casefold() in ("tcp", "udp"):
        rows += [("LocalPort", ",".join(rule.local_ports)), ("RemotePort", ",".join(rule.remote_ports))]
    rows.append(("Edge traversal", _EDGE_NAMES[rule.edge_traversal]))
    if verbose:
        rows += [("Program", rule.program)] if rule.program != ANY else []
        rows += [("Service", rule.service)] if rule.service != ANY else []
        interfaces = [name for bit, name in _INTERFACE_NAMES.items() if rule.interface_type & bit]
        rows += [("InterfaceTypes", ",".join(interfaces) or "Any"), ("Security", "NotRequired")]
    rows.append(("Action", "Allow" if rule.action == ALLOW else "Block"))
    return rows


def _add(context: Context, tags: dict[str, str], _changes: dict[str, str]) -> int:
    if not {"dir", "action"} <= tags.keys():
        raise BadTag("dir" if "dir" not in tags else "action")
    settings = _settings(tags)
    if {"local_ports", "remote_ports"} & settings.keys() and settings.get("protocol", ANY) not in (
        "TCP",
        "UDP",
    ):
        context.line()
        context.line("A port can be specified only if the protocol is TCP or UDP.")
        return _FAILED
    context.host.firewall.create(tags["name"], **settings)
    context.line(_OK)
    context.line()
    return 0


def _delete(context: Context, tags: dict[str, str], _changes: dict[str, str]) -> int:
    with context.host.looking():
        rules = _found(context, tags)
        for rule in rules:
            context.host.firewall.remove(rule.id)
    context.line()
    if not rules:
        context.line(_NO_MATCH)
        return _FAILED
    context.line(f"Deleted {len(rules)} rule(s).")
    context.line(_OK)
    context.line()
    return 0


def _set(context: Context, tags: dict[str, str], changes: dict[str, str]) -> int:
    settings = _settings(changes)
    if "name" in changes:
        settings["name"] = changes["name"]
    with context.host.looking():
        rules = _found(context, tags)
        for rule in rules:
            context.host.firewall.configure(rule.id, **settings)
    context.line()
    if not rules:
        context.line(_NO_MATCH)
        return _FAILED
    context.line(f"Updated {len(rules)} rule(s).")
    context.line(_OK)
    context.line()
    return 0


_COMMANDS = {"show": _show, "add": _add, "delete": _delete, "set": _set}
