"""VMGroup."""

from __future__ import annotations

from emulator.host import VirtualMachine
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroup
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import enum, guid, typed_list

GROUP: Readers = {
    "Name": lambda group: group.name,
    "InstanceId": lambda group: guid(group.id),
    "GroupType": enum("GroupType", lambda group: group.kind),
    "VMMembers": lambda group: typed_list(
        "VirtualMachine", [each for each in group.members if isinstance(each, VirtualMachine)]
    ),
    "VMGroupMembers": lambda group: typed_list(
        "VMGroup", [each for each in group.members if isinstance(each, VirtualMachineGroup)]
    ),
    "ComputerName": lambda group: group.host.name,
    "IsDeleted": lambda group: group not in group.host.virtual_machine_groups,
}
