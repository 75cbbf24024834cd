"""Smaller methods of the management service: host settings, error texts, file sizes, world wide names,
network tests and the first configuration of a machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.errors import HostError, InvalidParameter
from emulator.host.network.connection_test import round_trip
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, read_changes, text_of, value_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import MACHINE
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.management_service_settings import (
    SERVICE_WRITABLE,
    ManagementServiceSettings,
)
from emulator.wmi.virtualization_v2.summary import Summary, SummaryBase, summaries, summarized

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.view import View, ViewInstance


class CommonMethods(ServiceView):
    """What both WMI versions have."""

    #: What ModifyServiceSettings can write here, and the view of a machine's summary.
    service_writable: Mapping[str, Rule]
    summary: type[SummaryBase]

    @wmi_method
    def FormatError(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The messages of errors (CIM-XML texts of Msvm_Error), one a line."""
        messages = [text_of(each, "Message") for each in arguments.required_list("Errors")]
        return arguments.result(errors.COMPLETED, ErrorMessage="\n".join(messages))

    @wmi_method
    def ModifyServiceSettings(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change the host-wide settings of Hyper-V; at once, without a job."""
        settings = arguments.embedded("SettingData")
        if settings is None or not settings.declaration.is_a(ManagementServiceSettings.class_name):
            raise InvalidParameter("SettingData does not hold settings of the management service.")
        view = self.namespace.view(ManagementServiceSettings)
        changes = read_changes(view, host, settings, self.service_writable).get("")
        if changes:
            host.settings.configure(**changes)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetSummaryInformation(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Summaries of the machines whose settings are given, of all machines when none are."""
        machines = summarized(self.namespace, arguments.get("SettingData"))
        found = summaries(self.namespace, self.summary, machines, arguments.integers("RequestedInformation"))
        return arguments.result(errors.COMPLETED, SummaryInformation=found)

    def path_of(self, view_type: type[View[Any]], item: object) -> ObjectPath:
        """The path of an object as one class."""
        return self.namespace.view(view_type).instance(item).path

    def add_all(
        self,
        instances: Iterable[ValueInstance],
        add: Callable[[ValueInstance], tuple[type[View[Any]], Any]],
        undo: Callable[[ViewInstance[Any]], None],
    ) -> list[ObjectPath]:
        """Add devices in their order, all or none; the paths of their settings.

        ``undo`` takes an added one away again, where it can be.
        """
        added: list[ViewInstance[Any]] = []
        try:
            for each in instances:
                view_type, item = add(each)
                added.append(self.namespace.view(view_type).instance(item))
        except HostError:
            for done in reversed(added):
                undo(done)
            raise
        return [each.path for each in added]


class ManagementMethods(CommonMethods):
    """Methods of root/virtualization/v2."""

    service_writable = SERVICE_WRITABLE
    summary = Summary

    @wmi_method
    def GetSizeOfSystemFiles(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Bytes of the files of a machine's configuration and saved state."""
        vm = arguments.named("Vssd", VirtualMachine, "the settings of a virtual machine")
        return arguments.result(errors.COMPLETED, Size=vm.files.size())

    @wmi_method
    def GenerateWwpn(self, host: Host, arguments: Arguments) -> MethodResult:
        """New world wide port names of the host's range."""
        names = host.world_wide_names.take(arguments.integer("NumberOfWwpns") or 0)
        return arguments.result(errors.COMPLETED, GeneratedWwpn=[*names])

    @wmi_method
    def GetCurrentWwpnFromGenerator(self, host: Host, arguments: Arguments) -> MethodResult:
        """The name that is given next."""
        return arguments.result(errors.COMPLETED, CurrentWwpn=host.world_wide_names.next_name())

    @wmi_method
    def SetInitialMachineConfigurationData(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Keep data for the first start of a machine that is off (2016 and later)."""
        vm = arguments.named("TargetSystem", VirtualMachine, MACHINE)
        vm.guest.set_initial_configuration(bytes(arguments.integers("ImcData")))
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
    return arguments.named("TargetNetworkAdapter", NetworkAdapter, "a network adapter")
