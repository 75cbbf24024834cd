"""Whether a packet from one virtual network adapter reaches an address (Test-VMNetworkAdapter)."""

import ipaddress
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter, InvalidState
from emulator.host.network.reachability import reaches

if TYPE_CHECKING:
    from emulator.host.network.network_adapter import NetworkAdapter

#: What a packet takes there and back on one switch (chosen).
_MILLISECONDS = 1


class NoAnswer(HostError):
    """Nobody answered in time."""

    code = 32772
    hresult = 0x800705B4
    default_text = "This operation returned because the timeout period expired."


def round_trip(adapter: "NetworkAdapter", address: str, mac_address: str = "", source: str = "") -> int:
    """Milliseconds until an answer of a guest that has this address, and this hardware address when one is
    given, on the same switch, where VLANs, isolation and rules of both ports let the packets pass.

    ``source`` is the sender's address, one of its guest's without. Raises InvalidState (not connected, or the
    machine does not run), InvalidParameter, NoAnswer.
    """
    vm = adapter.vm
    vm.require_alive()
    if adapter.switch is None or not vm.state.holds_memory:
        raise InvalidState("The network adapter is not connected.")
    if not address:
        raise InvalidParameter("No address is given.")
    own = source or next(iter(vm.guest.addresses_of(adapter)), "0.0.0.0")
    for text in (address, own):
        _check(text)
    wanted = "".join(each for each in mac_address if each.isalnum()).upper()
    for other in vm.host.virtual_machines:
        for each in other.network_adapters:
            if each is adapter or address not in other.guest.addresses_of(each):
                continue
            if wanted and wanted != each.mac_address.upper():
                continue
            if reaches(adapter, each, own, address) and reaches(each, adapter, address, own):
                return _MILLISECONDS
    raise NoAnswer()


def _check(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise InvalidParameter(f"The IP address '{text!s:.64}' is not valid.") from None
