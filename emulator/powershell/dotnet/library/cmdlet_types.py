"""System.Management.Automation.Cmdlet and PSCmdlet, bases of compiled cmdlets, and the classes of verbs.

An object of a compiled cmdlet reaches its pipeline by the call that runs it (`attach`). One that a script
made by itself has none: what writes is then a NotImplementedException with the name of the method.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import HashSet
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime import metadata
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.host_objects import HostObject, InvokeCommand, SessionState
from emulator.powershell.runtime.streams import InformationRecord
from emulator.powershell.runtime.type_finder import construct_generic
from emulator.powershell.verbs import VERBS

if TYPE_CHECKING:
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.errors import ErrorRecord

_A = "System.Management.Automation."
_CALL = f"{_A}Cmdlet::call"
_PENDING = f"{_A}Cmdlet::pending"
VIRTUAL_METHODS = ("BeginProcessing", "ProcessRecord", "EndProcessing", "StopProcessing")
"""What a cmdlet overrides; those of Cmdlet do nothing."""


def attach(cmdlet: Any, call: CmdletCall) -> None:
    """Give an object of a compiled cmdlet the call that it serves."""
    cmdlet.fields[_CALL] = call


def pending(cmdlet: Any) -> PSError | None:
    """The error that ended the pipeline while the cmdlet wrote, whatever its own code made of it."""
    found: PSError | None = cmdlet.fields.get(_PENDING)
    return found


def _call(cmdlet: Any, name: str) -> CmdletCall:
    found: CmdletCall | None = cmdlet.fields.get(_CALL)
    if found is None:
        raise NetError("System.NotImplementedException", name)
    return found


def _through(cmdlet: Any, name: str, work: Callable[[CmdletCall], Any]) -> Any:
    """Do what may end the pipeline. The code of the cmdlet sees an exception then, the pipeline the error."""
    call = _call(cmdlet, name)
    try:
        return work(call)
    except PSError as problem:
        cmdlet.fields[_PENDING] = problem
        raise


def _names(names: list[str]) -> HashSet:
    kind = construct_generic(builtin("System.Collections.Generic.HashSet`1"), (builtin("System.String"),))
    return HashSet(names, kind, case_sensitive=False)


def _common() -> HashSet:
    return _names([one.name for one in metadata.common_parameters(False)])


def _optional_common() -> HashSet:
    always = _common()
    optional = [one.name for one in metadata.common_parameters(True) if one.name not in always]
    return _names([*optional, "UseTransaction"])


_STATICS = {"CommonParameters": _common, "OptionalCommonParameters": _optional_common}

# Output


def _write_object(cmdlet: Any, value: Any, enumerate_collection: bool = False) -> None:
    _through(
        cmdlet, "WriteObject", lambda call: (call.write_all if enumerate_collection else call.write)(value)
    )


def _write_information(cmdlet: Any, data: Any, tags: Any = ()) -> None:
    def write(call: CmdletCall) -> None:
        is_record = isinstance(data, InformationRecord)
        call.information(data if is_record else InformationRecord(data, tuple(tags or ()), source=call.name))

    _through(cmdlet, "WriteInformation", write)


def _throw(call: CmdletCall, record: ErrorRecord) -> None:
    raise call.complete(PSError(record))


def _writer(name: str, run: Callable[[CmdletCall, Any], None]) -> Callable[[Any, Any], None]:
    return lambda cmdlet, value: _through(cmdlet, name, lambda call: run(call, value))


# Questions

_REASON = EnumType(f"{_A}ShouldProcessReason", {"None": 0, "WhatIf": 1}, flags=True)
register(_REASON)


def _should_process(cmdlet: Any, target: str, action: str | None = None) -> Any:
    return _through(cmdlet, "ShouldProcess", lambda call: call.should_process(target, action))


def _should_process_as(
    cmdlet: Any, description: str, question: str, caption: str, reason: Reference | None = None
) -> Any:
    def ask(call: CmdletCall) -> bool:
        if reason is not None:
            reason.write(_REASON["WhatIf" if call.options.what_if(call.frame) else "None"])
        return call.should_process_as(description, question, caption)

    return _through(cmdlet, "ShouldProcess", ask)


def _should_continue(cmdlet: Any, query: str, caption: str) -> Any:
    return _through(cmdlet, "ShouldContinue", lambda call: call.should_continue(query, caption))


def _no_answer_to_all(_cmdlet: Any, *_given: Any) -> bool:
    raise not_emulated("ShouldContinue of a compiled cmdlet with answers for all")


# What is around the cmdlet


def _part(name: str, attribute: str) -> Callable[[Any], Any]:
    """What the call has."""
    return lambda cmdlet: getattr(_call(cmdlet, name), attribute)


def _of_session(name: str, kind: Callable[[Engine], Any]) -> Callable[[Any], Any]:
    """An object over the session."""
    return lambda cmdlet: kind(_call(cmdlet, name).engine)


def _is_stopping(cmdlet: Any) -> bool:
    return _call(cmdlet, "Stopping").stopping()


def _variable(cmdlet: Any, name: str, default: Any = None) -> Any:
    return _call(cmdlet, "GetVariableValue").frame.scope.value(name.lower(), default)


def _unresolved(cmdlet: Any, path: str) -> str:
    return str(_call(cmdlet, "GetUnresolvedProviderPathFromPSPath").engine.paths.place(path).path)


_RECORD = f"{_A}ErrorRecord errorRecord"
register(
    PSType(
        f"{_A}Cmdlet",
        is_abstract=True,
        static=_STATICS,
        instance={
            "Stopping: bool": _is_stopping,
            "WriteObject(object sendToPipeline)": _write_object,
            "WriteObject(object sendToPipeline, bool enumerateCollection)": _write_object,
            f"WriteError({_RECORD})": _writer("WriteError", lambda call, one: call.error(one)),
            f"ThrowTerminatingError({_RECORD})": _writer("ThrowTerminatingError", _throw),
            "WriteVerbose(string text)": _writer("WriteVerbose", lambda call, one: call.verbose(one)),
            "WriteDebug(string text)": _writer("WriteDebug", lambda call, one: call.debug(one)),
            "WriteWarning(string text)": _writer("WriteWarning", lambda call, one: call.warning(one)),
            "WriteCommandDetail(string text)": _writer("WriteCommandDetail", lambda _call, _text: None),
            f"WriteProgress({_A}ProgressRecord progressRecord)": _writer(
                "WriteProgress",
                lambda call, one: call.progress(one),
            ),
            "WriteInformation(object messageData, string[] tags)": _write_information,
            f"WriteInformation({_A}InformationRecord informationRecord)": _write_information,
            "ShouldProcess(string target)": _should_process,
            "ShouldProcess(string target, string action)": _should_process,
            "ShouldProcess(string verboseDescription, string verboseWarning, string caption)": (
                _should_process_as
            ),
            "ShouldProcess(string verboseDescription, string verboseWarning, string caption, "
            "ref shouldProcessReason)": _should_process_as,
            "ShouldContinue(string query, string caption)": _should_continue,
            "ShouldContinue(string query, string caption, ref yesToAll, ref noToAll)": _no_answer_to_all,
        },
    )
)
register(
    PSType(
        f"{_A}PSCmdlet",
        base=f"{_A}Cmdlet",
        is_abstract=True,
        static=_STATICS,
        instance={
            "ParameterSetName: string": _part("ParameterSetName", "parameter_set"),
            f"MyInvocation: {_A}InvocationInfo": _part("MyInvocation", "invocation"),
            f"SessionState: {_A}SessionState": _of_session("SessionState", SessionState),
            f"Host: {_A}Host.PSHost": _of_session("Host", HostObject),
            f"InvokeCommand: {_A}CommandInvocationIntrinsics": _of_session("InvokeCommand", InvokeCommand),
            "GetVariableValue(string name)": _variable,
            "GetVariableValue(string name, object defaultValue)": _variable,
            "GetUnresolvedProviderPathFromPSPath(string path)": _unresolved,
        },
    )
)


def _constant(verb: str) -> Callable[[], str]:
    return lambda: verb


for _group, _verbs in VERBS.items():
    register(
        PSType(
            f"{_A}Verbs{_group}",
            is_abstract=True,
            static={f"{one}: string": _constant(one) for one in _verbs.split()},
        )
    )
