"""Parts of a machine's settings that clients add and remove: boot entries for files, storage settings."""

from typing import Any

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.virtual_machine.expansion.device import ExpansionDevice

_LONGEST_PATH = 1024
_LONGEST_DATA = 1 << 16


class BootFile(ExpansionDevice):
    """An entry of the boot order that names a file, such as ``\\EFI\\ubuntu\\shimx64.efi`` (generation 2)."""

    __slots__ = ("firmware_path", "optional_data")
    label = "Boot Source"
    default_name = "Boot Source Settings"
    limit = 32

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.firmware_path = ""
        self.optional_data = b""

    @classmethod
    def check_release(cls, vm: Any) -> None:
        if vm.generation == 1:
            raise NotSupported("A generation 1 virtual machine has no boot sources.")

    def check(self, name: str, value: Any) -> Any:
        if name == "firmware_path":
            return check_text(name, value, _LONGEST_PATH, shortest=1)
        if name == "optional_data" and len(value) <= _LONGEST_DATA:
            return bytes(value)
        raise InvalidParameter(f"The boot source setting '{name}' is not valid.")

    def check_add(self) -> None:
        if not self.firmware_path:
            raise InvalidParameter("A boot source for a file needs a firmware device path.")

    def problem(self) -> str | None:
        return None


class StorageSettings(ExpansionDevice):
    """How a machine talks to its storage (2016 and later); kept, and of no effect here.

    ``threads_per_channel``: 0 default, 1 low, 2 medium, 3 high.
    """

    __slots__ = ("disable_interrupt_batching", "processors_per_channel", "threads_per_channel")
    label = "Storage"
    default_name = "Storage Settings"

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.threads_per_channel = 0
        self.processors_per_channel = 0
        self.disable_interrupt_batching = False

    @classmethod
    def check_release(cls, vm: Any) -> None:
        """Machines have them since their configuration is binary."""
        if vm.host.release.configuration_format != "vmcx":
            raise NotSupported()

    def check(self, name: str, value: Any) -> Any:
        if name == "threads_per_channel":
            return check_number(name, value, 0, 3)
        if name == "processors_per_channel":
            return check_number(name, value, 0, 0xFFFF)
        if name == "disable_interrupt_batching":
            return check_flag(name, value)
        raise InvalidParameter(f"There is no storage setting '{name}'.")

    def problem(self) -> str | None:
        return None
