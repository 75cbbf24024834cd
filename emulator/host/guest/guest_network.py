"""How the guest configures its network adapters, as far as the host can ask for it (IP injection through the
key-value pair exchange service).
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.errors import GuestNotReady, InvalidParameter, InvalidState
from emulator.host.guest.integration_services import IntegrationServiceKind, IntegrationStatus
from emulator.host.job import Job, JobType
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.guest.guest import Guest
    from emulator.host.network.network_adapter import NetworkAdapter

MAXIMUM_ADDRESSES = 64
#: Length of the prefix of addresses that DHCP gave (chosen: leases are of a /20, others of a /24).
_LEASED_MASK = "255.255.240.0"
_USUAL_MASK = "255.255.255.0"


@dataclass(frozen=True, slots=True)
class GuestNetworkSettings:
    """Static addresses of one adapter; ``subnets`` are masks of IPv4 and prefix lengths of IPv6 addresses."""

    dhcp: bool
    addresses: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    dns_servers: tuple[str, ...] = ()


def checked_settings(settings: GuestNetworkSettings) -> GuestNetworkSettings:
    """The settings when they are valid. Raises InvalidParameter."""
    for values in (settings.addresses, settings.gateways, settings.dns_servers):
        if len(values) > MAXIMUM_ADDRESSES:
            raise InvalidParameter(f"At most {MAXIMUM_ADDRESSES} addresses are allowed.")
        for value in values:
            _address(value)
    if not settings.dhcp and len(settings.subnets) != len(settings.addresses):
        raise InvalidParameter("Each address needs its subnet.")
    for address, subnet in zip(settings.addresses, settings.subnets, strict=False):
        try:
            ipaddress.ip_interface(f"{address}/{subnet}")
        except ValueError:
            raise InvalidParameter(
                f"The subnet '{subnet!s:.64}' does not fit the address {address}."
            ) from None
    return settings


def configure(guest: "Guest", changes: Mapping["NetworkAdapter", GuestNetworkSettings]) -> Job:
    """Let the guest take these settings, all or none; a job.

    Raises InvalidState (the machine does not run), GuestNotReady (its exchange service does not answer),
    InvalidParameter.
    """
    vm = guest.vm
    vm.require_alive()
    if vm.state is not VirtualMachineState.RUNNING:
        raise InvalidState(legal=[VirtualMachineState.RUNNING.name])
    service = vm.integration_service(IntegrationServiceKind.KEY_VALUE_PAIR_EXCHANGE)
    if service.status is not IntegrationStatus.OK:
        raise GuestNotReady()
    wanted = {adapter.id: checked_settings(settings) for adapter, settings in changes.items()}

    def finish() -> None:
        if not guest.is_ready:
            raise GuestNotReady()
        guest.network_settings = {**guest.network_settings, **wanted}
        guest.touch()

    return vm.host.jobs.run(JobType.MODIFY, vm, finish, affected=[vm])


def present_settings(guest: "Guest", adapter: "NetworkAdapter") -> GuestNetworkSettings:
    """What the guest reports of an adapter; no addresses while it does not answer."""
    addresses = tuple(guest.addresses_of(adapter))
    own = guest.network_settings.get(adapter.id)
    static = dict(zip(own.addresses, own.subnets, strict=False)) if own is not None and not own.dhcp else {}
    stated = set(guest.system.ipv4_addresses) if guest.system is not None else set()
    subnets = tuple(
        static.get(each) or ("64" if ":" in each else _USUAL_MASK if each in stated else _LEASED_MASK)
        for each in addresses
    )
    gateways = own.gateways if own is not None else ()
    servers = own.dns_servers if own is not None else ()
    dhcp = not static and not any(each in stated for each in addresses)
    return GuestNetworkSettings(dhcp, addresses, subnets, gateways, servers)


def _address(value: str) -> None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise InvalidParameter(f"'{value!s:.64}' is not an IP address.") from None
