"""How refusals of the machine look as PowerShell errors. One table; each row is what a release shows.

From 2016 on the exception is always VirtualizationException and has no target; before, it says whether an
argument was wrong or an operation failed, and the latter has the task as its target (recorded transcripts).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import (
    AccessDenied,
    AlreadyExists,
    FileNotFound,
    FileReadOnly,
    FilesystemError,
    GuestLocked,
    Host,
    HostError,
    HypervisorNotRunning,
    InUse,
    InvalidParameter,
    InvalidPath,
    InvalidState,
    IsADirectory,
    LimitExceeded,
    NotADirectory,
    NotFound,
    NotSupported,
    OutOfMemory,
    PathNotFound,
    PathTooLong,
    RoleNotInstalled,
    ServiceError,
    VirtualMachine,
)
from emulator.host.errors import DeviceOperation
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.errors import ErrorRecord, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.cmdlet_call import CmdletCall

NAMESPACE = "Microsoft.HyperV.PowerShell"
FIRST_BUILD_WITH_ONE_EXCEPTION = 14393


class Face(NamedTuple):
    """Error id, category, and the text when it is not that of the machine (``{host}`` is the computer's
    name)."""

    error_id: str
    category: str
    text: str = ""


_OPERATION_FAILED = Face("OperationFailed", "NotSpecified")
_NO_OBJECT = Face(
    "ObjectNotFound",
    "ObjectNotFound",
    "Hyper-V encountered an error trying to access an object on computer '{host}' because the object was not "
    "found. The object might have been deleted. Verify that the Virtual Machine Management service on the "
    "computer is running.",
)
_FACES: dict[type[HostError], Face] = {
    RoleNotInstalled: _NO_OBJECT,
    ServiceError: _NO_OBJECT,
    AccessDenied: Face("AccessDenied", "PermissionDenied"),
    IsADirectory: Face("AccessDenied", "PermissionDenied"),
    FileReadOnly: Face("AccessDenied", "PermissionDenied"),
    NotSupported: Face("NotSupported", "NotImplemented"),
    InvalidParameter: Face("InvalidParameter", "InvalidArgument"),
    InvalidPath: Face("InvalidParameter", "InvalidArgument"),
    PathTooLong: Face("InvalidParameter", "InvalidArgument"),
    NotADirectory: Face("InvalidParameter", "InvalidArgument"),
    LimitExceeded: Face("InvalidParameter", "InvalidArgument"),
    InvalidState: Face("InvalidState", "InvalidOperation"),
    InUse: Face("ObjectInUse", "ResourceBusy"),
    OutOfMemory: Face("OutOfMemory", "FromStdErr"),
    HypervisorNotRunning: _OPERATION_FAILED,
    NotFound: Face("ObjectNotFound", "ObjectNotFound"),
    FileNotFound: Face("ObjectNotFound", "ObjectNotFound"),
    PathNotFound: Face("ObjectNotFound", "ObjectNotFound"),
    AlreadyExists: _OPERATION_FAILED,
    GuestLocked: Face(
        "Unspecified",
        "NotSpecified",
        "The virtual machine is locked. An interactive shutdown cannot proceed while the virtual machine is "
        "locked.",
    ),
    HostError: _OPERATION_FAILED,
}
#: Cmdlets that name a missing machine by another error id than all others (recorded).
_SAYS_OBJECT_NOT_FOUND = "-VMGpuPartitionAdapter"
_VIRTUAL_DISK_ERRORS = 0xC03A
_FOUND_IN_THE_JOB = (FilesystemError, AccessDenied, InUse)
_IDENTIFIED = re.compile(r" ?\(Virtual machine ID [^)]*\)")


@cache
def exception_types() -> dict[str, PSType]:
    """The exceptions of the module by short name."""
    base = f"{NAMESPACE}.VirtualizationException"
    made = {"VirtualizationException": PSType(base, base="System.Exception")}
    for name in ("VirtualizationInvalidArgumentException", "VirtualizationOperationFailedException"):
        made[name] = PSType(f"{NAMESPACE}.{name}", base="System.Exception")
    return made


def exception_type(host: Host, *, argument: bool) -> PSType:
    """The exception that the release throws."""
    if host.release.build >= FIRST_BUILD_WITH_ONE_EXCEPTION:
        name = "VirtualizationException"
    else:
        name = f"Virtualization{'InvalidArgument' if argument else 'OperationFailed'}Exception"
    return exception_types()[name]


def face_of(problem: HostError) -> Face:
    """The row of an error: that of its class, or of the nearest base class."""
    return next(_FACES[kind] for kind in type(problem).__mro__ if kind in _FACES)


def record_of(
    call: CmdletCall,
    problem: HostError,
    text: str | None = None,
    target: Any = None,
    computer: str | None = None,
) -> ErrorRecord:
    """The error record of a refusal; ``text`` replaces the machine's own, ``computer`` its name in it."""
    host = call.service(Host)
    face = face_of(problem)
    argument = face.category == "InvalidArgument"
    message = text or (face.text.format(host=computer or host.name) if face.text else _text_of(problem))
    error_id = face.error_id
    old = host.release.build < FIRST_BUILD_WITH_ONE_EXCEPTION
    if old and error_id == "OperationFailed":
        error_id = "Unspecified"
    record = call.record(exception_type(host, argument=argument), message, error_id, face.category, target)
    if old and not argument and target is None:
        record.target_name, record.target_type = f"{NAMESPACE}.VMTask", "VMTask"
    return record


