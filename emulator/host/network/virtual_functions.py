"""SR-IOV: virtual functions of physical adapters that the adapters of virtual machines use."""

from typing import TYPE_CHECKING

from emulator.host.network.port_features import PortOffload
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.network.virtual_switch import VirtualSwitch

NO_SUPPORT = "This network adapter does not support SR-IOV."


def is_supported(host: "Host") -> bool:
    """Whether a physical adapter of the host has virtual functions."""
    return any(adapter.virtual_functions for adapter in host.hardware.network_adapters)


def is_supported_by(switch: "VirtualSwitch") -> bool:
    """Whether a physical adapter of a switch has virtual functions."""
    return any(adapter.virtual_functions for adapter in switch.physical_adapters)


def capacity(switch: "VirtualSwitch") -> int:
    """The virtual functions that a switch can give; none unless it was made with SR-IOV."""
    if not switch.iov_preferred:
        return 0
    return sum(adapter.virtual_functions for adapter in switch.physical_adapters)


def users(switch: "VirtualSwitch") -> "list[NetworkAdapter]":
    """The adapters that have a virtual function: those with an IOV weight, of machines that run, as long as
    there are some."""
    most = capacity(switch)
    if not most:
        return []
    wanting = [
        adapter
        for adapter in switch.ports
        if adapter.vm.state is VirtualMachineState.RUNNING
        and not adapter.is_legacy
        and adapter.feature(PortOffload).iov_weight
    ]
    return wanting[:most]


def number_of(adapter: "NetworkAdapter") -> int | None:
    """The number of an adapter's virtual function, from 0; None without one."""
    if adapter.switch is None or not adapter.switch.iov_preferred:
        return None
    having = users(adapter.switch)
    return having.index(adapter) if adapter in having else None
