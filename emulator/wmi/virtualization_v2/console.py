"""Keyboard and mouse methods, thumbnails, and the terminal service with its access lists."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.checks import check_number
from emulator.host.errors import InvalidParameter
from emulator.host.guest.console.picture import rgb565
from emulator.host.security.authorization import Operation
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, number, read_changes, texts
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import MACHINE
from emulator.wmi.virtualization_v2.base import HostElementView, ServiceView

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.virtual_machine.device import FixedDevice
    from emulator.wmi.method import Arguments, MethodResult

#: Largest thumbnail: the guest's own resolution.
MAXIMUM_WIDTH, MAXIMUM_HEIGHT = 1024, 768
_ALLOWED = 0


def thumbnail(vm: VirtualMachine, width: int, height: int) -> list[int]:
    """The bytes of a picture of the screen. Raises InvalidParameter."""
    check_number("WidthPixels", width, 1, MAXIMUM_WIDTH)
    check_number("HeightPixels", height, 1, MAXIMUM_HEIGHT)
    return list(rgb565(vm.guest.console.screen(), width, height))


class ThumbnailMethods(ServiceView):
    """The method of the management service that shows a screen."""

    @wmi_method
    def GetVirtualSystemThumbnailImage(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The screen in RGB565, row by row."""
        vm = arguments.named("TargetSystem", VirtualMachine, MACHINE)
        if arguments.caller is not None:
            authorization = vm.host.authorization
            authorization.require_console(arguments.caller, vm, Operation.ALLOW_OUTPUT_FROM_VIRTUAL_MACHINE)
        width, height = arguments.integer("WidthPixels") or 0, arguments.integer("HeightPixels") or 0
        return arguments.result(errors.COMPLETED, ImageData=thumbnail(vm, width, height))


