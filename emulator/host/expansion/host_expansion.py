"""What special hardware the host has."""

from typing import TYPE_CHECKING

from emulator.host.expansion.fibre_channel import FibreChannel

if TYPE_CHECKING:
    from emulator.host.host import Host


class HostExpansion:
    """Made anew after a reset."""

    def __init__(self, host: "Host") -> None:
        self.fibre_channel = FibreChannel(host)
