"""Who may open a session configuration: the descriptor that its parameters and its file come to."""

from __future__ import annotations

from typing import Any

from emulator.host import Host
from emulator.host.security.security_names import name_of_sid, sid_of_name
from emulator.host.winrm import session_configurations as configurations
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.remoting.configuration_tables import items, pairs
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text

_PS_INVALID = "System.Management.Automation.PSInvalidOperationException"
#: Keys of RequiredGroups and what they are in a condition.
_OPERATORS = {"and": " && ", "or": " || "}


def descriptor_for(call: CmdletCall, host: Host, given: dict[str, Any], table: Any) -> str:
    """The SDDL of a new configuration: what is stated, who has a role of the file, or the default."""
    mode = to_text(given["accessmode"]) if "accessmode" in given else "Remote"
    stated = given.get("securitydescriptorsddl")
    if stated:
        return for_mode(host, to_text(stated), mode)
    entries = {key.lower(): value for key, value in pairs(table)} if table else {}
    roles = entries.get("roledefinitions")
    if roles is not None:
        return _of_roles(call, host, roles, _required(call, host, entries.get("requiredgroups")))
    return configurations.default_descriptor(host, from_network=mode != "Local")


def for_mode(host: Host, sddl: str, mode: str | None) -> str:
    """A descriptor with what an access mode (Local, Remote, Disabled) does to it."""
    if mode == "Local":
        return configurations.with_network_denied(sddl or configurations.default_descriptor(host))
    if mode == "Remote":
        return configurations.with_network_allowed(sddl) if sddl else configurations.default_descriptor(host)
    return sddl


def _of_roles(call: CmdletCall, host: Host, roles: Any, condition: str) -> str:
    """Who has a role, and is in the groups of the condition, may open the configuration, nobody else."""
    entries = []
    for name, _ in pairs(roles):
        sid = _required_sid(call, host, name)
        entries.append(f"(XA;;GA;;;{sid};{condition})" if condition else f"(A;;GA;;;{sid})")
    return f"O:NSG:BAD:P{''.join(entries)}S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


def _required_sid(call: CmdletCall, host: Host, name: str) -> str:
    sid = sid_of_name(host, name)
    if sid is None:
        raise call.failure(
            "System.Security.Principal.IdentityNotMappedException",
            "Some or all identity references could not be translated.",
            "System.Security.Principal.IdentityNotMappedException",
        )
    return sid


def _required(call: CmdletCall, host: Host, groups: Any) -> str:
    """RequiredGroups as the condition of an entry in SDDL; empty without."""
    if groups is None:
        return ""
    held = {key.lower(): value for key, value in pairs(groups)}
    if type(unwrap(groups)) not in DICTIONARY_TYPES:
        text = (
            "The RequiredGroups property is not in a name/value pair hashtable format.  This must be a "
            "hashtable of the form (using PowerShell syntax): RequiredGroups = @{ Or = 'Administrators' }."
        )
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    if not held:
        return ""
    if len(held) > 1:
        text = "RequiredGroups property hashtable must contain only a single key."
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    operator = next((sign for key, sign in _OPERATORS.items() if key in held), None)
    if operator is None:
        text = (
            "Unknown key in Required Groups configuration.  Required Groups hashtable can only contain 'And' "
            "and 'Or' hash keys for logical membership groupings."
        )
        raise call.failure(_PS_INVALID, text, "InvalidOperation", "InvalidOperation")
    parts = [
        _required(call, host, one)
        if type(unwrap(one)) in DICTIONARY_TYPES
        else f"Member_of {{SID({_required_sid(call, host, to_text(one))})}}"
        for one in items(next(iter(held.values())))
    ]
    return f"({operator.join(parts)})"


def permission_text(host: Host, sddl: str) -> str:
    """``BUILTIN\\Administrators AccessAllowed, ...`` in the order of .NET: denials first, then by SID."""
    from emulator.host.security.security_descriptor import parse_security_descriptor

    if not sddl:
        return ""
    descriptor = parse_security_descriptor(sddl)
    entries = [
        (allows, sid, "" if condition is None else "Callback")
        for (allows, sid), condition in zip(descriptor.entries, descriptor.conditions, strict=True)
    ]

    def order(entry: tuple[bool, str, str]) -> tuple[bool, int, list[int]]:
        numbers = [int(part) for part in entry[1].split("-")[2:]]
        return entry[0], len(numbers), numbers

    return ", ".join(
        f"{name_of_sid(host, sid) or sid} {'AccessAllowed' if allows else 'AccessDenied'}{kind}"
        for allows, sid, kind in sorted(entries, key=order)
    )
