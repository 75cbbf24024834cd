"""The stages of a running pipeline: cmdlets, functions and programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.commands import ApplicationInfo, CmdletInfo, CommandInfo
from emulator.powershell.runtime.common_options import CommonOptions
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    BINDING_EXCEPTION,
    ErrorRecord,
    PSError,
    ReturnSignal,
    StopUpstream,
    not_emulated,
)
from emulator.powershell.runtime.metadata import COMMON_NAMES
from emulator.powershell.runtime.module import Cmdlet, CmdletBehaviour, squeeze
from emulator.powershell.runtime.scope import NOTHING, LazyVariable, Scope, Variable
from emulator.powershell.runtime.streams import Streams, Write

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.invocation import InvocationInfo
    from emulator.powershell.runtime.script_block import ScriptBlock


class Processor:
    """A stage. ``write`` leads to the next one."""

    __slots__ = ("failed", "write")

    write: Write
    failed: bool

    def begin(self) -> None:
        """Before any input."""

    def process(self, value: Any) -> None:
        """One input object."""
        raise NotImplementedError

    def alone(self) -> None:
        """Instead of input, when there is none."""

    def end(self) -> None:
        """After the last input."""

    def dispose(self) -> None:
        """Always, in the end."""


class CmdletProcessor(Processor):
    """A stage that is a cmdlet."""

    __slots__ = (
        "arguments",
        "behaviour",
        "binder",
        "call",
        "engine",
        "expects_input",
        "extra",
        "frame",
        "info",
        "input_key",
        "instance",
        "invocation",
        "streams",
    )

    def __init__(
        self,
        frame: Frame,
        info: CmdletInfo,
        arguments: list[Argument],
        write: Write,
        streams: Streams,
        invocation: InvocationInfo,
        expects_input: bool,
    ) -> None:
        self.frame = frame
        self.engine = frame.engine
        self.info = info
        self.arguments = arguments
        self.write = write
        self.streams = streams
        self.invocation = invocation
        self.expects_input = expects_input
        self.failed = False
        self.instance: Cmdlet | None = None

    def begin(self) -> None:
        """Bind the command line and start the behaviour."""
        engine, info = self.engine, self.info
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        metadata = info.metadata(engine)
        assert metadata is not None  # noqa: S101 - a cmdlet that was found has a shape
        engine.commands.current_name = info.name
        binder = self.binder = Binder(engine, metadata)
        try:
            binder.bind(self.arguments, self.expects_input)
        except PSError as problem:
            self._fill(problem.record)
            raise
        bound = binder.bound
        options = CommonOptions(bound, self.frame)
        if "out" in options.variables:
            self.write = _tee(self.write, options)
        call = self.call = CmdletCall(
            engine, info, self.frame, self.invocation, self.streams, self.write, options, self.expects_input
        )
        call.parameters = bound
        call.processor = self
        call.parameter_set = binder.set_name
        self.input_key = metadata.input_key if self.expects_input else None
        if self.input_key in binder.command_line:
            self.input_key = None
        elif self.input_key is not None and metadata.all_mask > 1:
            call.parameter_set = binder.input_set()
        behaviour = info.module.behaviour(info.name)
        if behaviour is None:
            engine.gap("cmdlet", info.name)
            raise call.complete(not_emulated(f"The cmdlet {info.name}"))
        self.behaviour: CmdletBehaviour = behaviour
        if not behaviour.takes_all:
            self._refuse_unknown(behaviour, bound)
        if behaviour.is_class:
            self.instance = behaviour.target()
            self.instance.call = call
            self._guarded(self.instance.begin)

    def _refuse_unknown(self, behaviour: CmdletBehaviour, bound: dict[str, Any]) -> None:
        for key in bound:
            if (
                key not in behaviour.arguments
                and key not in COMMON_NAMES
                and squeeze(key) not in behaviour.arguments
            ):
                name = self.binder.metadata.parameters[key].name
                self.engine.gap("parameter", f"{self.info.name} -{name}")
                raise self.call.complete(not_emulated(f"The parameter {name} of {self.info.name}"))

    def _fill(self, record: ErrorRecord) -> None:
        from emulator.powershell.runtime.invocation import InvocationInfo

        if record.invocation is None:
            invocation = self.invocation
            if record.extent is not None:
                invocation = InvocationInfo(invocation.command, record.extent, invocation.invocation_name)
            record.invocation = invocation
            record.command_class = self.info.class_name
            record.activity = self.info.name

    def _guarded(self, run: Any) -> None:
        try:
            run()
        except PSError as problem:
            self.call.complete(problem)
            self.failed = True
            raise

    def process(self, value: Any) -> None:
        """Bind one input object and run."""
        engine = self.engine
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        binder = self.binder
        key = self.input_key
        call = self.call
        if key is not None:
            binder.bound[key] = value
        elif not self._bind_input(value):
            return
        call.parameters = binder.bound
        call.input_object = value
        self._run()

    def _bind_input(self, value: Any) -> bool:
        binder = self.binder
        try:
            if binder.bind_input(value):
                if binder.metadata.all_mask > 1:
                    self.call.parameter_set = binder.input_set()
                return True
        except PSError as problem:
            self._fill(problem.record)
            self.call.error(problem.record)
            return False
        self.call.error(self._input_error(value))
        return False

    def _input_error(self, value: Any) -> ErrorRecord:
        record = ErrorRecord(
            ExceptionObject(
                BINDING_EXCEPTION,
                "The input object cannot be bound to any parameters for the command either because the "
                "command does "
                "not take pipeline input or the input and its properties do not match any of the parameters "
                "that take "
                "pipeline input.",
            ),
            "InputObjectNotBound",
            "InvalidArgument",
            value,
        )
        if value is not None:
            record.target_name, record.target_type = to_text(value), type_of(value).short_name
        return record

    def alone(self) -> None:
        """Run once without input."""
        self._run()

    def _run(self) -> None:
        behaviour = self.behaviour
        if self.instance is not None:
            self._guarded(self.instance.process)
            return
        call = self.call
        names = behaviour.arguments
        given: dict[str, Any] = {}
        if names:
            for key, value in call.parameters.items():
                name = names.get(key) or names.get(squeeze(key))
                if name:
                    given[name] = value
        if behaviour.takes_all and behaviour.arguments:
            rest = {k: v for k, v in call.parameters.items() if k not in COMMON_NAMES and not names.get(k)}
            given.update(rest)
        try:
            function: Any = behaviour.target
            result = function(call, **given)
            if behaviour.is_generator:
                write = call.write
                for item in result:
                    write(item)
        except PSError as problem:
            call.complete(problem)
            self.failed = True
            raise

    def end(self) -> None:
        """Finish a class."""
        if self.instance is not None:
            self._guarded(self.instance.end)
        self.failed = self.failed or self.call.failed


def _tee(write: Write, options: CommonOptions) -> Write:
    held = options.variables["out"][0]

    def both(value: Any) -> None:
        held.append(value)
        write(value)

    return both


class ScriptProcessor(Processor):
    """A stage that is a function, filter, script file or script block."""

    __slots__ = (
        "_entered",
        "arguments",
        "binder",
        "body_frame",
        "dot",
        "engine",
        "expects_input",
        "frame",
        "info",
        "input",
        "invocation",
        "options",
        "scope",
        "script",
        "streams",
    )

    def __init__(
        self,
        frame: Frame,
        info: CommandInfo,
        script: ScriptBlock,
        arguments: list[Argument],
        write: Write,
        streams: Streams,
        invocation: InvocationInfo,
        expects_input: bool,
        dot: bool,
    ) -> None:
        self.frame = frame
        self.engine: Engine = frame.engine
        self.info = info
        self.script = script
        self.arguments = arguments
        self.write = write
        self.streams = streams
        self.invocation = invocation
        self.expects_input = expects_input
        self.dot = dot
        self.failed = False
        self.input: list[Any] = []
        self.binder: Binder | None = None
        self.options: CommonOptions | None = None

    def begin(self) -> None:
        """Make the scope, bind, and run ``begin``."""
        from emulator.powershell.runtime.engine import Frame as FrameType

        engine, script, caller = self.engine, self.script, self.frame
        engine.enter()
        try:
            compiled = script.compiled
            if self.dot:
                scope = script.home or caller.scope
            else:
                scope = Scope(script.home or caller.scope)
                if self.info.kind == "ExternalScript":
                    scope.script = scope
            self.scope = scope
            self.body_frame = FrameType(engine, scope, self.streams, script, self.invocation)
            self._bind()
            if compiled.begin is not None:
                self._part(compiled.begin)
        finally:
            engine.depth -= 1

    def _bind(self) -> None:
        compiled = self.script.compiled
        _scope, engine = self.scope, self.engine
        metadata = self.script.metadata(engine)
        unbound: list[Any] = []
        if metadata is None:
            unbound = _positional_values(self.arguments)
        else:
            engine.commands.current_name = self.info.name
            binder = self.binder = Binder(engine, metadata, simple=not compiled.is_advanced)
            try:
                binder.bind(self.arguments, self.expects_input)
            except PSError as problem:
                self._fill(problem.record)
                raise
            if compiled.is_advanced:
                self._apply_options(binder)
            unbound = _positional_values(binder.rest)
            self._set_parameters(binder)
        self._set_automatic(unbound)

    def _fill(self, record: ErrorRecord) -> None:
        from emulator.powershell.runtime.invocation import InvocationInfo

        if record.invocation is None:
            invocation = self.invocation
            if record.extent is not None:
                invocation = InvocationInfo(invocation.command, record.extent, invocation.invocation_name)
            record.invocation = invocation
            record.command_class = self.info.name or None
            record.activity = self.info.name

    def _apply_options(self, binder: Binder) -> None:
        bound = binder.bound
        self.options = CommonOptions(bound, self.frame)
        if "out" in self.options.variables:
            self.write = _tee(self.write, self.options)
        if "error" in self.options.variables:
            options, outer = self.options, self.streams.error

            def error(record: Any) -> None:
                options.remember("error", record)
                outer(record)

            self.streams = self.streams.derive({2: error})
            self.body_frame.streams = self.streams
        for parameter, variable in (
            ("erroraction", "ErrorActionPreference"),
            ("warningaction", "WarningPreference"),
            ("informationaction", "InformationPreference"),
            ("whatif", "WhatIfPreference"),
        ):
            if parameter in bound:
                self.scope.set(variable, bound[parameter])
        for parameter, variable in (("verbose", "VerbosePreference"), ("debug", "DebugPreference")):
            if parameter in bound:
                self.scope.set(variable, "Continue" if bound[parameter] else "SilentlyContinue")
        if "confirm" in bound:
            self.scope.set("ConfirmPreference", "Low" if bound["confirm"] else "None")

    def _set_parameters(self, binder: Binder) -> None:
        engine, scope = self.engine, self.scope
        values = binder.bound
        for parameter in self.script.compiled.parameters:
            key = parameter.key
            if key in values:
                variable = scope.set(parameter.name, values[key])
            elif parameter.default is not None:
                variable = scope.set(parameter.name, None)
                value = parameter.default(self.body_frame)
                variable.value = (
                    parameter.constraint(engine).apply(value, engine) if parameter.typed else value
                )
            else:
                variable = scope.set(parameter.name, parameter.empty(engine))
            if parameter.typed:
                variable.kind = parameter.constraint(engine)

    def _set_automatic(self, unbound: list[Any]) -> None:
        scope = self.scope
        self.invocation.unbound = unbound
        if not self.dot or unbound:
            scope.set("args", PSArray(unbound))
        if self.dot:
            return
        variables = scope.variables
        variables["myinvocation"] = Variable("MyInvocation", self.invocation)
        binder = self.binder
        if binder is not None:
            variables["psboundparameters"] = LazyVariable("PSBoundParameters", lambda: _bound_table(binder))
            if self.script.compiled.is_advanced:
                variables["pscmdlet"] = LazyVariable("PSCmdlet", self._script_cmdlet)

    def _script_cmdlet(self) -> Any:
        from emulator.powershell.runtime.script_cmdlet import ScriptCmdlet

        return ScriptCmdlet(self)

    def _part(self, body: Any) -> None:
        engine = self.engine
        outer = engine.frame
        engine.frame = self.body_frame
        try:
            body(self.body_frame, self.write)
        except ReturnSignal:
            pass
        except PSError as problem:
            if problem.record.invocation is None:
                self._fill(problem.record)
            raise
        except RecursionError:
            raise engine.depth_error() from None
        finally:
            engine.frame = outer

    def process(self, value: Any) -> None:
        """Give one object to ``process``, or keep it for ``$input``."""
        engine = self.engine
        engine.enter()
        try:
            compiled = self.script.compiled
            binder = self.binder
            if binder is not None and binder.metadata.pipeline_parameters:
                if not self._bind_input(binder, value):
                    return
            elif compiled.is_advanced:
                self._report(self._not_bound(value))
                return
            if compiled.process is None:
                self.input.append(value)
                return
            self.scope.set("_", value)
            self.scope.set("input", PSArray([value]))
            self._part(compiled.process)
        finally:
            engine.depth -= 1

    def _bind_input(self, binder: Binder, value: Any) -> bool:
        taken = binder.bind_input(value)
        if not taken:
            if self.script.compiled.is_advanced:
                self._report(self._not_bound(value))
                return False
            return True
        for key in binder.pipeline_bound:
            self.scope.set(binder.metadata.parameters[key].name, binder.bound[key])
        return True

    def _not_bound(self, value: Any) -> ErrorRecord:
        record = CmdletProcessor._input_error(self, value)  # type: ignore[arg-type]
        self._fill(record)
        return record

    def _report(self, record: ErrorRecord) -> None:
        self.engine.remember(record)
        self.failed = True
        self.streams.error(record)

    def alone(self) -> None:
        """Run ``process`` once without input."""
        compiled = self.script.compiled
        if compiled.process is not None:
            engine = self.engine
            engine.enter()
            try:
                self._part(compiled.process)
            finally:
                engine.depth -= 1

    def end(self) -> None:
        """Run ``end`` (the whole body of a plain function)."""
        engine = self.engine
        compiled = self.script.compiled
        if compiled.end is None:
            return
        engine.enter()
        try:
            if self.expects_input or not self.dot:
                self.scope.set("input", PSArray(self.input))
            self._part(compiled.end)
        finally:
            engine.depth -= 1


def _bound_table(binder: Binder) -> GenericDictionary:
    parameters = binder.metadata.parameters
    return GenericDictionary(
        [(parameters[key].name, value) for key, value in binder.bound.items()],
        builtin("System.Collections.Generic.Dictionary`2"),
        case_sensitive=False,
    )


def _positional_values(arguments: Iterable[Argument]) -> list[Any]:
    values: list[Any] = []
    for one in arguments:
        if one.name is not None:
            values.append(f"-{one.name}" + (":" if one.has_value else ""))
            if one.has_value:
                values.append(one.value)
        else:
            values.append(one.value)
    return values


class ProgramProcessor(Processor):
    """A stage that is a program. Input objects become lines of its standard input."""

    __slots__ = ("arguments", "engine", "expects_input", "info", "invocation", "lines", "streams")

    def __init__(
        self,
        frame: Frame,
        info: ApplicationInfo,
        arguments: list[Argument],
        write: Write,
        streams: Streams,
        invocation: InvocationInfo,
        expects_input: bool,
    ) -> None:
        self.engine = frame.engine
        self.info = info
        self.arguments = arguments
        self.write = write
        self.streams = streams
        self.invocation = invocation
        self.expects_input = expects_input
        self.lines: list[str] = []
        self.failed = False

    def process(self, value: Any) -> None:
        """Keep a line of input."""
        self.lines.append(to_text(value))

    def end(self) -> None:
        """Run the program."""
        from emulator.powershell.runtime.services import ProgramRunner

        runner = self.engine.find_service(ProgramRunner)  # type: ignore[type-abstract]
        assert runner is not None  # noqa: S101 - the program was found by it
        texts: list[str] = []
        for value in _positional_values(self.arguments):
            if isinstance(value, list):
                texts.extend(to_text(item) for item in value)
            else:
                texts.append(to_text(value))
        code = runner.run(
            self.info.path,
            texts,
            self.lines if self.expects_input else None,
            self.write,
            self._error_line,
            self.engine.stopped,
        )
        self.engine.global_scope.set("LASTEXITCODE", code)
        self.failed = code != 0

    def _error_line(self, text: Any) -> None:
        record = ErrorRecord(
            ExceptionObject("System.Management.Automation.RemoteException", to_text(text)),
            "NativeCommandError",
            "NotSpecified",
            to_text(text),
        )
        record.invocation = self.invocation
        self.streams.error(record)


def run_pipeline(engine: Engine, processors: list[Processor], source: Iterable[Any] | None) -> None:
    """Run stages that are joined by their ``write``. ``source`` feeds the first one; None = no input."""
    try:
        try:
            for one in processors:
                one.begin()
            first = processors[0]
            if source is None:
                first.alone()
            else:
                for value in source:
                    first.process(value)
            for one in processors:
                one.end()
        except StopUpstream as signal:
            if signal.command not in processors:
                raise
            place = processors.index(signal.command)
            for one in processors[place + 1 :]:
                one.end()
        engine.success = not any(one.failed for one in processors)
    except PSError:
        engine.success = False
        raise
    finally:
        for one in processors:
            one.dispose()


__all__ = [
    "NOTHING",
    "UNBOUND",
    "CmdletProcessor",
    "Processor",
    "ProgramProcessor",
    "ScriptProcessor",
    "run_pipeline",
]
