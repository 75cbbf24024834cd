"""Who may use Hyper-V and the WMI namespaces: the rules that every door asks with the account that calls.

Up to Server 2012 the management service asks an authorization store (Authorization Manager):
roles that hold operations and members. From 2012 R2 on it knows only the local groups Administrators and
Hyper-V Administrators. Numbers of operations: Microsoft, "Configure Hyper-V for Role-based Access Control";
rights of namespaces: WMI documentation, "Namespace Access Rights Constants".
"""

from collections.abc import Iterable
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, AlreadyExists, InvalidParameter, NotFound
from emulator.host.host_object import HostObject, operation
from emulator.host.security.access_control import AccessControl, AccessEntry, ordered
from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

ADMINISTRATORS = "Administrators"
HYPER_V_ADMINISTRATORS = "Hyper-V Administrators"
REMOTE_MANAGEMENT_USERS = "Remote Management Users"
#: The role of the store that every host has.
ADMINISTRATOR_ROLE = "Administrator"
AUTHENTICATED_USERS = "Authenticated Users"
#: The first build whose management service asks no store.
_BUILD_WITHOUT_STORE = 9600
_MAXIMUM_ROLES = 256


class Operation(IntEnum):
    """What the authorization store can allow."""

    READ_SERVICE_CONFIGURATION = 100
    RECONFIGURE_SERVICE = 105
    CREATE_VIRTUAL_SWITCH = 200
    DELETE_VIRTUAL_SWITCH = 205
    CREATE_VIRTUAL_SWITCH_PORT = 210
    DELETE_VIRTUAL_SWITCH_PORT = 215
    CONNECT_VIRTUAL_SWITCH_PORT = 220
    DISCONNECT_VIRTUAL_SWITCH_PORT = 225
    CREATE_INTERNAL_ETHERNET_PORT = 230
    DELETE_INTERNAL_ETHERNET_PORT = 235
    BIND_EXTERNAL_ETHERNET_PORT = 240
    UNBIND_EXTERNAL_ETHERNET_PORT = 245
    CHANGE_VLAN_CONFIGURATION_ON_PORT = 250
    MODIFY_SWITCH_SETTINGS = 255
    MODIFY_SWITCH_PORT_SETTINGS = 260
    VIEW_SWITCHES = 265
    VIEW_SWITCH_PORTS = 270
    VIEW_EXTERNAL_ETHERNET_PORTS = 275
    VIEW_INTERNAL_ETHERNET_PORTS = 280
    VIEW_VLAN_SETTINGS = 285
    VIEW_LAN_ENDPOINTS = 290
    VIEW_VIRTUAL_SWITCH_MANAGEMENT_SERVICE = 295
    CREATE_VIRTUAL_MACHINE = 300
    DELETE_VIRTUAL_MACHINE = 305
    CHANGE_VIRTUAL_MACHINE_AUTHORIZATION_SCOPE = 310
    START_VIRTUAL_MACHINE = 315
    STOP_VIRTUAL_MACHINE = 320
    PAUSE_AND_RESTART_VIRTUAL_MACHINE = 325
    RECONFIGURE_VIRTUAL_MACHINE = 330
    VIEW_VIRTUAL_MACHINE_CONFIGURATION = 335
    ALLOW_INPUT_TO_VIRTUAL_MACHINE = 340
    ALLOW_OUTPUT_FROM_VIRTUAL_MACHINE = 345
    MODIFY_INTERNAL_ETHERNET_PORT = 350


EVERY_OPERATION = frozenset(Operation)


class NamespaceRight(IntFlag):
    """What the security descriptor of a WMI namespace can grant."""

    ENABLE = 0x1
    METHOD_EXECUTE = 0x2
    FULL_WRITE = 0x4
    PARTIAL_WRITE = 0x8
    PROVIDER_WRITE = 0x10
    REMOTE_ENABLE = 0x20
    READ_SECURITY = 0x20000
    EDIT_SECURITY = 0x40000


