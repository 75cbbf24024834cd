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
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.accounts import Account
    from emulator.host.host import Host

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


class StoreRole(Record, frozen=True):
    """A role of the authorization store: what its members may do. ``members`` are users and local groups."""

    name: str
    operations: frozenset[Operation]
    members: frozenset[str]


class Authorization(HostObject):
    """The authorization store and the security of the WMI namespaces."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self._roles: dict[str, StoreRole] = {}
        self._grants: dict[tuple[str, str], NamespaceRight] = {}

    def seed(self) -> None:
        """Only administrators may do anything, and from Server 2012 on Hyper-V Administrators."""
        members = {ADMINISTRATORS}
        if HYPER_V_ADMINISTRATORS in self.host.release.local_groups:
            members.add(HYPER_V_ADMINISTRATORS)
        self._roles = {
            ADMINISTRATOR_ROLE.casefold(): StoreRole(ADMINISTRATOR_ROLE, EVERY_OPERATION, frozenset(members))
        }
        self._grants = {
            ("root", ADMINISTRATORS.casefold()): _EVERY_RIGHT,
            ("root", AUTHENTICATED_USERS.casefold()): _LOCAL_USE,
        }
        if REMOTE_MANAGEMENT_USERS in self.host.release.local_groups:
            # "Members of this group can access WMI resources over management protocols. This applies only to
            # WMI namespaces that grant access to the user." (description of the group)
            self._grants["root", REMOTE_MANAGEMENT_USERS.casefold()] = NamespaceRight.REMOTE_ENABLE
        if HYPER_V_ADMINISTRATORS in members:
            # The role's installation lets its group in, so that remote management needs no further step.
            self._grants[_HYPER_V_ROOT, HYPER_V_ADMINISTRATORS.casefold()] = (
                _LOCAL_USE | NamespaceRight.REMOTE_ENABLE
            )

    # -- asking ---------------------------------------------------------------------------------

    @property
    def has_store(self) -> bool:
        """Whether the management service of this release asks an authorization store."""
        return self.host.release.build < _BUILD_WITHOUT_STORE

    @property
    def roles(self) -> list[StoreRole]:
        """The roles of the store; empty where the release has none."""
        return list(self._roles.values()) if self.has_store else []

    def operations(self, account: "Account") -> frozenset[Operation]:
        """What an account may do with Hyper-V."""
        if not self.has_store:
            return EVERY_OPERATION if account.may_use_hyper_v else frozenset()
        names = self._names(account)
        found = [
            role.operations
            for role in self._roles.values()
            if any(member.casefold() in names for member in role.members)
        ]
        return frozenset().union(*found)

    def require(self, account: "Account", wanted: Operation) -> None:
        """Raise AccessDenied when an account may not do something with Hyper-V."""
        if wanted not in self.operations(account):
            raise AccessDenied(
                "You do not have the required permission to complete this task. Contact the administrator of "
                f"the authorization policy for the computer '{self.host.name}'."
            )

    def namespace_rights(self, account: "Account", namespace: str) -> NamespaceRight:
        """The rights of an account in a WMI namespace; a namespace inherits those of the one around it."""
        names = self._names(account)
        rights = NamespaceRight(0)
        path = namespace.replace("\\", "/").strip("/").casefold()
        while path:
            for name in names:
                rights |= self._grants.get((path, name), NamespaceRight(0))
            path = path.rpartition("/")[0]
        return rights

    # -- changing -------------------------------------------------------------------------------

    @operation
    def define_role(self, name: str, operations: Iterable[int], members: Iterable[str]) -> StoreRole:
        """Add a role to the store. Raises NotFound (there is no store, no such member), InvalidParameter,
        AlreadyExists."""
        if not self.has_store:
            raise NotFound("This release has no authorization store.")
        if not name.strip() or len(name) > 64 or len(self._roles) >= _MAXIMUM_ROLES:
            raise InvalidParameter(f"The role name {name!r:.64} is not valid.")
        if name.casefold() in self._roles:
            raise AlreadyExists(f"The role {name} exists.")
        try:
            allowed = frozenset(map(Operation, operations))
        except ValueError as unknown:
            raise InvalidParameter(f"There is no such operation: {unknown}.") from None
        role = StoreRole(name, allowed, frozenset(self._checked(member) for member in members))
        self._roles[name.casefold()] = role
        self.touch()
        return role

    @operation
    def remove_role(self, name: str) -> None:
        """Remove a role from the store. Raises NotFound."""
        if self._roles.pop(name.casefold(), None) is None:
            raise NotFound(f"The role {name} was not found.")
        self.touch()

    @operation
    def grant_namespace(self, namespace: str, member: str, rights: NamespaceRight) -> None:
        """Give a user or group rights in a WMI namespace and those below it, in place of those that it had
        there. Raises NotFound."""
        path = namespace.replace("\\", "/").strip("/").casefold()
        name = self._checked(member).casefold()
        if rights:
            self._grants[path, name] = rights
        else:
            self._grants.pop((path, name), None)
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
        raise NotFound(f"There is no user or group {member!r:.64}.")

    def _names(self, account: "Account") -> frozenset[str]:
        """The names, in lower case, under which rights of an account can stand."""
        return frozenset(
            name.casefold()
            for name in (*account.effective_groups, account.qualified_name, AUTHENTICATED_USERS)
        )
