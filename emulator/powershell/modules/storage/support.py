"""What the cmdlets of the module share: errors of CIM methods and queries, and which objects are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from emulator.host import Account, Host, HostError
from emulator.host.errors import InvalidParameter
from emulator.host.security.callers import may_administer
from emulator.host.storage.disk_layout import disk_title, disk_unique_id
from emulator.host.storage.storage_errors import StorageCode, StorageRefused, storage_code
from emulator.host.storage.storage_spaces import StoragePool
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    DriveLook,
    PoolLook,
    SpaceLook,
    disks,
    pool_looks,
    space_looks,
)
from emulator.powershell.modules.storage.types import CIM_EXCEPTION, JOB_EXCEPTION, device_path
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord

Look = TypeVar("Look")


def host_of(call: CmdletCall) -> Host:
    """The machine. Raises a terminating error for somebody who is no administrator."""
    host = call.service(Host)
    account = call.engine.find_service(Account)
    if not may_administer(account):
        raise call.failure(
            CIM_EXCEPTION, "Access to a CIM resource was not available to the client.", "HRESULT 0x80041003",
            "PermissionDenied",
        )  # fmt: skip
    return host


@contextmanager
def reporting(call: CmdletCall, target: Any = None) -> Iterator[None]:
    """Report a refusal of the machine as the error of a CIM method."""
    try:
        yield
    except HostError as problem:
        code = f"StorageWMI {storage_code(problem)}"
        call.error(call.record(CIM_EXCEPTION, problem.text, code, "NotSpecified", target))


def not_found(call: CmdletCall, class_name: str, name: str, value: object) -> ErrorRecord:
    """What a query says when no object has a property's value."""
    return call.record(
        JOB_EXCEPTION,
        f"No {class_name} objects found with property '{name}' equal to '{value}'.  Verify the value of the"
        " property and retry.",
        f"CmdletizationQuery_NotFound_{name}",
        "ObjectNotFound",
        value,
    )


def as_list(value: Any) -> list[Any]:
    """What a parameter holds, as a list."""
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def chosen(
    call: CmdletCall, class_name: str, found: Iterable[Look], wanted: Iterable[tuple[str, Any, Any]]
) -> list[Look]:
    """The objects that have the values that a call names: (parameter, property, reader) each. A value that no
    object has is an error, unless it is a pattern."""
    result = list(found)
    for parameter, name, read in wanted:
        values = as_list(call.get(parameter))
        if not values:
            continue
        kept: list[Look] = []
        for value in values:
            text = str(value)
            fitting = [each for each in result if like(str(read(each)), text)]
            if not fitting and not set(text) & set("*?["):
                call.error(not_found(call, class_name, name, value))
            kept += [each for each in fitting if each not in kept]
        result = kept
    return result


def disks_of_space(call: CmdletCall, look: SpaceLook) -> list[DiskLook]:
    """The disk of a virtual disk; none while that is detached."""
    return [each for each in disks(host_of(call)) if each.disk.space is look.space]


def drives_of(call: CmdletCall, parameter: str) -> list[int]:
    """The numbers of the drives that a parameter holds. Raises InvalidParameter."""
    given = as_list(call.get(parameter))
    if not all(isinstance(each, DriveLook) for each in given):
        raise InvalidParameter(f"{parameter} holds something that is no physical disk.")
    return [each.disk.number for each in given]


def disks_of(call: CmdletCall, number: str = "Number") -> list[DiskLook]:
    """The disks that a call is about: objects, or numbers, names, identifiers, paths."""
    host = host_of(call)
    objects = as_list(call.get("InputObject"))
    if objects:
        numbers = [each.disk.number for each in objects if isinstance(each, DiskLook)]
        return [each for each in disks(host) if each.disk.number in numbers]
    return chosen(
        call,
        "MSFT_Disk",
        disks(host),
        (
            (number, "Number", lambda look: look.disk.number),
            ("UniqueId", "UniqueId", lambda look: disk_unique_id(host, look.disk)),
            ("DiskId", "Path", device_path),
            ("FriendlyName", "FriendlyName", lambda look: disk_title(host, look.disk)),
            ("SerialNumber", "SerialNumber", lambda look: look.disk.serial_number),
            ("Path", "Path", device_path),
            ("DiskPath", "Path", device_path),
        ),
    )


def spaces_of(call: CmdletCall, prefix: str = "") -> list[SpaceLook]:
    """The virtual disks that a call names; the parameters begin with the prefix."""
    return chosen(
        call,
        "MSFT_VirtualDisk",
        space_looks(host_of(call)),
        (
            (f"{prefix}FriendlyName", "FriendlyName", lambda look: look.space.name),
            (f"{prefix}Name", "Name", lambda _: ""),
            (f"{prefix}UniqueId", "UniqueId", lambda look: look.space.unique_id),
        ),
    )


def pools_of(call: CmdletCall, prefix: str = "") -> list[PoolLook]:
    """The pools that a call is about: objects, or names and identifiers in parameters with a prefix."""
    host = host_of(call)
    given = [*as_list(call.get("InputObject")), *as_list(call.get("StoragePool"))]
    objects = [each for each in given if isinstance(each, PoolLook)]
    return objects or chosen(
        call,
        "MSFT_StoragePool",
        pool_looks(host),
        (
            (f"{prefix}FriendlyName", "FriendlyName", lambda look: look.name),
            (f"{prefix}Name", "Name", lambda look: "Primordial" if look.pool is None else ""),
            (f"{prefix}UniqueId", "UniqueId", lambda look: look.identifier),
        ),
    )


def concrete(look: PoolLook) -> StoragePool:
    """The pool of a look. Raises StorageRefused (48000) for the primordial one."""
    if look.pool is None:
        raise StorageRefused(StorageCode.PRIMORDIAL_POOL)
    return look.pool
