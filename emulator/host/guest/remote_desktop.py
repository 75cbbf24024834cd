"""The component through which the host's Remote Desktop Virtualization reaches a guest: an integration
component that Hyper-V's own tools do not list."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidState
from emulator.host.host_object import operation
from emulator.host.virtual_machine.device import Device

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class RemoteDesktopComponent(Device):
    """One a machine, enabled unless somebody switches it off (documented)."""

    __slots__ = ("enabled",)

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self.enabled = True

    @property
    def name(self) -> str:
        return "RDV"

    @property
    def setting_id(self) -> str:
        """Recorded 2012 R2 host."""
        return "6C5ADDB9-A11A-4E8E-84CB-E6208201DB63"

    @operation
    def enable(self, enabled: bool = True) -> None:
        """Switch the component on or off, also while the machine runs."""
        self.vm.require_alive()
        if self.enabled is not enabled:
            self.enabled = enabled
            self.touch()

    @operation
    def connect(self) -> None:
        """Open the pipe to the guest. Raises InvalidState when it is off or the guest does not answer."""
        if not self.enabled or not self.vm.guest.is_ready:
            raise InvalidState("The guest does not answer.")
