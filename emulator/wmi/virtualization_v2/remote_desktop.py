"""Msvm_RdvComponent and its settings: the way of Remote Desktop Virtualization to a guest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.guest.remote_desktop import RemoteDesktopComponent
from emulator.wmi import errors
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult

_ENABLED, _DISABLED, _NOT_APPLICABLE = 2, 3, 5


class RdvComponent(DeviceView[RemoteDesktopComponent]):
    """The component of one machine; it is not enabled or disabled as a device (documented)."""

    class_name = "Msvm_RdvComponent"
    constants = {
        "Caption": "RDV",
        "Description": "Microsoft RDV Component",
        "EnabledState": _NOT_APPLICABLE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[RemoteDesktopComponent]:
        return (vm.remote_desktop,)

    @wmi_method
    def EnableEndPoints(self, component: RemoteDesktopComponent, arguments: Arguments) -> MethodResult:
        """Open the pipe to the guest."""
        component.connect()
        return arguments.result(errors.COMPLETED)


class RdvComponentSettings(DeviceSettingView[RemoteDesktopComponent]):
    """Whether it is switched on."""

    class_name = "Msvm_RdvComponentSettingData"
    constants = {
        "Caption": "RDV",
        "Description": "Settings for the Microsoft RDV Component.",
        "ResourceType": 1,
        "OtherResourceType": "Microsoft:Hyper-V:Rdv Component",
    }

    def devices(self, vm: VirtualMachine) -> Iterable[RemoteDesktopComponent]:
        return (vm.remote_desktop,)

    def EnabledState(self, component: RemoteDesktopComponent) -> int:
        return _ENABLED if component.enabled else _DISABLED