def argument_record(call: CmdletCall, text: str, target: Any = None) -> ErrorRecord:
    """The error record of an argument that the cmdlet itself refuses."""
    host = call.service(Host)
    return call.record(
        exception_type(host, argument=True), text, "InvalidParameter", "InvalidArgument", target
    )


def criteria_record(call: CmdletCall, text: str) -> ErrorRecord:
    """Nothing is there for what was asked: without a target (recorded for GPU partitions)."""
    host = call.service(Host)
    return call.record(exception_type(host, argument=False), text, "ObjectNotFound", "ObjectNotFound")


def not_found_record(call: CmdletCall, thing: str, name: str, *, target: Any = None) -> ErrorRecord:
    """``Hyper-V was unable to find a virtual machine with name "x".``"""
    host = call.service(Host)
    if host.release.build >= FIRST_BUILD_WITH_ONE_EXCEPTION:
        text = f'Hyper-V was unable to find a {thing} with name "{name}".'
    else:
        text = f"A parameter is invalid. Hyper-V was unable to find a {thing} with name {name}."
    if call.name.endswith(_SAYS_OBJECT_NOT_FOUND):
        return criteria_record(call, text)
    return argument_record(call, text, name if target is None else target)


def no_prompt_record(call: CmdletCall, problem: PSError) -> ErrorRecord:
    """A question that nobody can answer: the module reports it as its own error (recorded)."""
    host = call.service(Host)
    return call.record(
        exception_type(host, argument=False), problem.record.message, "InvalidOperation", "InvalidOperation"
    )


def _text_of(problem: HostError) -> str:
    return problem.text if problem.operation is None else _device_text(problem, problem.operation)


def failed_text(vm: VirtualMachine, headline: str, problem: HostError) -> str:
    """The text of a failed operation: headline and details, then both with the machine's identifier
    (recorded)."""
    plain = problem.summary or _IDENTIFIED.sub("", problem.text).strip()
    identifier = f"(Virtual machine ID {vm.id})"
    full = problem.text if _IDENTIFIED.search(problem.text) else f"{problem.text} {identifier}"
    return "\n".join((headline, plain, f"{headline} {identifier}", full))


def _device_text(problem: HostError, operation: DeviceOperation) -> str:
    """How a refusal to add or to modify a device is worded: what failed and why, then both with the names
    and the machine's identifier. A wrong state is not explained further (both recorded)."""
    identifier = f"(Virtual machine ID {operation.machine_id})"
    what = f"ailed to {operation.action} device '{operation.device}'."
    lines, full = [f"F{what}"], [f"'{operation.machine}' f{what} {identifier}"]
    if not (isinstance(problem, InvalidState) and problem.text == InvalidState.default_text):
        lines.append(problem.summary or _IDENTIFIED.sub("", problem.text).strip())
        known = _IDENTIFIED.search(problem.text)
        full.append(problem.text if known else f"{problem.text} {identifier}")
    return "\n".join(lines + full)


@contextmanager
def disk_operation(action: str | None, path: str, noun: str = "virtual disk") -> Iterator[None]:
    """What is refused inside becomes the failed operation on a virtual disk's file that Windows reports: what
    failed, twice, the second time with the reason. A reason that only virtual disks have (by its HRESULT)
    stands in the first part too (both recorded). What Windows finds out before the job stays what it is;
    so does everything without ``action``, the verb."""
    try:
        yield
    except HostError as problem:
        of_disks = problem.hresult >> 16 == _VIRTUAL_DISK_ERRORS
        if action is None or not (of_disks or isinstance(problem, _FOUND_IN_THE_JOB)):
            raise
        headline, system = f"Failed to {action} the {noun}.", f"The system failed to {action} '{path}'"
        first = [headline, f"{system}.", *([problem.text] if of_disks else [])]
        raise HostError("\n".join((*first, headline, f"{system}: {coded_text(problem)}"))) from None


def coded_text(problem: HostError) -> str:
    """The text of an error with its HRESULT: ``The file exists. (0x80070050)``."""
    return f"{problem.text} (0x{problem.hresult:08X})."
