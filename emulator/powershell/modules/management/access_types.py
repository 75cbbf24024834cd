"""System.Security.AccessControl for files: FileSecurity, DirectorySecurity and their rules."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import Host
from emulator.host.security.access_control import INHERITED, AccessControl, AccessEntry
from emulator.host.security.file_security import FULL, NO_PROPAGATE, OBJECT_INHERIT
from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS
from emulator.host.security.security_names import name_of_sid, sid_of_name
from emulator.host.security.security_text import security_of_text, security_text
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.principals import NTAccount, SecurityIdentifier
from emulator.powershell.dotnet.types import PSType, array_of, bind_class
from emulator.powershell.format.controls import in_frame
from emulator.powershell.format.views import Column, View, listing, table
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Security.AccessControl."
_P = "System.Security.Principal."
RIGHTS = EnumType(
    f"{_A}FileSystemRights",
    {
        # In the order of .NET's declaration, on which it depends which of two names a number shows.
        "ReadData": 1,
        "ListDirectory": 1,
        "WriteData": 2,
        "CreateFiles": 2,
        "AppendData": 4,
        "CreateDirectories": 4,
        "ReadExtendedAttributes": 8,
        "WriteExtendedAttributes": 16,
        "ExecuteFile": 32,
        "Traverse": 32,
        "DeleteSubdirectoriesAndFiles": 64,
        "ReadAttributes": 128,
        "WriteAttributes": 256,
        "Delete": 65536,
        "ReadPermissions": 131072,
        "ChangePermissions": 262144,
        "TakeOwnership": 524288,
        "Synchronize": 1048576,
        "FullControl": 2032127,
        "Read": 131209,
        "ReadAndExecute": 131241,
        "Write": 278,
        "Modify": 197055,
    },
    flags=True,
)
KIND = EnumType(f"{_A}AccessControlType", {"Allow": 0, "Deny": 1})
INHERITANCE = EnumType(
    f"{_A}InheritanceFlags", {"None": 0, "ContainerInherit": 1, "ObjectInherit": 2}, flags=True
)
PROPAGATION = EnumType(
    f"{_A}PropagationFlags", {"None": 0, "NoPropagateInherit": 1, "InheritOnly": 2}, flags=True
)
SECTIONS = EnumType(
    f"{_A}AccessControlSections",
    {"None": 0, "Audit": 1, "Access": 2, "Owner": 4, "Group": 8, "All": 15},
    flags=True,
)
_CONTAINER, _INHERIT_ONLY = 0x2, 0x8
_SYNCHRONIZE = 0x100000
#: A descriptor of a script: nothing in it yet.
_EMPTY = AccessControl("", "", ())


class AccessRule(NamedTuple):
    """FileSystemAccessRule."""

    entry: AccessEntry
    identity: NTAccount | SecurityIdentifier


class ItemSecurity:
    """FileSecurity or DirectorySecurity: a copy of what an item has, which Set-Acl puts on one."""

    __slots__ = ("is_directory", "place", "security")

    def __init__(self, security: AccessControl, is_directory: bool, place: str = "") -> None:
        self.security = security
        self.is_directory = is_directory
        self.place = place


class DirectorySecurity(ItemSecurity):
    """That of a folder."""

    __slots__ = ()


def _host(engine: Engine) -> Host:
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("The files of the machine")
    return found


def _identity(engine: Engine, sid: str) -> NTAccount | SecurityIdentifier:
    host = _host(engine)
    with host.looking():
        name = name_of_sid(host, sid)
    return SecurityIdentifier(sid) if name is None else NTAccount(name)


def _sid(engine: Engine, identity: Any) -> str:
    if isinstance(identity, SecurityIdentifier):
        return identity.text
    host = _host(engine)
    with host.looking():
        sid = sid_of_name(host, to_text(identity))
    if sid is None:
        text = "Some or all identity references could not be translated."
        raise NetError(f"{_P}IdentityNotMappedException", text)
    return sid


# -- rules ------------------------------------------------------------------------------------------


def _rule(
    engine: Engine, identity: Any, rights: EnumValue, inheritance: int, propagation: int, kind: EnumValue
) -> AccessRule:
    if identity is None or to_text(identity) == "":
        raise argument_error("Value cannot be null.", "identity")
    mask = rights.number & FULL
    if not mask:
        raise argument_error("The access mask is not valid.", "fileSystemRights")
    allows = kind.number == 0
    # Who may do something may wait for it; who is denied may still (as .NET does).
    if allows:
        mask |= _SYNCHRONIZE
    elif mask != FULL:
        mask &= ~_SYNCHRONIZE
    flags = (_CONTAINER if inheritance & 1 else 0) | (OBJECT_INHERIT if inheritance & 2 else 0)
    if inheritance:
        flags |= (NO_PROPAGATE if propagation & 1 else 0) | (_INHERIT_ONLY if propagation & 2 else 0)
    named = identity if isinstance(identity, SecurityIdentifier) else NTAccount(to_text(identity))
    return AccessRule(AccessEntry(allows, _sid_or_name(engine, named), mask, flags), named)


def _sid_or_name(engine: Engine, identity: NTAccount | SecurityIdentifier) -> str:
    """The SID; of a name that nobody has the name itself, which is refused when the rule is used."""
    try:
        return _sid(engine, identity)
    except NetError:
        return identity.text


def _short_rule(engine: Engine, identity: Any, rights: EnumValue, kind: EnumValue) -> AccessRule:
    return _rule(engine, identity, rights, 0, 0, kind)


def _long_rule(
    engine: Engine,
    identity: Any,
    rights: EnumValue,
    inheritance: EnumValue,
    propagation: EnumValue,
    kind: EnumValue,
) -> AccessRule:
    return _rule(engine, identity, rights, inheritance.number, propagation.number, kind)


def _inheritance(rule: AccessRule) -> EnumValue:
    flags = rule.entry.flags
    return INHERITANCE.value((1 if flags & _CONTAINER else 0) | (2 if flags & OBJECT_INHERIT else 0))


def _propagation(rule: AccessRule) -> EnumValue:
    flags = rule.entry.flags
    return PROPAGATION.value((1 if flags & NO_PROPAGATE else 0) | (2 if flags & _INHERIT_ONLY else 0))


def _rights(rule: AccessRule) -> EnumValue:
    """As .NET's enumeration has 32 bits with a sign."""
    mask = rule.entry.mask
    return RIGHTS.value(signed32(mask))


