"""Whether a packet from one virtual network adapter reaches an address (Test-VMNetworkAdapter)."""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter, InvalidState

if TYPE_CHECKING:
    from emulator.host.network_adapter import NetworkAdapter

#: What a packet takes there and back on one switch (chosen).
_MILLISECONDS = 1


class NoAnswer(HostError):
    """Nobody answered in time."""

    code = 32772
    hresult = 0x800705B4
    default_text = "This operation returned because the timeout period expired."


def round_trip(adapter: "NetworkAdapter", address: str) -> int:
    """Milliseconds until an answer of a guest that has this address on the same switch and VLAN.

    Raises InvalidState (not connected, or the machine does not run), InvalidParameter, NoAnswer.
    """
    vm = adapter.vm
    vm.require_alive()
    if adapter.switch is None or not vm.state.holds_memory:
        raise InvalidState("The network adapter is not connected.")
    if not address:
        raise InvalidParameter("No address is given.")
    for other in vm.host.virtual_machines:
        for each in other.network_adapters:
            same = each.switch is adapter.switch and each.vlan == adapter.vlan
            if same and each is not adapter and address in other.guest.addresses_of(each):
                return _MILLISECONDS
    raise NoAnswer()
