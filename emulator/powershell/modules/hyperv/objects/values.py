"""Conversions from the machine's values to those of .NET, used by the tables of properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from emulator.host import Checkpoint, Device, Host, VirtualMachine
from emulator.powershell.dotnet.collections import GenericList, TypedArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.modules.hyperv.catalog import class_named, enum_value, enumeration
from emulator.powershell.modules.hyperv.default_values import list_type

EMPTY_GUID = Guid(0)


def guid(text: str) -> Guid:
    """A GUID of the machine."""
    return Guid.parse(text) or EMPTY_GUID


def local_time(host: Host, moment: datetime) -> DateTime:
    """A moment in the machine's time zone."""
    return DateTime.from_python(moment, host.operating_system.utc_offset())


def span(value: timedelta) -> TimeSpan:
    """A duration."""
    return TimeSpan.from_python(value)


def enum(name: str, read: Callable[[Any], int]) -> Callable[[Any], EnumValue]:
    """A reader that makes a value of an enumeration from a number."""
    return lambda value: enum_value(name, read(value))


def constant(name: str, member: str) -> Callable[[Any], EnumValue]:
    """A reader that always gives one member of an enumeration."""
    return lambda _: enumeration(name)[member]


def on_off(read: Callable[[Any], object]) -> Callable[[Any], EnumValue]:
    """A reader of OnOffState; On is 0 and Off is 1."""
    return lambda value: enum_value("OnOffState", 0 if read(value) else 1)


def texts(items: Iterable[str]) -> TypedArray:
    """string[]."""
    return TypedArray(items, array_of(builtin("System.String")))


def text_list(items: Iterable[str]) -> GenericList:
    """A list of strings."""
    return GenericList(items, list_type(builtin("System.String")))


def array(name: str, items: Iterable[Any]) -> TypedArray:
    """An array of one of the module's classes."""
    return TypedArray(items, array_of(class_named(name)))


def enum_array(name: str, numbers: Iterable[int]) -> TypedArray:
    """An array of values of one of the module's enumerations."""
    kind = enumeration(name)
    return TypedArray([kind.value(int(number)) for number in numbers], array_of(kind))


def typed_list(name: str, items: Iterable[Any]) -> GenericList:
    """A List of one of the module's classes."""
    return GenericList(items, list_type(class_named(name)))


def device_id(device: Device) -> str:
    """InstanceID of a device's settings."""
    return f"Microsoft:{device.vm.id}\\{device.setting_id}"


def _machine(vm: VirtualMachine) -> VirtualMachine:
    return vm.machine if isinstance(vm, Checkpoint) else vm


def component(read_vm: Callable[[Any], VirtualMachine]) -> Mapping[str, Callable[[Any], Any]]:
    """Readers of what every part of a virtual machine has."""
    return {
        "VMId": lambda value: guid(_machine(read_vm(value)).id),
        "VMName": lambda value: _machine(read_vm(value)).name,
        "VMSnapshotId": lambda value: (
            guid(read_vm(value).id) if isinstance(read_vm(value), Checkpoint) else EMPTY_GUID
        ),
        "VMSnapshotName": lambda value: read_vm(value).name if isinstance(read_vm(value), Checkpoint) else "",
        "ComputerName": lambda value: read_vm(value).host.name,
        "IsDeleted": lambda value: read_vm(value).deleted,
    }


DEVICE: Mapping[str, Callable[[Any], Any]] = {
    **component(lambda device: device.vm),
    "Name": lambda device: device.name,
    "Id": device_id,
}
"""Readers of what every device of a virtual machine has."""


def device_text(class_name: str, name: Callable[[Any], str] | None = None) -> Callable[[Any], str]:
    """ToString of a device."""

    def text(device: Any) -> str:
        shown = name(device) if name is not None else device.name
        return (
            f"{class_name} (Name = '{shown}', VMName = '{device.vm.name}') "
            f"[Id = '{device_id(device)}', VMId = '{device.vm.id}']"
        )

    return text
