"""What of a profile is valid on its own: the input of the checks that compare one part with another.

When one field is wrong, the parts without that field are still compared, so that one reading of a file
reports all of its problems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from emulator.profile.checking import ValidationError, check
from emulator.profile.hardware import Hardware
from emulator.profile.inventory import Generate, VirtualDisk, VirtualMachine, VirtualSan, VirtualSwitch
from emulator.profile.model import Profile
from emulator.profile.operating_system import HyperVSettings, OperatingSystem, User
from emulator.profile.release import EditionFacts, Release, release, release_keys
from emulator.profile.section import Section
from emulator.profile.winrm import Winrm

Part = TypeVar("Part", bound=Section)


@dataclass(slots=True)
class Items(Generic[Part]):
    """The valid items of a list with their positions."""

    items: list[tuple[int, Part]] = field(default_factory=list)
    complete: bool = True
    """Every item of the file is here: what is not here does not exist."""

    def __iter__(self) -> Any:
        return iter(self.items)


@dataclass(slots=True)
class Draft:
    """The valid parts of a profile; None is a part that has problems of its own."""

    hardware: Hardware | None
    operating_system: OperatingSystem | None
    hyper_v: HyperVSettings | None
    winrm: Winrm | None
    users: Items[User]
    switches: Items[VirtualSwitch]
    sans: Items[VirtualSan]
    disks: Items[VirtualDisk]
    machines: Items[VirtualMachine]
    generate: Generate | None

    @property
    def release(self) -> Release | None:
        """Facts of the stated release, when there is one."""
        key = self.operating_system.release if self.operating_system else None
        return release(key) if key in release_keys() else None

    @property
    def edition(self) -> EditionFacts | None:
        """Facts of the stated edition, when there is one."""
        if self.release is None or self.operating_system is None:
            return None
        return self.release.editions.get(self.operating_system.edition)


def of_profile(profile: Profile) -> Draft:
    """The draft of a profile whose fields are all valid."""
    inventory = profile.inventory
    return Draft(
        profile.hardware,
        profile.operating_system,
        profile.hyper_v,
        profile.winrm,
        Items(list(enumerate(profile.users))),
        Items(list(enumerate(inventory.virtual_switches))),
        Items(list(enumerate(inventory.virtual_sans))),
        Items(list(enumerate(inventory.virtual_disks))),
        Items(list(enumerate(inventory.virtual_machines))),
        inventory.generate,
    )


_HARMLESS: Final = frozenset(
    {
        *("description", "clock", "full_name", "groups", "time_zone", "language", "domain", "workgroup"),
        *("install_date", "last_boot", "product_id", "registered_owner", "registered_organization"),
        *("id", "notes", "version", "state", "guest", "mac_address", "label", "media", "serial_number"),
        *("automatic_start_action", "automatic_stop_action", "automatic_start_delay", "buffer", "weight"),
    }
)
"""Optional fields of which a wrong value can be left out without making another field look wrong."""


def _drop_wrong_fields(data: Mapping[str, Any], error: ValidationError) -> None:
    """Drop unknown keys and wrong harmless fields, so that the parts around them are valid."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        path = detail["loc"]
        if detail["type"] == "extra_forbidden":
            end = len(path) - 1
        else:
            end = next((index for index, step in enumerate(path) if step in _HARMLESS), -1)
        holder: Any = data
        for step in path[: max(end, 0)]:
            inside = step in holder if isinstance(holder, dict) else isinstance(step, int)
            holder = holder[step] if inside else {}
        if end >= 0 and isinstance(holder, dict):
            holder.pop(path[end], None)


def of_data(data: Mapping[str, Any], error: ValidationError) -> Draft:
    """The draft of plain data in which validation found `error`; changes the data."""
    _drop_wrong_fields(data, error)
    inventory = data.get("inventory", {})
    if not isinstance(inventory, Mapping):
        inventory = dict.fromkeys(
            ("virtual_switches", "virtual_sans", "virtual_disks", "virtual_machines", "generate")
        )
    return Draft(
        _part(Hardware, data.get("hardware")),
        _part(OperatingSystem, data.get("operating_system")),
        _part(HyperVSettings, data.get("hyper_v", {})),
        _part(Winrm, data.get("winrm", {})),
        _items(User, data.get("users", ())),
        _items(VirtualSwitch, inventory.get("virtual_switches", ())),
        _items(VirtualSan, inventory.get("virtual_sans", ())),
        _items(VirtualDisk, inventory.get("virtual_disks", ())),
        _items(VirtualMachine, inventory.get("virtual_machines", ())),
        _part(Generate, inventory.get("generate", {})),
    )


def _part(section: type[Part], data: Any) -> Part | None:
    try:
        return check(section, data)
    except ValidationError:
        return None


def _items(section: type[Part], data: Any) -> Items[Part]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        return Items(complete=False)
    parts = [(index, _part(section, item)) for index, item in enumerate(data)]
    valid = [(index, part) for index, part in parts if part is not None]
    return Items(valid, complete=len(valid) == len(parts))