def _rules_of(
    engine: Engine, item: ItemSecurity, own: bool, inherited: bool, target: PSType | None
) -> TypedArray:
    wants_sids = target is not None and target.name == f"{_P}SecurityIdentifier"
    found = [
        AccessRule(entry, SecurityIdentifier(entry.sid) if wants_sids else _identity(engine, entry.sid))
        for entry in item.security.entries
        if (inherited if entry.flags & INHERITED else own)
    ]
    return TypedArray(found, array_of(access_types()[1]))


def _access_text(engine: Engine, item: ItemSecurity) -> str:
    rules = _rules_of(engine, item, True, True, None)
    return "\n".join(f"{one.identity} {_kind(one)}  {_rights(one)}" for one in rules)


def _kind(rule: AccessRule) -> EnumValue:
    return KIND.value(0 if rule.entry.allows else 1)


# -- changing ---------------------------------------------------------------------------------------


def _used(engine: Engine, rule: AccessRule) -> AccessEntry:
    return rule.entry.replaced(sid=_sid(engine, rule.identity))


def _put(item: ItemSecurity, entries: list[AccessEntry]) -> None:
    item.security = item.security.replaced(entries=tuple(entries))


def _add(engine: Engine, item: ItemSecurity, rule: AccessRule) -> None:
    entry = _used(engine, rule)
    entries = list(item.security.entries)
    for number, each in enumerate(entries):
        if (each.sid, each.allows, each.flags) == (entry.sid, entry.allows, entry.flags):
            entries[number] = each.replaced(mask=each.mask | entry.mask)
            break
    else:
        entries.insert(0, entry)
    _put(item, entries)


def _set(engine: Engine, item: ItemSecurity, rule: AccessRule) -> None:
    """Instead of the own rules of the same identity and kind."""
    entry = _used(engine, rule)
    kept = [
        each
        for each in item.security.entries
        if each.flags & INHERITED or each.sid != entry.sid or each.allows is not entry.allows
    ]
    _put(item, [entry, *kept])


