"""What machines and services can: capabilities beside those of pools, metrics and migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.network import virtual_functions
from emulator.wmi.virtualization_v2.base import PREFIX, HostElementView, MachineView
from emulator.wmi.virtualization_v2.system_settings import REALIZED

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_CREATE_POOL, _CHANGE_RESOURCES, _CHANGE_SETTINGS, _DELETE_POOL = range(32768, 32772)
#: RequestedState of Msvm_ComputerSystem: run, off, shut down, save, pause, reboot, reset.
_STATES = [2, 3, 4, 6, 9, 10, 11]
#: DefineSystem, ModifyResourceSettings, ModifySystemSettings, RemoveResourceSettings, AddResourceSettings,
#: and Hyper-V's own that end at once.
_SYNCHRONOUS = [2, 5, 6, 7, 10, *range(32779, 32789), *range(32792, 32799)]
#: DestroySystem, and what ends in a job always.
_ASYNCHRONOUS = [3, 32767, 32770, 32771, 32772, 32778]


class VirtualSystemCapabilities(MachineView):
    """What one machine can be asked for."""

    class_name = "Msvm_VirtualSystemCapabilities"
    constants = {
        "Caption": "Hyper-V Virtual System Capabilities",
        "Description": "Defines Virtual System Capabilities",
        "ElementName": "Hyper-V Virtual System Capabilities",
        "ElementNameEditSupported": True,
        "MaxElementNameLen": 100,
        "RequestedStatesSupported": _STATES,
    }

    def ElementNameMask(self, _vm: VirtualMachine) -> str:
        """A regular expression: any text (chosen)."""
        return ".*"


class ManagementCapabilities(HostElementView):
    """Which methods of the management service end at once and which in a job."""

    class_name = "Msvm_VirtualSystemManagementCapabilities"
    constants = {
        "AsynchronousMethodsSupported": _ASYNCHRONOUS,
        "Caption": "Hyper-V Virtual System Management Service Capabilities",
        "Description": "Defines Virtual System Management Service Capabilities",
        "ElementName": "Hyper-V Virtual System Management Service Capabilities",
        "ElementNameEditSupported": False,
        "IndicationsSupported": [2, 3, 4],
        "InstanceID": "Microsoft:VirtualSystemManagementCapabilities",
        "MaxElementNameLen": 0,
        "RequestedStatesSupported": [],
        "SynchronousMethodsSupported": _SYNCHRONOUS,
        "VirtualSystemTypesSupported": [REALIZED],
    }


class PoolConfigurationCapabilities(HostElementView):
    """Which methods of the service for pools end at once: all of them."""

    class_name = "Msvm_ResourcePoolConfigurationCapabilities"
    constants = {
        "AsynchronousMethodsSupported": [],
        "Caption": "Resource Pool Configuration Capabilities",
        "Description": "Microsoft Resource Pool Configuration Capabilities",
        "ElementName": "Resource Pool Configuration Capabilities",
        "SynchronousMethodsSupported": [_CREATE_POOL, _CHANGE_RESOURCES, _CHANGE_SETTINGS, _DELETE_POOL],
    }

    def InstanceID(self, _host: Host) -> str:
        return "Microsoft:ResourcePoolConfigurationCapabilities"


class SwitchManagementCapabilities(HostElementView):
    """What the service that manages switches can do."""

    class_name = "Msvm_VirtualEthernetSwitchManagementCapabilities"
    constants: dict[str, CimValue] = {
        "AsynchronousMethodsSupported": [],
        "Caption": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "Description": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "ElementName": "Hyper-V Virtual Ethernet Switch Management Service Capabilities",
        "ElementNameEditSupported": True,
        "InstanceID": f"{PREFIX}VirtualEthernetSwitchManagementCapabilities",
        "MaxElementNameLen": 255,
        #: DefineSystem, DestroySystem, ModifyResourceSettings, ModifySystemSettings, RemoveResources,
        #: AddResources, and the three methods of features.
        "SynchronousMethodsSupported": [2, 3, 5, 6, 7, 10, 32779, 32780, 32781],
        "VirtualSystemTypesSupported": ["DMTF:Virtual Ethernet Switch"],
    }

    def IOVSupport(self, host: Host) -> bool:
        return virtual_functions.is_supported(host)

    def IOVSupportReasons(self, host: Host) -> list[str]:
        if virtual_functions.is_supported(host):
            return []
        return ["The network adapters of this computer do not support SR-IOV."]


VIEWS = (
    ManagementCapabilities,
    PoolConfigurationCapabilities,
    SwitchManagementCapabilities,
    VirtualSystemCapabilities,
)
