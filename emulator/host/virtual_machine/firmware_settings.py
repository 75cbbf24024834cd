"""Firmware of a virtual machine: BIOS of generation 1, UEFI of generation 2."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_text
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.host_object import Part, operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.virtual_machine.controllers import ControllerType
from emulator.host.virtual_machine.virtual_machine_state import (
    ConsoleMode,
    NetworkBootProtocol,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.virtual_machine.device import Device
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

# Name -> GUID of the templates that decide which boot loaders secure boot accepts.
SECURE_BOOT_TEMPLATES = {
    "MicrosoftWindows": "1734C6E8-3154-4DDA-BA5F-A874CC483422",
    "MicrosoftUEFICertificateAuthority": "272E7447-90A4-4563-A4B9-8E4AB00526CE",
    "OpenSourceShieldedVM": "4292AE2B-EE2C-42B5-A969-DD8F8689F6F3",
}
#: What a guest reads in its SMBIOS tables, and the most characters of it (chosen).
_IDENTITY_TEXTS = ("bios_serial_number", "base_board_serial_number", "chassis_serial_number", "asset_tag")
_LONGEST_IDENTITY = 64
_OF_BOTH_GENERATIONS = frozenset({"bios_guid", *_IDENTITY_TEXTS})


class FirmwareSettings(Part):
    """``boot_order``: generation 1 the numbers 0 floppy, 1 CD, 2 IDE, 3 network; generation 2 drives and
    network adapters (those not named boot after them). Secure boot exists in generation 2 only.

    ``bios_guid`` and the serial numbers are None for those that Hyper-V makes up from the machine's GUID."""

    __slots__ = (
        "_vm",
        "asset_tag",
        "base_board_serial_number",
        "bios_guid",
        "bios_serial_number",
        "boot_devices",
        "boot_order",
        "chassis_serial_number",
        "console_mode",
        "network_boot_protocol",
        "num_lock",
        "pause_after_boot_failure",
        "secure_boot",
        "secure_boot_template_id",
    )

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self._vm = vm
        self.boot_order: tuple[int, ...] = (0, 1, 2, 3)
        self.boot_devices: tuple[Device, ...] = ()
        self.num_lock = False
        self.secure_boot = vm.generation == 2
        self.secure_boot_template_id = SECURE_BOOT_TEMPLATES["MicrosoftWindows"]
        self.pause_after_boot_failure = False
        self.console_mode = ConsoleMode.DEFAULT
        self.network_boot_protocol = NetworkBootProtocol.IPV4
        self.bios_guid: str | None = None
        self.bios_serial_number: str | None = None
        self.base_board_serial_number: str | None = None
        self.chassis_serial_number: str | None = None
        self.asset_tag: str | None = None

    @property
    def boot_entries(self) -> "list[Device]":
        """Generation 2: what the machine tries to boot, in order; devices that are gone are left out."""
        present = self._bootable
        first = [device for device in self.boot_devices if device in present]
        return first + [device for device in present if device not in first]

    @property
    def boot_sources(self) -> tuple[str, ...]:
        """The same by their identities in the machine (``setting_id``)."""
        return tuple(device.setting_id for device in self.boot_entries)

    @property
    def _bootable(self) -> "list[Device]":
        """Adapters, drives but those of persistent memory, and entries for files."""
        vm = self._vm
        files: list[Device] = []
        if vm._expansion is not None:
            from emulator.host.virtual_machine.expansion.settings_parts import BootFile

            files = [*vm._expansion.of(BootFile)]
        drives = [drive for drive in vm.drives if drive.controller_type is not ControllerType.PMEM]
        return [*vm.network_adapters, *drives, *files]

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names, all or none; the machine must be off. ``boot_sources``
        stands for the devices of these identities in ``boot_devices``.

        Raises InvalidParameter, NotSupported (the other generation's settings), InvalidState.
        """
        checked = {name: self._check(name, value) for name, value in changes.items()}
        self._vm.require(VirtualMachineState.OFF)
        for name, value in checked.items():
            setattr(self, "boot_devices" if name == "boot_sources" else name, value)
        self._vm.reconfigured()

    def _check(self, name: str, value: Any) -> Any:
        generation = self._vm.generation if name in _OF_BOTH_GENERATIONS else 2
        if name in ("boot_order", "num_lock"):
            generation = 1
        if (name not in self.__slots__ and name != "boot_sources") or name.startswith("_"):
            raise InvalidParameter(f"There is no firmware setting '{name}'.")
        if self._vm.generation != generation:
            raise NotSupported(f"A generation {self._vm.generation} virtual machine has no {name}.")
        if name == "boot_order":
            order = tuple(value)
            if sorted(order) != [0, 1, 2, 3]:
                raise InvalidParameter("The boot order must name 0, 1, 2 and 3 once each.")
            return order
        if name in ("boot_devices", "boot_sources"):
            present = self._bootable
            by_identity = {device.setting_id.lower(): device for device in present}
            devices = tuple(
                by_identity.get(each.lower(), each) if isinstance(each, str) else each for each in value
            )
            if any(device not in present for device in devices) or len(set(devices)) != len(devices):
                raise InvalidParameter(
                    "The boot order names a device that the virtual machine does not have."
                )
            return devices
        if name == "secure_boot_template_id":
            template = normalize_guid(str(value))
            if template not in SECURE_BOOT_TEMPLATES.values():
                raise InvalidParameter(f"There is no secure boot template '{value!s:.64}'.")
            return template
        if name == "console_mode":
            return check_choice(name, value, ConsoleMode)
        if name == "network_boot_protocol":
            return check_choice(name, value, NetworkBootProtocol)
        if name == "bios_guid":
            return _guid(value)
        if name in _IDENTITY_TEXTS:
            return check_text(name, value, _LONGEST_IDENTITY)
        return check_flag(name, value)


def _guid(value: Any) -> str:
    identifier = normalize_guid(str(value))
    if not is_guid(identifier):
        raise InvalidParameter(f"'{value!s:.64}' is not a GUID.")
    return identifier