class KeyboardMethods:
    """The methods of Msvm_Keyboard: 0, or 32775 while the machine does not run."""

    @wmi_method
    def TypeText(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Type ASCII text."""
        device.vm.guest.console.type_text(arguments.text("asciiText") or "")
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def TypeKey(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Press a key and let go of it."""
        device.vm.guest.console.type_key(arguments.integer("keyCode") or 0)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def PressKey(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Press a key and hold it."""
        device.vm.guest.console.press_key(arguments.integer("keyCode") or 0)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ReleaseKey(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Let go of a key."""
        device.vm.guest.console.release_key(arguments.integer("keyCode") or 0)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def IsKeyPressed(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Whether a key is held."""
        pressed = device.vm.guest.console.is_pressed(arguments.integer("keyCode") or 0)
        return arguments.result(errors.COMPLETED, keyState=pressed)

    @wmi_method
    def TypeScancodes(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Send scan codes of set 1."""
        device.vm.guest.console.type_scan_codes(bytes(arguments.integers("Scancodes")))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def TypeCtrlAltDel(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Press Ctrl+Alt+Delete."""
        device.vm.guest.console.type_control_alt_delete()
        return arguments.result(errors.COMPLETED)


class MouseMethods:
    """What both mice have; Msvm_Ps2Mouse names the state of a button ``buttonState``, the other
    ``isDown``."""

    state_name = "buttonState"

    @wmi_method
    def ClickButton(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Press a button and let go of it."""
        device.vm.guest.console.click(arguments.integer("buttonIndex") or 0)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def SetButtonState(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Press a button, or let go of it."""
        down = arguments.truth(self.state_name) or False
        device.vm.guest.console.set_button(arguments.integer("buttonIndex") or 0, down)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetButtonState(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Whether a button is held."""
        down = device.vm.guest.console.is_button_down(arguments.integer("buttonIndex") or 0)
        return arguments.result(errors.COMPLETED, **{self.state_name: down})

    @wmi_method
    def SetScrollPosition(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Turn the wheel."""
        device.vm.guest.console.scroll_by(arguments.integer("scrollPositionDelta") or 0)
        return arguments.result(errors.COMPLETED)


class RelativeMouseMethods(MouseMethods):
    """Msvm_Ps2Mouse."""

    @wmi_method
    def SetRelativePosition(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Move the pointer."""
        x, y = arguments.integer("horizontalDelta") or 0, arguments.integer("verticalDelta") or 0
        device.vm.guest.console.move_by(x, y)
        return arguments.result(errors.COMPLETED)


class AbsoluteMouseMethods(MouseMethods):
    """Msvm_SyntheticMouse."""

    state_name = "isDown"

    @wmi_method
    def SetAbsolutePosition(self, device: FixedDevice, arguments: Arguments) -> MethodResult:
        """Put the pointer somewhere."""
        x, y = arguments.integer("horizontalPosition"), arguments.integer("verticalPosition")
        device.vm.guest.console.move_to(-1 if x is None else x, -1 if y is None else y)
        return arguments.result(errors.COMPLETED)

    def HorizontalPosition(self, device: FixedDevice) -> int:
        """Points from the left."""
        return device.vm.guest.console.x

    def VerticalPosition(self, device: FixedDevice) -> int:
        """Points from the top."""
        return device.vm.guest.console.y

    def ScrollPosition(self, device: FixedDevice) -> int:
        """Mickeys."""
        return device.vm.guest.console.scroll


class TerminalService(ServiceView):
    """Who may connect to consoles."""

    class_name = "Msvm_TerminalService"
    constants = {
        "Caption": "Terminal Service",
        "Description": "Microsoft Virtual Terminal Service",
        "ElementName": "Microsoft Virtual Terminal Service",
        "Name": "vmrdp",
    }

    @wmi_method
    def GrantInteractiveSessionAccess(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let accounts connect to a machine; at once."""
        _machine(arguments).connect_access.grant(_trustees(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RevokeInteractiveSessionAccess(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let accounts connect to a machine no longer; at once."""
        _machine(arguments).connect_access.revoke(_trustees(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetInteractiveSessionACL(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Those who may, as CIM-XML texts of Msvm_InteractiveSessionACE."""
        declaration = self.namespace.schema.find("Msvm_InteractiveSessionACE")
        entries: list[dict[str, CimValue]] = [
            {"AccessType": _ALLOWED, "Trustee": name} for name in _machine(arguments).connect_access
        ]
        texts = [
            cim_xml.format_instance(ValueInstance(declaration, values, self.namespace.name))
            for values in entries
        ]
        return arguments.result(errors.COMPLETED, AccessControlList=texts)

    @wmi_method
    def ModifyServiceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change the settings of the service; at once."""
        settings = arguments.embedded("ServiceSettingData")
        if settings is None or not settings.declaration.is_a(TerminalServiceSettings.class_name):
            raise InvalidParameter("ServiceSettingData does not hold settings of the terminal service.")
        view = self.namespace.view(TerminalServiceSettings)
        changes = read_changes(view, self.host, settings, _SETTINGS).get("")
        if changes:
            self.host.settings.configure(**changes)
        return arguments.result(errors.COMPLETED)


_SETTINGS = {
    "ListenerPort": Rule("", "console_port", number),
    "DisableSelfSignedCertificateGeneration": Rule("", "console_own_certificate_disabled", flag),
    "TrustedIssuerCertificateHashes": Rule("", "console_trusted_issuers", texts),
}


class TerminalServiceSettings(HostElementView):
    """Settings of the terminal service."""

    class_name = "Msvm_TerminalServiceSettingData"
    constants = {
        "AllowedHashAlgorithms": [],
        "AuthCertificateHash": [],
        "Caption": "Terminal Service Settings",
        "Description": "Settings of the Microsoft Virtual Terminal Service",
        "ElementName": "Microsoft Virtual Terminal Service",
    }

    def revision(self, item: Host) -> Hashable | None:
        return item.settings.revision

    def InstanceID(self, host: Host) -> str:
        return f"Microsoft:{host.name}\\TerminalService"

    def ListenerPort(self, host: Host) -> int:
        return host.settings.console_port

    def DisableSelfSignedCertificateGeneration(self, host: Host) -> bool:
        return host.settings.console_own_certificate_disabled

    def TrustedIssuerCertificateHashes(self, host: Host) -> list[str]:
        return list(host.settings.console_trusted_issuers)


def _machine(arguments: Arguments) -> VirtualMachine:
    return arguments.named("ComputerSystem", VirtualMachine, MACHINE)


def _trustees(arguments: Arguments) -> Iterable[str]:
    value = arguments.get("Trustees")
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