def _remove(engine: Engine, item: ItemSecurity, rule: AccessRule) -> bool:
    """Take rights from the own rules of the same identity and kind."""
    entry = _used(engine, rule)
    entries = []
    for each in item.security.entries:
        same = not each.flags & INHERITED and (each.sid, each.allows) == (entry.sid, entry.allows)
        mask = each.mask & ~entry.mask if same else each.mask
        if same and mask and entry.mask & ~_SYNCHRONIZE & each.mask == 0:
            mask = each.mask
        if mask and mask != _SYNCHRONIZE:
            entries.append(each.replaced(mask=mask))
    _put(item, entries)
    return True


def _remove_specific(engine: Engine, item: ItemSecurity, rule: AccessRule) -> None:
    entry = _used(engine, rule)
    _put(item, [each for each in item.security.entries if each != entry])


def _purge(engine: Engine, item: ItemSecurity, identity: Any) -> None:
    sid = _sid(engine, identity)
    _put(item, [each for each in item.security.entries if each.flags & INHERITED or each.sid != sid])


def _protect(item: ItemSecurity, protects: bool, keeps: bool) -> None:
    if protects:
        entries = [
            each.replaced(flags=each.flags & ~INHERITED)
            for each in item.security.entries
            if keeps or not each.flags & INHERITED
        ]
        item.security = item.security.replaced(entries=tuple(entries), is_protected=True)
    else:
        item.security = item.security.replaced(is_protected=False)


def _set_text(item: ItemSecurity, text: str) -> None:
    try:
        item.security = security_of_text(text, item.security)
    except ValueError as problem:
        raise argument_error(str(problem), "sddlForm") from None


def _who(engine: Engine, sid: str, target: PSType) -> Any:
    if not sid:
        return None
    return SecurityIdentifier(sid) if target.name == f"{_P}SecurityIdentifier" else _identity(engine, sid)


def _shown(engine: Engine, sid: str, letter: str) -> str | None:
    if not sid:
        return None
    found = _identity(engine, sid)
    return f"{letter}:{found}" if isinstance(found, SecurityIdentifier) else str(found)


def _new(is_directory: bool) -> Any:
    return lambda _kind: (DirectorySecurity if is_directory else ItemSecurity)(_EMPTY, is_directory)


def _text(item: ItemSecurity) -> str:
    if not item.security.owner:
        administrators = "S-1-5-32-544"
        return security_text(item.security.replaced(owner=administrators, group=SYSTEM_ACCOUNTS["SYSTEM"]))
    return security_text(item.security)


def _security_type(name: str, is_directory: bool) -> PSType:
    return PSType(
        f"{_A}{name}",
        instance={
            "Path: string": lambda item: item.place,
            "@Owner: string": lambda engine, item: _shown(engine, item.security.owner, "O"),
            "@Group: string": lambda engine, item: _shown(engine, item.security.group, "G"),
            f"@Access: {_A}AuthorizationRuleCollection": lambda engine, item: _rules_of(
                engine, item, True, True, None
            ),
            "Sddl: string": _text,
            "@AccessToString: string": _access_text,
            "AuditToString: string": lambda _: "",
            "AccessRightType: type": lambda _: RIGHTS,
            "AreAccessRulesProtected: bool": lambda item: item.security.is_protected,
            "AreAccessRulesCanonical: bool": lambda _: True,
            "AreAuditRulesProtected: bool": lambda _: False,
            "AreAuditRulesCanonical: bool": lambda _: True,
            f"@AddAccessRule({_A}FileSystemAccessRule rule)": _add,
            f"@SetAccessRule({_A}FileSystemAccessRule rule)": _set,
            f"@ResetAccessRule({_A}FileSystemAccessRule rule)": _set,
            f"@RemoveAccessRule({_A}FileSystemAccessRule rule)": _remove,
            f"@RemoveAccessRuleAll({_A}FileSystemAccessRule rule)": lambda engine, item, rule: _put(
                item,
                [
                    each
                    for each in item.security.entries
                    if each.flags & INHERITED
                    or (each.sid, each.allows) != (_used(engine, rule).sid, rule.entry.allows)
                ],
            ),
            f"@RemoveAccessRuleSpecific({_A}FileSystemAccessRule rule)": _remove_specific,
            f"@PurgeAccessRules({_P}IdentityReference identity)": _purge,
            "SetAccessRuleProtection(bool isProtected, bool preserveInheritance)": _protect,
            "@GetAccessRules(bool includeExplicit, bool includeInherited, type targetType)": _rules_of,
            "@GetOwner(type targetType)": lambda engine, item, target: _who(
                engine, item.security.owner, target
            ),
            "@GetGroup(type targetType)": lambda engine, item, target: _who(
                engine, item.security.group, target
            ),
            f"@SetOwner({_P}IdentityReference identity)": lambda engine, item, identity: setattr(
                item, "security", item.security.replaced(owner=_sid(engine, identity))
            ),
            f"@SetGroup({_P}IdentityReference identity)": lambda engine, item, identity: setattr(
                item, "security", item.security.replaced(group=_sid(engine, identity))
            ),
            f"GetSecurityDescriptorSddlForm({_A}AccessControlSections includeSections)": lambda item, _: (
                _text(item)
            ),
            "SetSecurityDescriptorSddlForm(string sddlForm)": _set_text,
        },
        construct={"new()": _new(is_directory)},
    )