#: What a client on another machine needs to read.
REMOTE_READ = NamespaceRight.ENABLE | NamespaceRight.REMOTE_ENABLE
_LOCAL_USE = NamespaceRight.ENABLE | NamespaceRight.METHOD_EXECUTE | NamespaceRight.PROVIDER_WRITE
_EVERY_RIGHT = NamespaceRight(0x6003F)
_HYPER_V_ROOT = "root/virtualization"
_ADMINISTRATORS_SID = "S-1-5-32-544"


class StoreRole(Record):
    """A role of the authorization store: what its members may do. ``members`` are users and local groups, or
    SIDs that nobody here has.

    A role of a ``scope`` counts for the virtual machines that reside there (ScopeOfResidence), one without
    for every machine and for all else.
    """

    name: str
    operations: frozenset[Operation]
    members: frozenset[str]
    scope: str = ""


class Authorization(HostObject):
    """The authorization store and the security of the WMI namespaces."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        #: By scope and name, in lower case.
        self._roles: dict[tuple[str, str], StoreRole] = {}
        self._security: dict[str, AccessControl] = {}
        #: The store of a client that was read last.
        self._read: bytes | None = None

    def seed(self) -> None:
        """Only administrators may do anything, and from Server 2012 on Hyper-V Administrators."""
        self._read = None
        members = {ADMINISTRATORS}
        if HYPER_V_ADMINISTRATORS in self.host.release.local_groups:
            members.add(HYPER_V_ADMINISTRATORS)
        self._roles = {
            ("", ADMINISTRATOR_ROLE.casefold()): StoreRole(
                ADMINISTRATOR_ROLE, EVERY_OPERATION, frozenset(members)
            )
        }
        for facts in self.host.profile.hyper_v.authorization_roles:
            role = self._role(facts.name, facts.operations, facts.members, facts.scope)
            self._roles[_key(role)] = role
        self._seed_namespaces()

    def _seed_namespaces(self) -> None:
        groups = self.host.release.local_groups
        entries = [
            AccessEntry(True, _ADMINISTRATORS_SID, _EVERY_RIGHT),
            *(
                AccessEntry(True, SYSTEM_ACCOUNTS[name], _LOCAL_USE)
                for name in ("NETWORK SERVICE", "LOCAL SERVICE", AUTHENTICATED_USERS)
            ),
        ]
        if (sid := groups.get(REMOTE_MANAGEMENT_USERS)) is not None:
            # "Members of this group can access WMI resources over management protocols. This applies only to
            # WMI namespaces that grant access to the user." (description of the group)
            entries.append(AccessEntry(True, sid, NamespaceRight.REMOTE_ENABLE))
        self._security = {"root": AccessControl(_ADMINISTRATORS_SID, _ADMINISTRATORS_SID, tuple(entries))}
        if (sid := groups.get(HYPER_V_ADMINISTRATORS)) is not None:
            # The role's installation lets its group in, so that remote management needs no further step.
            entry = AccessEntry(True, sid, _LOCAL_USE | NamespaceRight.REMOTE_ENABLE)
            self._security[_HYPER_V_ROOT] = self._security["root"].replaced(entries=(entry,))

    # -- asking ---------------------------------------------------------------------------------

    @property
    def has_store(self) -> bool:
        """Whether the management service of this release asks an authorization store."""
        return self.host.release.build < _BUILD_WITHOUT_STORE

    @property
    def roles(self) -> list[StoreRole]:
        """The roles of the store; empty where the release has none."""
        return list(self._roles.values()) if self.has_store else []

    def follow_store(self) -> None:
        """Read the store that somebody has written, if it is another one than before; a bad one is told in
        the event log and changes nothing. Call it with the host's lock held."""
        from emulator.host.security.authorization_store import (
            BadStore,
            read_store,
            tell_unreadable,
            written_store,
        )

        content = written_store(self.host.filesystem)
        if content is None or content == self._read:
            return
        self._read = content
        try:
            roles = read_store(self.host, content)
        except BadStore as problem:
            tell_unreadable(self.host, problem)
            return
        self._roles = {_key(role): role for role in roles}
        self.touch()

    def operations(self, account: "Account", scope: str = "") -> frozenset[Operation]:
        """What an account may do with Hyper-V, and with the machines of a scope."""
        if not self.has_store:
            return EVERY_OPERATION if account.may_use_hyper_v else frozenset()
        wanted = ("", scope.casefold())
        roles = (role for role in self._held(account) if role.scope.casefold() in wanted)
        return frozenset().union(*(role.operations for role in roles))

    def scoped_operations(self, account: "Account") -> dict[str, frozenset[Operation]]:
        """What an account may do in each scope (in lower case) in which it has roles, and in ``""``."""
        if not self.has_store:
            return {"": self.operations(account)}
        scopes = {"", *(role.scope.casefold() for role in self._held(account))}
        return {scope: self.operations(account, scope) for scope in sorted(scopes)}

    def _held(self, account: "Account") -> list[StoreRole]:
        """The roles of an account."""
        self.follow_store()
        names = self._names(account)
        return [
            role for role in self._roles.values() if not names.isdisjoint(map(str.casefold, role.members))
        ]

    def require(self, account: "Account", wanted: Operation, vm: "VirtualMachine | None" = None) -> None:
        """Raise AccessDenied when an account may not do something with Hyper-V, or with a machine."""
        if wanted not in self.operations(account, "" if vm is None else vm.scope_of_residence):
            raise AccessDenied(
                "You do not have the required permission to complete this task. Contact the administrator of "
                f"the authorization policy for the computer '{self.host.name}'."
            )

    def namespace_rights(self, account: "Account", namespace: str) -> NamespaceRight:
        """The rights of an account in a WMI namespace; a namespace inherits those of the one around it."""
        rights = self.namespace_security(namespace).rights(account.sids_over_the_network)
        return NamespaceRight(rights & _EVERY_RIGHT)

    def namespace_security(self, namespace: str) -> AccessControl:
        """The security descriptor of a namespace, with what it inherits."""
        path = _path(namespace)
        own = self._security.get(path)
        parent = path.rpartition("/")[0]
        if own is not None and (own.is_protected or not parent):
            return own
        above = self.namespace_security(parent) if parent else self._security["root"]
        entries = (*(() if own is None else own.entries), *above.inherited())
        return (own or above).replaced(entries=ordered(entries), is_protected=False)

    def may_use_console(self, account: "Account", vm: "VirtualMachine", wanted: Operation) -> bool:
        """Whether an account may see or use the console of a machine: through what it may do with every
        machine, or through the connect access of this one (Grant-VMConnectAccess)."""
        if wanted in self.operations(account, vm.scope_of_residence):
            return True
        names = {name.rpartition("\\")[2] for name in self._names(account)} | {"everyone"}
        return any(name.rpartition("\\")[2].casefold() in names for name in vm.connect_access)

    def require_console(self, account: "Account", vm: "VirtualMachine", wanted: Operation) -> None:
        """Raise AccessDenied where `may_use_console` says no."""
        if not self.may_use_console(account, vm, wanted):
            self.require(account, wanted, vm)

    # -- changing -------------------------------------------------------------------------------

    @operation
    def define_role(
        self, name: str, operations: Iterable[int], members: Iterable[str], scope: str = ""
    ) -> StoreRole:
        """Add a role to the store, or to a scope of it. Raises NotFound (there is no store, no such member),
        InvalidParameter, AlreadyExists."""
        if not self.has_store:
            raise NotFound("This release has no authorization store.")
        self.follow_store()
        if not name.strip() or len(name) > 64 or len(self._roles) >= _MAXIMUM_ROLES:
            raise InvalidParameter(f"The role name '{name!s:.64}' is not valid.")
        role = self._role(name, operations, members, scope)
        if _key(role) in self._roles:
            raise AlreadyExists(f"The role {name} exists.")
        self._roles[_key(role)] = role
        self._changed()
        return role

    def _role(self, name: str, operations: Iterable[int], members: Iterable[str], scope: str) -> StoreRole:
        try:
            allowed = frozenset(map(Operation, operations))
        except ValueError as unknown:
            raise InvalidParameter(f"There is no such operation: {unknown}.") from None
        return StoreRole(name, allowed, frozenset(self._checked(member) for member in members), scope)

    @operation
    def remove_role(self, name: str, scope: str = "") -> None:
        """Remove a role from the store. Raises NotFound."""
        self.follow_store()
        if self._roles.pop((scope.casefold(), name.casefold()), None) is None:
            raise NotFound(f"The role {name} was not found.")
        self._changed()

    def _changed(self) -> None:
        from emulator.host.security.authorization_store import refresh_store

        refresh_store(self.host.filesystem)
        self.touch()

    @operation
    def grant_namespace(self, namespace: str, member: str, rights: NamespaceRight) -> None:
        """Give a user or group rights in a WMI namespace and those below it, in place of those that it had
        there. Raises NotFound."""
        sid = self.sid_of(member)
        before = self._security.get(_path(namespace)) or self.namespace_security(namespace).replaced(
            entries=(), is_protected=False
        )
        kept = tuple(entry for entry in before.entries if entry.sid != sid)
        added = (AccessEntry(True, sid, rights),) if rights else ()
        self.set_namespace_security(namespace, before.replaced(entries=(*kept, *added)))

    @operation
    def set_namespace_security(self, namespace: str, security: AccessControl) -> None:
        """Put another security descriptor on a namespace; what is below inherits from it. Raises
        InvalidParameter for one without any entry on the root, which would lock everybody out."""
        path, own = _path(namespace), security.own
        if path == "root" and not own.entries:
            raise InvalidParameter("A security descriptor without entries would lock everybody out.")
        self._security[path] = own
        self.touch()

    def _checked(self, member: str) -> str:
        group = self.host.accounts.group(member)
        if group is not None:
            return group.name
        account = self.host.accounts.find(member)
        if account is not None:
            return account.qualified_name
        if member.casefold() == AUTHENTICATED_USERS.casefold():
            return AUTHENTICATED_USERS
        raise NotFound(f"There is no user or group '{member!s:.64}'.")

    def sid_of(self, member: str) -> str:
        """The SID of a user, group or identity of Windows. Raises NotFound."""
        name = self._checked(member)
        group = self.host.accounts.group(name)
        if group is not None:
            return group.sid
        account = self.host.accounts.find(name)
        return SYSTEM_ACCOUNTS[AUTHENTICATED_USERS] if account is None else account.sid

    def name_of(self, sid: str) -> tuple[str, str]:
        """Domain and name of a SID; empty texts for one that nobody has here."""
        account = self.host.accounts.by_sid(sid)
        if account is not None:
            return self.host.name, account.name
        for group in self.host.accounts.groups:
            if group.sid == sid:
                return ("BUILTIN" if sid.startswith("S-1-5-32-") else self.host.name), group.name
        name = next((name for name, known in SYSTEM_ACCOUNTS.items() if known == sid), "")
        return ("NT AUTHORITY" if sid.startswith("S-1-5-") and name else ""), name

    def _names(self, account: "Account") -> frozenset[str]:
        """The names, in lower case, under which rights of an account can stand."""
        return frozenset(
            name.casefold()
            for name in (*account.effective_groups, account.qualified_name, AUTHENTICATED_USERS)
        )


def _key(role: StoreRole) -> tuple[str, str]:
    return role.scope.casefold(), role.name.casefold()


def _path(namespace: str) -> str:
    return namespace.replace("\\", "/").strip("/").casefold()
