"""The adapters that the host itself (the management operating system) has on its virtual switches."""

from typing import TYPE_CHECKING, cast

from emulator.host.checks import check_text
from emulator.host.errors import NotFound
from emulator.host.host_object import operation
from emulator.host.network.switch_port import SwitchPort

if TYPE_CHECKING:
    from emulator.host.network.virtual_switch import VirtualSwitch


class HostNetworkAdapter(SwitchPort):
    """A virtual adapter of the host; ``mac_address`` is 12 hexadecimal digits. Its connection in Windows is
    named after it."""

    __slots__ = ("id", "mac_address", "name", "number")

    def __init__(
        self, switch: "VirtualSwitch", identifier: str, name: str, mac_address: str, number: int
    ) -> None:
        super().__init__(switch)
        self.id = identifier
        self.name = name
        self.mac_address = mac_address
        self.number = number

    @property
    def switch(self) -> "VirtualSwitch":  # type: ignore[override]  # never without one
        return cast("VirtualSwitch", self.owner)

    @property
    def connection_name(self) -> str:
        """``vEthernet (name)``, as the network connections of Windows show it."""
        return f"vEthernet ({self.name})"

    @property
    def description(self) -> str:
        """Interface description: Windows numbers them from the second on."""
        name = "Hyper-V Virtual Ethernet Adapter"
        return name if self.number == 1 else f"{name} #{self.number}"

    @property
    def is_present(self) -> bool:
        """Whether the adapter still exists."""
        return self in self.switch.host_adapters and self.switch.is_present

    def require_changeable(self) -> None:
        self.host.role.require()
        if not self.is_present:
            raise NotFound("The network adapter of the management operating system was not found.")

    @operation
    def rename(self, name: str) -> None:
        """Give it another name. Raises InvalidParameter, NotFound."""
        self.require_changeable()
        self.name = check_text("name", name, 255, shortest=1)
        self.touch()
