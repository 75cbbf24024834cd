"""Cmdlets that C# source declares, public classes with [Cmdlet] over Cmdlet or PSCmdlet, as a module."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.invocation import call_member, read_member, write_member
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.attributes import AttributeObject, RuntimeParameter
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.cmdlet_types import attach, pending
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.dynamic_parameters import parameter_of
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.metadata import CommandMetadata
from emulator.powershell.runtime.module import Cmdlet, CmdletBehaviour, Module

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_NO_DYNAMIC_PARAMETERS = "it has parameters of its own making (IDynamicParameters)"


def module_of(assembly: CSharpAssembly, name: str, path: str, engine: Engine) -> Module:
    """The binary module that an assembly is. Raises what the attributes throw."""
    metadata: dict[str, CommandMetadata] = {}
    class_names: dict[str, str] = {}
    aliases: dict[str, str] = {}
    missing: dict[str, str] = {}
    behaviours: dict[str, CmdletBehaviour] = {}
    for kind in assembly.types:
        if not isinstance(kind, CSharpType) or not _is_cmdlet(kind, engine):
            continue
        attributes = kind.make_attributes(engine)
        declared = next((one for one in attributes if _is(one, "CmdletAttribute")), None)
        if declared is None:
            continue
        command = "-".join(map(to_text, declared.arguments))
        parameters = {one[0]: RuntimeParameter(*one) for one in kind.parameters(engine)}
        metadata[command] = _metadata(declared, parameters)
        class_names[command] = kind.name
        for one in attributes:
            if _is(one, "AliasAttribute"):
                aliases.update({to_text(alias): command for alias in one.arguments[0]})
        if _derives(kind, f"{_A}IDynamicParameters", engine):
            missing[command] = _NO_DYNAMIC_PARAMETERS
            continue
        names = {one.lower(): one for one in parameters}
        target = partial(CompiledCmdlet, kind, names)
        behaviours[command.lower()] = CmdletBehaviour(command, target, True, names, False, False)
    return Module(
        name=name,
        version="0.0.0.0",
        module_type="Binary",
        path=path,
        metadata=metadata,
        class_names=class_names,
        aliases=aliases,
        missing=missing,
        explain=_explain,
        _behaviours=behaviours,
    )


def _is_cmdlet(kind: CSharpType, engine: Engine) -> bool:
    is_visible = not kind.is_abstract and "public" in kind.node.modifiers
    return is_visible and _derives(kind, f"{_A}Cmdlet", engine)


def _derives(kind: CSharpType, name: str, engine: Engine) -> bool:
    other = engine.types.find(name)
    return other is not None and kind.is_assignable_to(other)


def _is(value: Any, name: str) -> bool:
    return isinstance(value, AttributeObject) and value.ps_type.name == f"{_A}{name}"


def _metadata(attribute: AttributeObject, parameters: dict[str, RuntimeParameter]) -> CommandMetadata:
    values = attribute.values
    default = values.get("defaultparametersetname")
    return CommandMetadata(
        [parameter_of(one, of_cmdlet=True) for one in parameters.values()],
        default_set=None if default is None else to_text(default),
        supports_should_process=to_bool(values.get("supportsshouldprocess", False)),
        confirm_impact=to_text(values.get("confirmimpact", "Medium")),
    )


def _explain(_call: CmdletCall, problem: Exception) -> ErrorRecord | None:
    """An exception that the code of a cmdlet lets through ends the pipeline under the name of its type."""
    if not isinstance(problem, NetError):
        return None
    carried = problem.exception.extra.get("errorrecord")
    if isinstance(carried, ErrorRecord):
        return carried
    return ErrorRecord(problem.exception, problem.exception.ps_type.name)


class CompiledCmdlet(Cmdlet):
    """One call of a cmdlet: its object, and what its parameters were before an object of the pipeline."""

    def __init__(self, kind: CSharpType, names: dict[str, str]) -> None:
        self._kind = kind
        self._names = names
        self._this: Any = None
        self._at_first: dict[str, Any] = {}
        self._given: dict[str, Any] = {}

    def begin(self) -> None:
        """Make the object, set what the command line gives and run BeginProcessing."""
        engine = self.call.engine
        self._this = self._kind.create(engine, [], [])
        attach(self._this, self.call)
        self._set_parameters()
        self._run("BeginProcessing")

    def process(self) -> None:
        """Set what the input object gives and run ProcessRecord."""
        self._set_parameters()
        self._run("ProcessRecord")

    def end(self) -> None:
        """Run EndProcessing."""
        self._run("EndProcessing")

    def dispose(self) -> None:
        """Dispose of the object, when its class wants that."""
        if self._this is not None and _derives(self._kind, "System.IDisposable", self.call.engine):
            call_member(self._this, "Dispose", [], self.call.engine)

    def _set_parameters(self) -> None:
        """Parameters that the last input object gave and this one does not are again what they were."""
        engine, wanted = self.call.engine, self.call.parameters
        for key in [one for one in self._given if one not in wanted]:
            write_member(self._this, self._names[key], self._at_first[key], engine)
            del self._given[key]
        for key, value in wanted.items():
            name = self._names.get(key)
            if name is None or (key in self._given and self._given[key] is value):
                continue
            if key not in self._at_first:
                self._at_first[key] = self._value(name)
            self._set(name, value)
            self._given[key] = value

    def _value(self, name: str) -> Any:
        try:
            return read_member(self._this, name, self.call.engine)
        except NetError:
            return None

    def _set(self, name: str, value: Any) -> None:
        binder = self.call.processor.binder
        if binder.metadata.parameters[name.lower()].is_switch:
            value = SwitchParameter(to_bool(value))
        try:
            write_member(self._this, name, value, self.call.engine)
        except NetError as problem:
            raise binder.failure(
                f"Cannot bind parameter '{name}' to the target. Exception setting \"{name}\": "
                f'"{problem.exception.message}"',
                "ParameterBindingFailed",
                "WriteError",
            ) from None

    def _run(self, name: str) -> None:
        if not self._kind.methods_named(name):
            return
        try:
            call_member(self._this, name, [], self.call.engine)
        except NetError:
            if pending(self._this) is None:
                raise
        ended = pending(self._this)
        if ended is not None:
            raise ended
