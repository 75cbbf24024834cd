"""Smaller methods of the management service: host settings, error texts, file sizes, world wide names,
network tests and the first configuration of a machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.connection_test import round_trip
from emulator.host.errors import InvalidParameter
from emulator.host.network_adapter import NetworkAdapter
from emulator.host.virtual_machine import VirtualMachine
from emulator.host.world_wide_names import MAXIMUM_AT_ONCE
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, read_changes, text, text_of, value_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import ServiceView

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult

#: What ModifyServiceSettings can write.
SERVICE_WRITABLE = {
    "DefaultExternalDataRoot": Rule("", "virtual_machine_path", text),
    "DefaultVirtualHardDiskPath": Rule("", "virtual_hard_disk_path", text),
    "EnhancedSessionModeEnabled": Rule("", "enhanced_session_mode", flag),
    "MaximumMacAddress": Rule("", "mac_address_maximum", text),
    "MinimumMacAddress": Rule("", "mac_address_minimum", text),
    "NumaSpanningEnabled": Rule("", "numa_spanning_enabled", flag),
    "CurrentWWNNAddress": Rule("", "wwnn", text),
    "MaximumWWPNAddress": Rule("", "wwpn_maximum", text),
    "MinimumWWPNAddress": Rule("", "wwpn_minimum", text),
}
_SETTINGS = "Msvm_VirtualSystemManagementServiceSettingData"
_MAXIMUM_CONFIGURATION = 1 << 20


class FormatErrorMethod(ServiceView):
    """What both WMI versions have."""

    @wmi_method
    def FormatError(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The messages of errors (CIM-XML texts of Msvm_Error), one a line."""
        found = arguments.embedded_list("Errors")
        if not found:
            raise InvalidParameter("Errors is missing.")
        messages = [text_of(each, "Message") for each in found]
        return arguments.result(errors.COMPLETED, ErrorMessage="\n".join(messages))


class ManagementMethods(FormatErrorMethod):
    """Methods of root/virtualization/v2."""

    @wmi_method
    def ModifyServiceSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the host's settings; at once, without a job."""
        from emulator.wmi.virtualization_v2.management_service import ManagementServiceSettings

        settings = arguments.embedded("SettingData")
        if settings is None or not settings.declaration.is_a(_SETTINGS):
            raise InvalidParameter("SettingData does not hold settings of the management service.")
        view = self.namespace.view(ManagementServiceSettings)
        changes = read_changes(view, host, settings, SERVICE_WRITABLE).get("")
        if changes:
            host.settings.configure(**changes)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetSizeOfSystemFiles(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Bytes of the files of a machine's configuration and saved state."""
        target = arguments.target("Vssd")
        if target is None or not isinstance(target.item, VirtualMachine):
            raise InvalidParameter("Vssd does not name the settings of a virtual machine.")
        return arguments.result(errors.COMPLETED, Size=target.item.files.size())

    @wmi_method
    def GenerateWwpn(self, host: Host, arguments: Arguments) -> MethodResult:
        """New world wide port names of the host's range."""
        count = arguments.integer("NumberOfWwpns")
        if count is None or not 1 <= count <= MAXIMUM_AT_ONCE:
            raise InvalidParameter(f"NumberOfWwpns must be from 1 to {MAXIMUM_AT_ONCE}.")
        return arguments.result(errors.COMPLETED, GeneratedWwpn=[*host.world_wide_names.take(count)])

    @wmi_method
    def GetCurrentWwpnFromGenerator(self, host: Host, arguments: Arguments) -> MethodResult:
        """The name that is given next."""
        return arguments.result(errors.COMPLETED, CurrentWwpn=host.world_wide_names.next_name())

    @wmi_method
    def SetInitialMachineConfigurationData(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Keep data for the first start of a machine that is off (2016 and later)."""
        target = arguments.target("TargetSystem")
        if target is None or not isinstance(target.item, VirtualMachine):
            raise InvalidParameter("TargetSystem does not name a virtual machine.")
        data = bytes(arguments.integers("ImcData"))
        if not 0 < len(data) <= _MAXIMUM_CONFIGURATION:
            raise InvalidParameter("ImcData is missing or too long.")
        target.item.guest.set_initial_configuration(data)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def TestNetworkConnection(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Send a packet between two adapters, by the addresses of their guests."""
        adapter = _adapter(arguments)
        sender = arguments.truth("IsSender") is True
        own, other = ("SenderIP", "ReceiverIP") if sender else ("ReceiverIP", "SenderIP")
        milliseconds = round_trip(
            adapter,
            arguments.text(other) or "",
            (arguments.text("ReceiverMac") or "") if sender else "",
            arguments.text(own) or "",
        )
        return arguments.result(errors.COMPLETED, RoundTripTime=milliseconds)

    @wmi_method
    def DiagnoseNetworkConnection(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The same, with settings and answer as embedded instances (2016 and later)."""
        adapter = _adapter(arguments)
        settings = arguments.embedded("DiagnosticSettings")
        if settings is None or not settings.declaration.is_a("Msvm_NetworkConnectionDiagnosticSettingData"):
            raise InvalidParameter("DiagnosticSettings is missing.")
        sender = value_of(settings, "IsSender") is True
        own, other = ("SenderIP", "ReceiverIP") if sender else ("ReceiverIP", "SenderIP")
        milliseconds = round_trip(
            adapter,
            text_of(settings, other),
            text_of(settings, "ReceiverMac") if sender else "",
            text_of(settings, own),
        )
        declaration = self.namespace.schema.find("Msvm_NetworkConnectionDiagnosticInformation")
        answer = ValueInstance(declaration, {"RoundTripTime": milliseconds}, self.namespace.name)
        return arguments.result(errors.COMPLETED, DiagnosticInformation=cim_xml.format_instance(answer))


def _adapter(arguments: Arguments) -> NetworkAdapter:
    target = arguments.target("TargetNetworkAdapter")
    if target is None or not isinstance(target.item, NetworkAdapter):
        raise InvalidParameter("TargetNetworkAdapter does not name a network adapter.")
    return target.item
