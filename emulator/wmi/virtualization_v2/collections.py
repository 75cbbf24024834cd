"""Collections of virtual machines and of collections: VM groups (2016 and later)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, NotFound
from emulator.host.resources.virtual_machine_groups import GroupType, VirtualMachineGroup
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.arguments import group_argument
from emulator.wmi.virtualization_v2.base import ServiceView

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.association import Reach
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult


class _CollectionView(View[VirtualMachineGroup]):
    kind: GroupType
    index = ("CollectionID",)
    follows_revision = True

    def objects(self) -> Iterable[VirtualMachineGroup]:
        return [each for each in self.host.virtual_machine_groups if each.kind is self.kind]

    def by_key(self, keys: Keys) -> VirtualMachineGroup | None:
        group = self.host.virtual_machine_groups.get(keys.text("CollectionID"))
        return group if group is not None and group.kind is self.kind else None

    def object_id(self, item: VirtualMachineGroup) -> Hashable:
        return item.id

    def CollectionID(self, group: VirtualMachineGroup) -> str:
        return group.id

    def InstanceID(self, group: VirtualMachineGroup) -> str:
        return group.id

    def ElementName(self, group: VirtualMachineGroup) -> str:
        return group.name


class VirtualSystemCollection(_CollectionView):
    """A group of virtual machines."""

    class_name = "Msvm_VirtualSystemCollection"
    kind = GroupType.VIRTUAL_MACHINES
    constants = {"Caption": "Virtual System Collection", "ReplicationMode": 0, "ReplicationState": 0}


class ManagementCollection(_CollectionView):
    """A group of groups."""

    class_name = "Msvm_ManagementCollection"
    kind = GroupType.MANAGEMENT
    constants = {"Caption": "Management Collection"}


class CollectionManagementService(ServiceView):
    """Making and changing groups; at once, without jobs."""

    class_name = "Msvm_CollectionManagementService"
    constants = {
        "Caption": "Collection Management Service",
        "Description": "Service for managing collections of virtual machines.",
        "ElementName": "Hyper-V Collection Management Service",
        "Name": "CollectionManagementService",
    }

    @wmi_method
    def DefineCollection(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a group: type 0 of machines, 1 of groups."""
        kind = arguments.integer("Type")
        group = host.virtual_machine_groups.create(
            arguments.text("Name") or "", 0 if kind is None else kind, arguments.text("Id")
        )
        view: View[Any] = self.namespace.view(
            ManagementCollection if group.kind is GroupType.MANAGEMENT else VirtualSystemCollection
        )
        return arguments.result(errors.COMPLETED, DefinedCollection=view.instance(group).path)

    @wmi_method
    def DestroyCollection(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a group; its members stay."""
        host.virtual_machine_groups.destroy(group_argument(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RenameCollection(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Rename a group."""
        group_argument(arguments).rename(arguments.text("NewName") or "")
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddMember(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Put a machine or a group into a group."""
        group_argument(arguments).add(_member(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveMember(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take a machine or a group out of a group."""
        group_argument(arguments).remove(_member(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveMemberById(self, host: Host, arguments: Arguments) -> MethodResult:
        """The same, with the group's identifier."""
        group = host.virtual_machine_groups.get(arguments.text("CollectionId") or "")
        if group is None:
            raise NotFound("The group was not found.")
        group.remove(_member(arguments))
        return arguments.result(errors.COMPLETED)


def _member(arguments: Arguments) -> VirtualMachine | VirtualMachineGroup:
    target = arguments.target("Member")
    if target is None or not isinstance(target.item, VirtualMachine | VirtualMachineGroup):
        raise InvalidParameter("Member does not name a virtual machine or a collection.")
    return target.item


def members(kind: type[Any], group_type: GroupType | None = None) -> Reach:
    """From a group to its members of a kind."""
    return lambda _namespace, group: [
        each
        for each in group.members
        if isinstance(each, kind) and (group_type is None or each.kind is group_type)
    ]


def groups_of(kind: GroupType) -> Reach:
    """From a member to the groups of a kind that have it."""
    return lambda namespace, member: [
        each for each in namespace.host.virtual_machine_groups if each.kind is kind and member in each.members
    ]
