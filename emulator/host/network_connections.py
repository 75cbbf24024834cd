"""The connection names of physical network adapters, which an administrator may change."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InvalidParameter
from emulator.profile import NetworkAdapter

if TYPE_CHECKING:
    from emulator.host.host import Host

LONGEST_NAME = 64
_FORBIDDEN = frozenset('\\/:*?"<>|')


def rename_connection(host: "Host", adapter: NetworkAdapter, name: str) -> NetworkAdapter:
    """Give a physical adapter's connection another name; the adapter as it is then.

    A switch on it keeps it. Raises InvalidParameter, AlreadyExists for the name of another connection.
    """
    check_text("the connection name", name, LONGEST_NAME, shortest=1)
    if _FORBIDDEN.intersection(name) or not name.isprintable() or name != name.strip():
        raise InvalidParameter(f"The connection name {name!r} is not valid.")
    with host.looking():
        others = (each for each in host.hardware.network_adapters if each is not adapter)
        if any(each.name.casefold() == name.casefold() for each in others):
            raise AlreadyExists(f"There is a connection {name} already.")
        renamed = adapter.replaced(name=name)
        host.hardware.replace_adapter(adapter, renamed)
        for switch in host.virtual_switches:
            if any(each is adapter for each in switch.physical_adapters):
                switch.physical_adapters = tuple(
                    renamed if each is adapter else each for each in switch.physical_adapters
                )
                switch.touch()
        host.next_revision()
        return renamed
