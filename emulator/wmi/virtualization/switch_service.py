"""Msvm_VirtualSwitchManagementService: switches, their ports and the adapters of the host. All at once, but
for setting a switch up and taking it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from emulator.host.errors import InvalidParameter
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.switch_ports import ExternalPort, InternalPort
from emulator.host.network.switch_ports import Port as SwitchPort
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.wmi import errors
from emulator.wmi.association import Pair
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization.network_jobs import NetworkJobView
from emulator.wmi.virtualization.switches import InternalEthernetPort, SwitchPortView, SwitchV1
from emulator.wmi.virtualization_v2.base import ServiceView

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath
    from emulator.host import Host
    from emulator.host.network.switch_setup import NetworkJob
    from emulator.wmi.method import Arguments, MethodResult

Kind = TypeVar("Kind", VirtualSwitch, SwitchPort, ExternalPort)


def _named(arguments: Arguments, name: str, kind: type[Kind]) -> Kind:
    """The object that a reference names. Raises InvalidParameter, NotFound."""
    return arguments.named(name, kind, "an object of the right class")


def _internal(arguments: Arguments) -> InternalPort:
    """The adapter of the host that InternalEthernetPort names. Raises InvalidParameter, NotFound."""
    target = arguments.target("InternalEthernetPort")
    if target is None or not isinstance(target.item, InternalPort):
        raise InvalidParameter("InternalEthernetPort does not name an adapter of the host.")
    return target.item


def _optional(arguments: Arguments, name: str, kind: type[Kind]) -> Kind | None:
    return None if arguments.get(name) is None else _named(arguments, name, kind)


class SwitchManagementServiceV1(ServiceView):
    """The virtual switch management service."""

    class_name = "Msvm_VirtualSwitchManagementService"
    constants = {
        "Caption": "Virtual Switch Management Service",
        "Description": "Service for creating, manipulating, and managing virtual switches.",
        "ElementName": "Virtual Switch Management Service",
        "Name": "nvspwmi",
    }

    @wmi_method
    def CreateSwitch(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a private switch; its Name is any text that no other switch has, a GUID when none is given."""
        switch = host.virtual_switches.create_older(
            arguments.text("Name") or "", arguments.text("FriendlyName") or arguments.text("Name") or ""
        )
        path = self.namespace.view(SwitchV1).instance(switch).path
        return arguments.result(errors.COMPLETED, CreatedVirtualSwitch=path)

    @wmi_method
    def DeleteSwitch(self, host: Host, arguments: Arguments) -> MethodResult:
        """Remove a switch that no running machine uses."""
        host.virtual_switches.remove(_named(arguments, "VirtualSwitch", VirtualSwitch))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def CreateSwitchPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a free port on a switch."""
        switch = _named(arguments, "VirtualSwitch", VirtualSwitch)
        name = arguments.text("Name") or host.new_guid()
        port = host.switch_ports.create(switch, name, arguments.text("FriendlyName") or name)
        return arguments.result(errors.COMPLETED, CreatedSwitchPort=self.path_of_port(port))

    @wmi_method
    def DeleteSwitchPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Remove a port, and disconnect what is on it."""
        host.switch_ports.delete(_named(arguments, "SwitchPort", SwitchPort))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ConnectSwitchPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Connect a free port to the endpoint of an adapter."""
        # The table of associations needs this view.
        from emulator.wmi.virtualization.network_associations import CONNECTIONS

        port = _named(arguments, "SwitchPort", SwitchPort)
        endpoint = arguments.target("LANEndpoint")
        peer = None if endpoint is None else endpoint.item
        if endpoint is None or not isinstance(peer, NetworkAdapter | ExternalPort | InternalPort):
            raise InvalidParameter("LANEndpoint does not name an endpoint.")
        host.switch_ports.connect(port, peer)
        link = next(each for each in CONNECTIONS if isinstance(endpoint.view, each.right.view))
        pair = self.namespace.association(link).instance(Pair(link, port, peer))
        return arguments.result(errors.COMPLETED, ActiveConnection=pair.path)

    @wmi_method
    def DisconnectSwitchPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take off what is connected to a port; the port stays."""
        host.switch_ports.disconnect(_named(arguments, "SwitchPort", SwitchPort))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def CreateInternalEthernetPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make an adapter of the host with a static address."""
        return self.made_internal(host, arguments, arguments.text("MacAddress"))

    @wmi_method
    def CreateInternalEthernetPortDynamicMac(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make an adapter of the host; its address is chosen."""
        return self.made_internal(host, arguments, None)

    @wmi_method
    def DeleteInternalEthernetPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Remove an adapter of the host."""
        host.switch_ports.delete_internal(_internal(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def BindExternalEthernetPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give a physical adapter to virtual networks."""
        host.switch_ports.bind(_named(arguments, "ExternalEthernetPort", ExternalPort))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def UnbindExternalEthernetPort(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take a physical adapter back."""
        host.switch_ports.unbind(_named(arguments, "ExternalEthernetPort", ExternalPort))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def SetupSwitch(self, host: Host, arguments: Arguments) -> MethodResult:
        """Connect a physical adapter to one port of a switch and a new adapter of the host to another one;
        always 4096 with an Msvm_NetworkJob (documented)."""
        name = arguments.text("InternalEthernetPortName") or host.new_guid()
        job = host.switch_ports.set_up(
            _named(arguments, "ExternalSwitchPort", SwitchPort),
            _optional(arguments, "InternalSwitchPort", SwitchPort),
            _named(arguments, "ExternalEthernetPort", ExternalPort),
            name,
            arguments.text("InternalEthernetPortFriendlyName") or name,
        )
        return self.begun(arguments, job)

    @wmi_method
    def TeardownSwitch(self, host: Host, arguments: Arguments) -> MethodResult:
        """Undo SetupSwitch: take the adapter of the host away, then the physical one; a job as well."""
        job = host.switch_ports.tear_down(
            _named(arguments, "ExternalEthernetPort", ExternalPort),
            None if arguments.get("InternalEthernetPort") is None else _internal(arguments),
        )
        return self.begun(arguments, job)

    def begun(self, arguments: Arguments, job: NetworkJob) -> MethodResult:
        """4096 and the path of the job."""
        path = self.namespace.view(NetworkJobView).instance(job).path
        return arguments.result(errors.JOB_STARTED, Job=path)

    def made_internal(self, host: Host, arguments: Arguments, mac_address: str | None) -> MethodResult:
        """Make an adapter of the host and give its path."""
        name = arguments.text("Name") or host.new_guid()
        port = host.switch_ports.create_internal(name, arguments.text("FriendlyName") or name, mac_address)
        path = self.namespace.view(InternalEthernetPort).instance(port).path
        return arguments.result(errors.COMPLETED, CreatedInternalEthernetPort=path)

    def path_of_port(self, port: SwitchPort) -> ObjectPath:
        """The path of a port."""
        return self.namespace.view(SwitchPortView).instance(port).path
