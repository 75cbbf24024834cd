"""The connection names of physical network adapters, which an administrator may change."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InvalidParameter
from emulator.profile import NetworkAdapter

if TYPE_CHECKING:
    from emulator.host.host import Host

LONGEST_NAME = 64
_FORBIDDEN = frozenset('\\/:*?"<>|')


def check_connection_name(name: str) -> None:
    """Raise InvalidParameter for what cannot be the name of a connection."""
    check_text("the connection name", name, LONGEST_NAME, shortest=1)
    if _FORBIDDEN.intersection(name) or not name.isprintable() or name != name.strip():
        raise InvalidParameter(f"The connection name '{name}' is not valid.")


def rename_connection(host: "Host", adapter: NetworkAdapter, name: str) -> NetworkAdapter:
    """Give a physical adapter's connection another name; the adapter as it is then.

    A switch on it keeps it. Raises InvalidParameter, AlreadyExists for the name of another connection.
    """
    check_connection_name(name)
    with host.looking():
        others = [each for each in host.hardware.network_adapters if each is not adapter]
        others += [each.adapter for each in host.team_interfaces]
        if any(each.name.casefold() == name.casefold() for each in others):
            raise AlreadyExists(f"There is a connection {name} already.")
        renamed = adapter.replaced(name=name)
        host.hardware.replace_adapter(adapter, renamed)
        replace_adapter(host, adapter, renamed)
        host.next_revision()
        return renamed


def replace_adapter(host: "Host", old: NetworkAdapter, new: NetworkAdapter) -> None:
    """Let the switch that uses an adapter use what it has become; called with the lock held."""
    for switch in host.virtual_switches:
        if any(each is old for each in switch.physical_adapters):
            switch.physical_adapters = tuple(
                new if each is old else each for each in switch.physical_adapters
            )
            switch.touch()