@cache
def access_types() -> tuple[PSType, ...]:
    """Every type; made and bound once for the process. The second one is that of the rules."""
    load_on_demand(_P.lower())
    rule = PSType(
        f"{_A}FileSystemAccessRule",
        instance={
            f"FileSystemRights: {RIGHTS.name}": _rights,
            f"AccessControlType: {KIND.name}": _kind,
            f"IdentityReference: {_P}IdentityReference": lambda rule: rule.identity,
            "IsInherited: bool": lambda rule: bool(rule.entry.flags & INHERITED),
            f"InheritanceFlags: {INHERITANCE.name}": _inheritance,
            f"PropagationFlags: {PROPAGATION.name}": _propagation,
        },
        construct={
            f"@new(string identity, {RIGHTS.name} fileSystemRights, {KIND.name} type)": (
                lambda engine, _kind, *values: _short_rule(engine, *values)
            ),
            f"@new({_P}IdentityReference identity, {RIGHTS.name} fileSystemRights, {KIND.name} type)": (
                lambda engine, _kind, *values: _short_rule(engine, *values)
            ),
            (
                f"@new(string identity, {RIGHTS.name} fileSystemRights, {INHERITANCE.name} inheritanceFlags,"
                f" {PROPAGATION.name} propagationFlags, {KIND.name} type)"
            ): lambda engine, _kind, *values: _long_rule(engine, *values),
            (
                f"@new({_P}IdentityReference identity, {RIGHTS.name} fileSystemRights, {INHERITANCE.name}"
                f" inheritanceFlags, {PROPAGATION.name} propagationFlags, {KIND.name} type)"
            ): lambda engine, _kind, *values: _long_rule(engine, *values),
        },
    )
    file, folder = _security_type("FileSecurity", False), _security_type("DirectorySecurity", True)
    bind_class(file, ItemSecurity)
    bind_class(folder, DirectorySecurity)
    bind_class(rule, AccessRule)
    return (file, rule, folder, RIGHTS, KIND, INHERITANCE, PROPAGATION, SECTIONS)


def _leaf(item: Any) -> str:
    return str(item.place).rstrip("\\").rpartition("\\")[2]


def _folder(item: Any) -> str:
    folder = str(item.place).rpartition("::")[2].rpartition("\\")[0]
    return f"{folder}\\" if folder.endswith(":") else folder


ACCESS_VIEWS: tuple[View, ...] = (
    table(
        f"{_A}FileSecurity",
        f"{_A}DirectorySecurity",
        columns=(Column("Path", _leaf), Column("Owner", "Owner"), Column("Access", "AccessToString")),
        group_by=Column("Directory", _folder, heading=in_frame("Directory", _folder)),
    ),
    listing(
        f"{_A}FileSecurity",
        f"{_A}DirectorySecurity",
        entries=(
            "Path",
            "Owner",
            "Group",
            Column("Access", "AccessToString"),
            Column("Audit", "AuditToString"),
            "Sddl",
        ),
    ),
)
