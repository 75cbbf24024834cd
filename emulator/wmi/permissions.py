"""Which operation of Hyper-V's authorization a class shows and a method does.

The operations' names say what they cover ("Configure Hyper-V for Role-based Access Control"); what no row
names needs the operation of its kind: seeing a virtual machine's configuration, or changing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.security.authorization import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Class name -> what somebody must be allowed to see it.
_CLASSES: Mapping[str, Operation] = {
    "Msvm_ExternalEthernetPort": Operation.VIEW_EXTERNAL_ETHERNET_PORTS,
    "Msvm_InternalEthernetPort": Operation.VIEW_INTERNAL_ETHERNET_PORTS,
    "Msvm_LANEndpoint": Operation.VIEW_LAN_ENDPOINTS,
    "Msvm_SwitchLANEndpoint": Operation.VIEW_LAN_ENDPOINTS,
    "Msvm_SwitchPort": Operation.VIEW_SWITCH_PORTS,
    "Msvm_EthernetSwitchPort": Operation.VIEW_SWITCH_PORTS,
    "Msvm_VirtualSwitch": Operation.VIEW_SWITCHES,
    "Msvm_VirtualEthernetSwitch": Operation.VIEW_SWITCHES,
    "Msvm_VirtualEthernetSwitchSettingData": Operation.VIEW_SWITCHES,
    "Msvm_VirtualEthernetSwitchManagementService": Operation.VIEW_VIRTUAL_SWITCH_MANAGEMENT_SERVICE,
    "Msvm_VirtualSwitchManagementService": Operation.VIEW_VIRTUAL_SWITCH_MANAGEMENT_SERVICE,
    "Msvm_VirtualSystemManagementService": Operation.READ_SERVICE_CONFIGURATION,
    "Msvm_VirtualSystemManagementServiceSettingData": Operation.READ_SERVICE_CONFIGURATION,
    "Msvm_VLANEndpoint": Operation.VIEW_VLAN_SETTINGS,
    "Msvm_VLANEndpointSettingData": Operation.VIEW_VLAN_SETTINGS,
    "Msvm_VmLANEndpoint": Operation.VIEW_LAN_ENDPOINTS,
}
_SEES, _CHANGES = Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION, Operation.RECONFIGURE_VIRTUAL_MACHINE
#: Method in lower case -> what somebody must be allowed to call it.
_METHODS: Mapping[str, Operation] = {
    "bindexternalethernetport": Operation.BIND_EXTERNAL_ETHERNET_PORT,
    "connectswitchport": Operation.CONNECT_VIRTUAL_SWITCH_PORT,
    "createinternalethernetport": Operation.CREATE_INTERNAL_ETHERNET_PORT,
    "createinternalethernetportdynamicmac": Operation.CREATE_INTERNAL_ETHERNET_PORT,
    "createswitch": Operation.CREATE_VIRTUAL_SWITCH,
    "createswitchport": Operation.CREATE_VIRTUAL_SWITCH_PORT,
    "definesystem": Operation.CREATE_VIRTUAL_MACHINE,
    "definevirtualsystem": Operation.CREATE_VIRTUAL_MACHINE,
    "deleteinternalethernetport": Operation.DELETE_INTERNAL_ETHERNET_PORT,
    "deleteswitch": Operation.DELETE_VIRTUAL_SWITCH,
    "deleteswitchport": Operation.DELETE_VIRTUAL_SWITCH_PORT,
    "destroysystem": Operation.DELETE_VIRTUAL_MACHINE,
    "destroyvirtualsystem": Operation.DELETE_VIRTUAL_MACHINE,
    "disconnectswitchport": Operation.DISCONNECT_VIRTUAL_SWITCH_PORT,
    "geterror": _SEES,
    "geterrorex": _SEES,
    "getsummaryinformation": _SEES,
    "getvirtualsystemthumbnailimage": Operation.ALLOW_OUTPUT_FROM_VIRTUAL_MACHINE,
    "importsystemdefinition": Operation.CREATE_VIRTUAL_MACHINE,
    "importvirtualsystem": Operation.CREATE_VIRTUAL_MACHINE,
    "importvirtualsystemex": Operation.CREATE_VIRTUAL_MACHINE,
    "initiateshutdown": Operation.STOP_VIRTUAL_MACHINE,
    "modifyservicesettings": Operation.RECONFIGURE_SERVICE,
    "setupswitch": Operation.BIND_EXTERNAL_ETHERNET_PORT,
    "teardownswitch": Operation.UNBIND_EXTERNAL_ETHERNET_PORT,
    "unbindexternalethernetport": Operation.UNBIND_EXTERNAL_ETHERNET_PORT,
}
_INPUT_CLASSES = frozenset(
    {"Msvm_Keyboard", "Msvm_SyntheticKeyboard", "Msvm_Ps2Mouse", "Msvm_SyntheticMouse"}
)
_SWITCH_SERVICE = "Msvm_VirtualEthernetSwitchManagementService"
_SWITCH_METHODS: Mapping[str, Operation] = {
    "definesystem": Operation.CREATE_VIRTUAL_SWITCH,
    "destroysystem": Operation.DELETE_VIRTUAL_SWITCH,
}
#: RequestedState of both namespaces -> what asking for it takes.
_STATES: Mapping[int, Operation] = {
    2: Operation.START_VIRTUAL_MACHINE,
    3: Operation.STOP_VIRTUAL_MACHINE,
    4: Operation.STOP_VIRTUAL_MACHINE,
    6: Operation.STOP_VIRTUAL_MACHINE,
    32769: Operation.STOP_VIRTUAL_MACHINE,
}


def needed_to_see(class_name: str) -> Operation:
    """What somebody must be allowed to see the instances of a class."""
    return _CLASSES.get(class_name, _SEES)


def needed_to_call(class_name: str, method: str, requested_state: object = None) -> Operation | None:
    """What somebody must be allowed to call a method; ``requested_state`` is the argument of that name.

    None for the methods that ask themselves: those of system classes.
    """
    name = method.lower()
    if class_name.startswith("__"):
        return None
    if class_name == _SWITCH_SERVICE:
        return _SWITCH_METHODS.get(name, Operation.MODIFY_SWITCH_SETTINGS)
    if name == "requeststatechange" and class_name == "Msvm_ComputerSystem":
        text = str(requested_state)
        state = int(text) if text.isdecimal() and len(text) <= 10 else 0
        return _STATES.get(state, Operation.PAUSE_AND_RESTART_VIRTUAL_MACHINE)
    if class_name in _INPUT_CLASSES:
        return Operation.ALLOW_INPUT_TO_VIRTUAL_MACHINE
    return _METHODS.get(name, _CHANGES)
