"""Groups of virtual machines, and groups of groups (New-VMGroup; 2016 and later)."""

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import is_guid, normalize_guid

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_GROUPS = 4096
MAXIMUM_NAME = 100
_FIRST_BUILD = 14393


class GroupType(IntEnum):
    """What a group holds (Type of DefineCollection)."""

    VIRTUAL_MACHINES = 0
    MANAGEMENT = 1


class VirtualMachineGroup(HostObject):
    """A group by its GUID. A machine or group may belong to several groups."""

    is_registered = False

    def __init__(self, host: "Host", identifier: str, name: str, kind: GroupType) -> None:
        super().__init__(host)
        self.id = identifier
        self.name = name
        self.kind = kind
        self._members: list[VirtualMachine | VirtualMachineGroup] = []

    @property
    def members(self) -> "list[VirtualMachine | VirtualMachineGroup]":
        """Members that still exist."""
        groups = self.host.virtual_machine_groups
        return [
            each
            for each in self._members
            if (each in groups if isinstance(each, VirtualMachineGroup) else not each.deleted)
        ]

    @operation
    def rename(self, name: str) -> None:
        """Raises InvalidParameter."""
        self.name = check_text("Name", name, MAXIMUM_NAME, shortest=1)
        self.touch()

    @operation
    def add(self, member: "VirtualMachine | VirtualMachineGroup") -> None:
        """Raises InvalidParameter (the wrong kind, or a group that would contain itself), AlreadyExists."""
        if isinstance(member, VirtualMachineGroup) is not (self.kind is GroupType.MANAGEMENT):
            raise InvalidParameter("A group of this type cannot have such a member.")
        if isinstance(member, VirtualMachineGroup) and (member is self or member.contains(self)):
            raise InvalidParameter("A group cannot be a member of itself.")
        if member in self.members:
            raise AlreadyExists(f"'{member.name}' is a member of the group already.")
        self._members = [*self.members, member]
        self.touch()

    @operation
    def remove(self, member: "VirtualMachine | VirtualMachineGroup") -> None:
        """Raises NotFound."""
        if member not in self.members:
            raise NotFound(f"'{member.name}' is no member of the group.")
        self._members = [each for each in self.members if each is not member]
        self.touch()

    def contains(self, other: "VirtualMachineGroup") -> bool:
        """Whether a group is a member, of it or of one of its groups."""
        seen: set[str] = set()
        waiting: list[VirtualMachineGroup] = [self]
        while waiting:
            group = waiting.pop()
            if group.id in seen:
                continue
            seen.add(group.id)
            inner = [each for each in group.members if isinstance(each, VirtualMachineGroup)]
            if other in inner:
                return True
            waiting += inner
        return False


class VirtualMachineGroups:
    """The groups by their GUIDs, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._groups: dict[str, VirtualMachineGroup] = {}

    def seed(self) -> None:
        """None at the start."""
        self._groups.clear()

    def __iter__(self) -> Iterator[VirtualMachineGroup]:
        return iter(list(self._groups.values()))

    def __contains__(self, group: object) -> bool:
        return isinstance(group, VirtualMachineGroup) and self._groups.get(group.id) is group

    def get(self, identifier: str) -> VirtualMachineGroup | None:
        """The group of a GUID in any case."""
        return self._groups.get(normalize_guid(identifier))

    @operation
    def create(self, name: str, kind: int, identifier: str | None = None) -> VirtualMachineGroup:
        """Raises RoleNotInstalled, NotSupported (before 2016), InvalidParameter, AlreadyExists,
        QuotaExceeded."""
        self.host.role.require()
        if self.host.release.build < _FIRST_BUILD:
            raise NotSupported()
        check_text("Name", name, MAXIMUM_NAME, shortest=1)
        group_type = check_choice("Type", kind, GroupType)
        if identifier and not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        guid = normalize_guid(identifier) if identifier else self.host.new_guid()
        if guid in self._groups:
            raise AlreadyExists(f"A group with the identifier {guid} exists.")
        if len(self._groups) >= MAXIMUM_GROUPS:
            raise QuotaExceeded(f"There are at most {MAXIMUM_GROUPS} groups of virtual machines.")
        group = self._groups[guid] = VirtualMachineGroup(self.host, guid, name, group_type)
        group.is_registered = True
        self.host.observe("created", group)
        return group

    @operation
    def destroy(self, group: VirtualMachineGroup) -> None:
        """Delete a group; its members stay. Raises NotFound."""
        if group not in self:
            raise NotFound(f"The group {group.id} was not found.")
        del self._groups[group.id]
        self.host.next_revision()
        self.host.observe("deleted", group)
