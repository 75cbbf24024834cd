"""What special hardware the host has."""

from typing import TYPE_CHECKING

from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannel
from emulator.host.virtual_machine.expansion.gpu import HostGpu
from emulator.host.virtual_machine.expansion.pci import AssignableDevices, HostPciDevice

if TYPE_CHECKING:
    from emulator.host.host import Host


class HostExpansion:
    """Made anew after a reset."""

    def __init__(self, host: "Host") -> None:
        facts = host.hardware.facts
        self.fibre_channel = FibreChannel(host)
        displays = [
            HostPciDevice(host, each, each.name, "display", number)
            for number, each in enumerate(facts.graphics_processors)
        ]
        #: Devices on the PCI Express bus that the profile states.
        self.pci_devices = [
            *displays,
            *(
                HostPciDevice(host, each, each.name, each.kind, number)
                for number, each in enumerate(facts.assignable_devices, len(displays))
            ),
        ]
        self.gpus = [
            HostGpu(host, each, pci, number)
            for number, (each, pci) in enumerate(zip(facts.graphics_processors, displays, strict=True))
        ]
        self.assignable_devices = AssignableDevices(host, self.pci_devices)
