"""Groups of machines and of groups."""

from emulator.host.resources.virtual_machine_groups import GroupType, VirtualMachineGroup
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link
from emulator.wmi.virtualization_v2 import collections, computer_system

MACHINE = computer_system.MachineSystem

LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_CollectedVirtualSystems",
        End("Collection", collections.VirtualSystemCollection, collections.members(VirtualMachine)),
        End("Member", MACHINE, collections.groups_of(GroupType.VIRTUAL_MACHINES)),
    ),
    *(
        Link(
            "Msvm_CollectedCollections",
            End(
                "Collection",
                collections.ManagementCollection,
                collections.members(VirtualMachineGroup, view.kind),
            ),
            End("Member", view, collections.groups_of(GroupType.MANAGEMENT)),
        )
        for view in (collections.VirtualSystemCollection, collections.ManagementCollection)
    ),
)
