"""PowerShell Direct and sessions in containers (-VMName, -VMId, -ContainerId): what is checked of the
machines of this host, and what Windows says when nothing in them answers. No guest and no container runs
here that could.
"""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.members import get_property

#: The parameters of a cmdlet that asks `means_machine`.
VM_READS = ("VMName", "VMId", "ContainerId")
_ARGUMENT = "System.ArgumentException"
_OPERATION = "System.Management.Automation.PSInvalidOperationException"
_NO_ANSWER = (
    "An error has occurred which Windows PowerShell cannot handle. A remote session might have ended."
)
_RUNSPACE = "System.Management.Automation.RemoteRunspace"


def means_machine(call: CmdletCall) -> bool:
    """Whether a call is about virtual machines or containers and not about computers."""
    return any(call.has(one) for one in VM_READS)


def refuse_machines(call: CmdletCall) -> None:
    """Report of every machine or container that a call names why there is no session in it."""
    for _ in _listed(call.get("ContainerId")):
        _refuse_container(call)
    for key in ("VMName", "VMId"):
        for one in _listed(call.get(key)):
            _refuse_machine(call, key, one)


def refuse_machine(call: CmdletCall) -> None:
    """The same of the one that Enter-PSSession names, which says it in words of its own."""
    if call.has("ContainerId"):
        _refuse_container(call)
        return
    key = "VMName" if call.has("VMName") else "VMId"
    found = _machines(call, key, call.get(key))
    if len(found) != 1 and key == "VMId":
        text = "The input VMId parameter does not resolve to a single virtual machine."
        _report(call, "InvalidVMId", text)
    elif not found:
        text = "The input VMName parameter does not resolve to any virtual machine."
        _report(call, "InvalidVMNameNoVM", text)
    elif len(found) > 1:
        _report(
            call,
            "InvalidVMNameMultipleVM",
            "The input VMName parameter resolves to multiple virtual machines.",
        )
    elif _is_running(call, found[0]):
        record = ErrorRecord(_no_answer(), "CreateRemoteRunspaceForVMFailed", "InvalidArgument")
        call.error(record)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _refuse_machine(call: CmdletCall, key: str, value: Any) -> None:
    found = _machines(call, key, value)
    if len(found) != 1:
        error_id = "InvalidVMNameNotSingle" if key == "VMName" else "InvalidVMIdNotSingle"
        text = f"The input {key} {to_text(value)} does not resolve to a single virtual machine."
        _report(call, error_id, text)
    elif _is_running(call, found[0]):
        call.error(_unanswered(call, to_text(get_property(found[0], "VMName", call.engine))), is_own=False)


def _machines(call: CmdletCall, key: str, value: Any) -> list[Any]:
    """What Get-VM finds. Raises HyperVModuleNotAvailable where there is no such cmdlet."""
    if call.engine.commands.find_or_load("Get-VM", call.frame.scope) is None:
        raise call.failure(
            _ARGUMENT,
            "The Hyper-V Module for Windows PowerShell is not available on this machine.",
            "HyperVModuleNotAvailable",
            "NotInstalled",
        )
    parameter = "Name" if key == "VMName" else "Id"
    asking = call.engine.script_block(f"param($value) Get-VM -{parameter} $value -ErrorAction Ignore")
    return asking.invoke([value])


def _is_running(call: CmdletCall, machine: Any) -> bool:
    """Whether a machine runs; that it does not is reported."""
    if to_text(get_property(machine, "State", call.engine)) == "Running":
        return True
    name = to_text(get_property(machine, "VMName", call.engine))
    _report(call, "InvalidVMState", f"The virtual machine {name} is not in running state.")
    return False


def _report(call: CmdletCall, error_id: str, text: str) -> None:
    call.error(call.record(_ARGUMENT, text, error_id, "InvalidArgument"))


def _no_answer() -> ExceptionObject:
    return ExceptionObject(
        "System.Management.Automation.Remoting.PSRemotingDataStructureException", _NO_ANSWER
    )


def _unanswered(call: CmdletCall, name: str) -> ErrorRecord:
    """A machine that runs, and in which nothing answers: the error of the cmdlet that wanted a session."""
    is_session = call.name == "New-PSSession"
    record = ErrorRecord(
        _no_answer(), "2100,PSSessionOpenFailed" if is_session else "PSSessionStateBroken", "OpenError", name
    )
    record.command_class = ""
    if is_session:
        record.activity = call.name
        record.target_name, record.target_type = _RUNSPACE, _RUNSPACE.rpartition(".")[2]
    return record


def _refuse_container(call: CmdletCall) -> None:
    """No machine here has the feature."""
    text = "The Containers feature may not be enabled on this machine."
    error_id = "CreateRemoteRunspaceForContainerFailed"
    call.error(call.record(_OPERATION, text, error_id, "InvalidOperation"))
