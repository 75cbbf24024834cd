"""Flexible I/O devices: a program on the host emulates a device for a virtual machine."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_text
from emulator.host.errors import InvalidParameter
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.resources.resource_kinds import FLEXIBLE_IO
from emulator.host.virtual_machine.expansion.device import (
    CLASS_NOT_REGISTERED,
    DeviceStartError,
    ExpansionDevice,
)

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_MOST_OPTIONS = 64
_LONGEST_OPTION = 1024


class FlexibleIoDevice(ExpansionDevice):
    """A device whose emulator is named by its class identifier; ``options`` are the emulator's own words."""

    __slots__ = ("emulator", "options")
    pool_kind = FLEXIBLE_IO
    feature = "flexible_io"
    label = "Flexible IO Device"
    default_name = "Flexible IO Device"
    limit = 64
    can_be_saved = False
    can_migrate = False

    def __init__(self, vm: "VirtualMachine", identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.emulator = ""
        self.options: tuple[str, ...] = ()

    def check(self, name: str, value: Any) -> Any:
        if name == "emulator":
            if not isinstance(value, str) or not is_guid(value):
                raise InvalidParameter(f"The emulator identifier '{value!s:.64}' is not valid.")
            return normalize_guid(value)
        if name == "options":
            if len(value) > _MOST_OPTIONS:
                raise InvalidParameter(f"A device has at most {_MOST_OPTIONS} options.")
            return tuple(check_text("options", each, _LONGEST_OPTION) for each in value)
        return super().check(name, value)

    def check_add(self) -> None:
        if not self.emulator:
            raise InvalidParameter("The emulator identifier is missing.")

    def check_start(self) -> None:
        """The emulator is a program of the host."""
        if not self._is_registered():
            raise DeviceStartError(self, CLASS_NOT_REGISTERED)

    def problem(self) -> str | None:
        found = super().problem()
        if found is None and not self._is_registered():
            return f"The device emulator '{self.emulator}' was not found on the physical computer."
        return found

    def _is_registered(self) -> bool:
        return any(each.id.upper() == self.emulator for each in self.host.hardware.facts.device_emulators)
