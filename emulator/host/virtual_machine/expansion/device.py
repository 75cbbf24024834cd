"""What the special devices of virtual machines have in common."""

from typing import TYPE_CHECKING, Any, Self

from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.virtual_machine.device import Device

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

ELEMENT_NOT_FOUND = (0x80070490, "Element not found.")
NO_RESOURCES = (0x800705AA, "Insufficient system resources exist to complete the requested service.")
NO_HYPERVISOR_FEATURE = (0xC035001E, "A hypervisor feature is not available to the user.")
CLASS_NOT_REGISTERED = (0x80040154, "Class not registered")


class DeviceStartError(HostError):
    """A machine does not start because one of its devices does not."""

    def __init__(self, device: "ExpansionDevice", reason: tuple[int, str], phase: str = "Power on") -> None:
        number, words = reason
        vm = device.vm
        text = (
            f"'{vm.name}' {device.label} (Instance ID {device.id}): Failed to {phase} with Error"
            f" '{words}' (0x{number:08X}). (Virtual machine ID {vm.id})"
        )
        super().__init__(text, hresult=number)


class ExpansionDevice(Device):
    """A device with its own GUID ``id``. What it needs of the host it names by a value, so that it means the
    same on another host."""

    __slots__ = ("_name", "id", "pool_name")
    #: The release's fact that lets machines have it.
    feature = ""
    #: The kind of the pools that it comes from.
    pool_kind: str | None = None
    #: What Windows calls it in its errors.
    label = ""
    default_name = ""
    #: Most of this kind in one machine.
    limit = 1
    #: Whether a machine that has it can be saved with its memory, and moved while it runs.
    can_be_saved = True
    can_migrate = True
    #: Whether dynamic memory must begin with the least memory, and whether the host's shutdown turns it off.
    fixes_memory = False
    needs_turn_off = False

    def __init__(self, vm: "VirtualMachine", identifier: str, name: str | None = None) -> None:
        super().__init__(vm)
        self.id = identifier
        self._name = name or self.default_name
        #: The pool of administrators that it comes from; empty for the primordial one.
        self.pool_name = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def setting_id(self) -> str:
        return self.id

    @property
    def resource_kind(self) -> str | None:
        return self.pool_kind

    @property
    def pool(self) -> str:
        """The pool of administrators that it comes from, when it is on this host."""
        return self.host.resource_pools.effective(self.pool_kind or "", self.pool_name)

    @classmethod
    def blank(cls, vm: "VirtualMachine", identifier: str) -> Self:
        """One for another machine, whose settings are copied from this kind's."""
        return cls(vm, identifier)

    @classmethod
    def check_release(cls, vm: "VirtualMachine") -> None:
        """Raise NotSupported when machines of the release, or of this generation, have no such device."""
        if cls.feature not in vm.host.release.special_devices:
            raise NotSupported(f"The device '{cls.label}' is not supported on this computer.")

    def check_add(self) -> None:
        """What adding needs of the host and of the machine. Raises HostError."""

    def plugged(self) -> None:
        """The device is in its machine now."""

    def unplugged(self) -> None:
        """The device is out of its machine, or this is destroyed."""

    def check_settings(self, wanted: dict[str, Any]) -> None:
        """Whether values, all settings with the changes, go together. Raises InvalidParameter."""

    def check_memory(self, dynamic: bool, startup: int, minimum: int) -> None:
        """Raise InvalidParameter for memory that the machine cannot have with this device (observed)."""
        if self.fixes_memory and dynamic and startup != minimum:
            vm = self.vm
            raise InvalidParameter(
                f"The operation cannot be performed for '{vm.name}' because the specified memory settings are"
                " not compatible with device assignment or GPU partitioning. When dynamic memory is enabled"
                " and a device or GPU is assigned, the startup and minimum memory must be equal."
                f" (Virtual machine ID {vm.id})"
            )

    def check_start(self) -> None:
        """What a start needs of the host. Raises DeviceStartError."""

    def power_on(self) -> None:
        """The machine starts: take what the device needs. ``check_start`` has passed."""

    def power_off(self) -> None:
        """The machine does not run any more: give it back."""

    def problem(self) -> str | None:
        """What keeps a planned machine with this device from its host."""
        if self.feature not in self.host.release.special_devices:
            return f"The device '{self.label}' is not supported on the physical computer."
        return None

    def check(self, name: str, value: Any) -> Any:
        """A value for a setting. Raises InvalidParameter."""
        raise NotImplementedError(name, value)
