"""The methods of Win32_NetworkAdapterConfiguration, on the IP configuration of the host.

Return values: the documentation of the class ("Return value" of each method). Methods that Windows itself
answers with 64 since Vista (IPX, IPsec filters, ARP switches) do so here.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists, HostError, InvalidParameter, NotFound, NotSupported
from emulator.host.network.ip_configuration import ipv4
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

_DONE = 0
_NOT_ON_THIS_PLATFORM = 64
_FAILED = 65
_INVALID_MASK = 66
_PROCESSING_ERROR = 67
_INVALID_INPUT = 68
_TOO_MANY_GATEWAYS = 69
_INVALID_ADDRESS = 70
_INVALID_GATEWAY = 71
_NOT_CONFIGURABLE = 84
_MOST_GATEWAYS = 5


_NUMBERS: dict[type[HostError], int] = {
    AlreadyExists: _PROCESSING_ERROR,
    InvalidParameter: _INVALID_INPUT,
    NotFound: _NOT_CONFIGURABLE,
    NotSupported: _NOT_ON_THIS_PLATFORM,
}


class _Refused(HostError):
    """A call that the method itself refuses with one of its numbers."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The method returned {number}.")
        self.number = number


class IpMethods(Win32View[Interface]):
    """What is called on one adapter, and on the class."""

    def return_value(self, error: HostError) -> int:
        """The number of the class for what the host refuses."""
        if isinstance(error, _Refused):
            return error.number
        return next((number for kind, number in _NUMBERS.items() if isinstance(error, kind)), _FAILED)

    @wmi_method
    def EnableStatic(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Give the adapter static addresses with their masks."""
        _require_ip(adapter)
        addresses, masks = _texts(arguments, "IPAddress"), _texts(arguments, "SubnetMask")
        if not addresses or len(addresses) != len(masks):
            return arguments.result(_INVALID_INPUT)
        pairs = [
            (_address(text, _INVALID_ADDRESS), _length(mask))
            for text, mask in zip(addresses, masks, strict=True)
        ]
        self.host.ip_configuration.set_static(adapter, pairs)
        return arguments.result(_DONE)

    @wmi_method
    def EnableDHCP(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Take addresses from DHCP."""
        _require_ip(adapter)
        self.host.ip_configuration.enable_dhcp(adapter)
        return arguments.result(_DONE)

    @wmi_method
    def RenewDHCPLease(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Ask for an address again."""
        return arguments.result(self._lease(adapter, give_back=False))

    @wmi_method
    def ReleaseDHCPLease(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Give the address back."""
        return arguments.result(self._lease(adapter, give_back=True))

    @wmi_method
    def RenewDHCPLeaseAll(self, _adapter: None, arguments: Arguments) -> MethodResult:
        """Ask for the addresses of all adapters again."""
        return self._all_leases(arguments, give_back=False)

    @wmi_method
    def ReleaseDHCPLeaseAll(self, _adapter: None, arguments: Arguments) -> MethodResult:
        """Give the addresses of all adapters back."""
        return self._all_leases(arguments, give_back=True)

    @wmi_method
    def SetGateways(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Set the default gateways, each with its metric; metrics that are not given are 256."""
        _require_ip(adapter)
        gateways, metrics = _texts(arguments, "DefaultIPGateway"), arguments.integers("GatewayCostMetric")
        if len(gateways) > _MOST_GATEWAYS:
            return arguments.result(_TOO_MANY_GATEWAYS)
        if metrics and len(metrics) != len(gateways):
            return arguments.result(_INVALID_INPUT)
        hops = [_address(each, _INVALID_GATEWAY) for each in gateways]
        pairs = list(zip(hops, metrics or [256] * len(hops), strict=True))
        self.host.ip_configuration.set_gateways(adapter, pairs)
        return arguments.result(_DONE)

    @wmi_method
    def SetDNSServerSearchOrder(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Set the DNS servers; none gives those of DHCP back."""
        _require_ip(adapter)
        servers = [_address(each, _INVALID_ADDRESS) for each in _texts(arguments, "DNSServerSearchOrder")]
        self.host.ip_configuration.set_dns_servers(adapter, servers)
        return arguments.result(_DONE)

    @wmi_method
    def SetDNSDomain(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Set the suffix of the connection."""
        self.host.ip_configuration.configure(adapter, dns_suffix=arguments.text("DNSDomain") or "")
        return arguments.result(_DONE)

    @wmi_method
    def SetDNSSuffixSearchOrder(self, _adapter: None, arguments: Arguments) -> MethodResult:
        """Set the suffixes that are tried for all connections."""
        self.host.ip_configuration.set_suffixes(_texts(arguments, "DNSDomainSuffixSearchOrder"))
        return arguments.result(_DONE)

    @wmi_method
    def SetDynamicDNSRegistration(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Register the addresses in DNS or not."""
        full = arguments.truth("FullDNSRegistrationEnabled")
        if full is None:
            return arguments.result(_INVALID_INPUT)
        self.host.ip_configuration.configure(adapter, registers_addresses=full)
        return arguments.result(_DONE)

    @wmi_method
    def SetIPConnectionMetric(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Set the metric of the interface; 0 is automatic."""
        metric = arguments.integer("IPConnectionMetric")
        self.host.ip_configuration.configure(adapter, metric=metric or None)
        return arguments.result(_DONE)

    @wmi_method
    def SetTcpipNetbios(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """NetBIOS as DHCP says (0), on (1) or off (2)."""
        _require_ip(adapter)
        option = arguments.integer("TcpipNetbiosOptions")
        self.host.ip_configuration.configure(adapter, netbios=-1 if option is None else option)
        return arguments.result(_DONE)

    @wmi_method
    def DisableIPSec(self, _adapter: Interface, arguments: Arguments) -> MethodResult:
        """Not on this platform."""
        return arguments.result(_NOT_ON_THIS_PLATFORM)

    @wmi_method
    def EnableIPSec(self, _adapter: Interface, arguments: Arguments) -> MethodResult:
        """Not on this platform."""
        return arguments.result(_NOT_ON_THIS_PLATFORM)

    @wmi_method
    def SetIPXVirtualNetworkNumber(self, _adapter: Interface, arguments: Arguments) -> MethodResult:
        """Not on this platform."""
        return arguments.result(_NOT_ON_THIS_PLATFORM)

    @wmi_method
    def SetIPXFrameTypeNetworkPairs(self, _adapter: Interface, arguments: Arguments) -> MethodResult:
        """Not on this platform."""
        return arguments.result(_NOT_ON_THIS_PLATFORM)

    def _lease(self, adapter: Interface, *, give_back: bool) -> int:
        _require_ip(adapter)
        if not adapter.dhcp:
            return _NOT_CONFIGURABLE
        if give_back:
            self.host.ip_configuration.release(adapter)
        else:
            self.host.ip_configuration.enable_dhcp(adapter)
        return _DONE

    def _all_leases(self, arguments: Arguments, *, give_back: bool) -> MethodResult:
        for each in network_interfaces(self.host):
            if each.dhcp and not each.is_bound:
                self._lease(each, give_back=give_back)
        return arguments.result(_DONE)


def _require_ip(adapter: Interface) -> None:
    if adapter.is_bound or not adapter.enabled:
        raise _Refused(_NOT_CONFIGURABLE)


def _texts(arguments: Arguments, name: str) -> list[str]:
    value = arguments.get(name)
    return [str(each) for each in value if each] if isinstance(value, list) else []


def _address(text: str, number: int) -> str:
    try:
        return ipv4(text)
    except HostError:
        raise _Refused(number) from None


def _length(mask: str) -> int:
    try:
        return IPv4Network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        raise _Refused(_INVALID_MASK) from None
