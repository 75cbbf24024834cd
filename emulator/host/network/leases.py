"""Leases of addresses from DHCP: when an interface got its addresses, and until when it may keep them.

Windows' own DHCP server leases for eight days; a client renews when half of that is over (RFC 2131, 4.4.5).
"""

from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_interfaces import Interface

_LEASE = timedelta(days=8)
_RENEWAL = _LEASE / 2


class Lease(Record):
    """A lease (UTC) and who gave it."""

    obtained: datetime
    expires: datetime
    server: str | None


def lease_of(host: "Host", interface: "Interface") -> Lease | None:
    """The lease of an interface; None when its addresses come from no server. The gateway is taken for the
    server, as nothing in a profile names one."""
    if not (interface.dhcp and interface.profile_settings.dhcp and interface.addresses):
        return None
    if IPv4Address(interface.addresses[0]).is_link_local:
        return None  # no server has answered
    first = max(
        interface.settings.leased_at or host.operating_system.boot_time, host.operating_system.boot_time
    )
    obtained = first + max(0, (host.clock.now() - first) // _RENEWAL) * _RENEWAL
    return Lease(obtained, obtained + _LEASE, interface.gateway)
