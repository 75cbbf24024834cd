"""The stage of a pipeline that is a function, filter, script file or script block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Enumerator, GenericDictionary, PSArray
from emulator.powershell.language import PIPELINE_VARIABLE_OF_ALL_BLOCKS
from emulator.powershell.runtime import script_tracing
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.common_options import CommonOptions, set_preferences
from emulator.powershell.runtime.dynamic_parameters import bound_so_far, extended, parameters_of
from emulator.powershell.runtime.errors import (
    ErrorRecord,
    ExitSignal,
    ProcessExit,
    PSError,
    ReturnSignal,
)
from emulator.powershell.runtime.invocation import bound_parameters
from emulator.powershell.runtime.language_mode import FULL
from emulator.powershell.runtime.scope import LazyVariable, Variable
from emulator.powershell.runtime.streams import Streams, Write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.powershell.dotnet.attributes import RuntimeParameter
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.invocation import InvocationInfo
    from emulator.powershell.runtime.metadata import CommandMetadata
    from emulator.powershell.runtime.script_block import ScriptBlock

from emulator.powershell.runtime.cmdlet_processor import input_not_bound
from emulator.powershell.runtime.processors import Processor, positional_values


class ScriptProcessor(Processor):
    """A stage that is a function, filter, script file or script block."""

    __slots__ = (
        "_outer",
        "arguments",
        "binder",
        "body_frame",
        "dot",
        "engine",
        "exited",
        "expects_input",
        "frame",
        "info",
        "input",
        "invocation",
        "is_outermost",
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
        self.failed = self.is_begun = False
        self.exited = False
        self.is_outermost = False
        """True for the script that a process was started with."""
        self._outer: dict[str, Variable | None] = {}
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
            # A file belongs to the module that runs it, a block or function to the one that it stands in.
            home = caller.scope.home if self.info.kind == "ExternalScript" else script.home
            if self.dot:
                scope = caller.scope.within(home)
            else:
                scope = caller.scope.called(home)
                if self.info.kind == "ExternalScript":
                    scope.script = scope
            self.scope = scope
            self.body_frame = FrameType(engine, scope, self.streams, script, self.invocation)
            if compiled.needs_preparation:
                compiled.prepare(self.body_frame)
            # Only files are held to them: a text or a block runs whatever its #requires says.
            needed = compiled.ast.script_requirements
            if needed is not None and self.info.kind == "ExternalScript":
                from emulator.powershell.runtime.script_requirements import check

                check(needed, self.info.name, self.body_frame)
            self._bind()
            if engine.breakpoints is not None:
                engine.breakpoints.command(self.body_frame, self.invocation)
            if compiled.begin is not None:
                self._part(compiled.begin)
        finally:
            engine.depth -= 1

    def _bind(self) -> None:
        compiled = self.script.compiled
        engine = self.engine
        metadata = self.script.metadata(engine)
        unbound: list[Any] = []
        file = self.script.file
        if file is not None:
            self._set_place(file)
        if metadata is None:
            unbound = positional_values(_without_dashes(self.arguments))
        else:
            engine.commands.current_name = self.info.name
            dynamic: list[RuntimeParameter] = []
            if compiled.ast.dynamic_param_block is not None:
                dynamic = self._dynamic_parameters(metadata)
                if dynamic:
                    metadata = extended(metadata, dynamic)
            tracing, simple = engine.tracing, not compiled.is_advanced
            binder = (
                Binder(engine, metadata, simple)
                if tracing is None
                else tracing.binder(metadata, simple=simple)
            )
            self.binder = binder
            binder.is_trusted = self.script.mode is FULL
            try:
                binder.bind(self.arguments, self.expects_input)
            except PSError as problem:
                self._fill(problem.record)
                raise
            if compiled.is_advanced:
                self._apply_options(binder)
            unbound = positional_values(_without_dashes(binder.rest))
            mode = engine.language_mode
            if self.script.mode is mode:
                self._set_parameters(binder)
            else:
                engine.speak(self.script.mode)  # the defaults of parameters belong to the function
                try:
                    self._set_parameters(binder)
                finally:
                    engine.speak(mode)
            for one in dynamic:
                if one.name.lower() in binder.bound:
                    one.take(binder.bound[one.name.lower()], engine)
        self._set_automatic(unbound)

    def _dynamic_parameters(self, metadata: CommandMetadata) -> list[RuntimeParameter]:
        """Run ``dynamicparam`` with what the declared parameters took so far."""
        body = self.script.compiled.dynamic
        if body is None:
            return []
        early = bound_so_far(self.engine, metadata, self.arguments)
        scope = self.scope
        for parameter in self.script.compiled.parameters:
            key = parameter.key
            value = early.bound[key] if key in early.bound else parameter.empty(self.engine)
            scope.set(parameter.name, value)
        scope.variables["psboundparameters"] = LazyVariable("PSBoundParameters", lambda: _bound_table(early))
        self.binder = early
        scope.variables["pscmdlet"] = LazyVariable("PSCmdlet", self._script_cmdlet)
        out: list[Any] = []
        write, self.write = self.write, out.append
        try:
            self._part(body)
        finally:
            self.write = write
            self.binder = None
        return parameters_of(out, self.engine)

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
        self.write = self.options.watched(self.write, self.frame)
        if "error" in self.options.variables:
            options, outer = self.options, self.streams

            def error(record: Any) -> None:
                options.remember("error", record)
                outer.error(record)

            def silenced(record: Any) -> None:
                options.remember("error", record)
                outer.silenced(record)

            self.streams = outer.derive({2: error})
            self.streams.silenced = silenced
            self.streams.behind = outer.behind or outer
            self.body_frame.streams = self.streams
        set_preferences(bound, self.scope)

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
                # Attributes transform what nobody gave too, but they do not check it.
                value = binder.transformed(binder.metadata.parameters[key], value)
                variable.value = (
                    parameter.constraint(engine).apply(value, engine, parameter.name)
                    if parameter.typed
                    else value
                )
            else:
                variable = scope.set(parameter.name, parameter.empty(engine))
            if parameter.typed:
                variable.kind = parameter.constraint(engine)

    def _set_place(self, file: str) -> None:
        """$PSCommandPath and $PSScriptRoot; a dot-sourcing caller gets its own ones back."""
        variables = self.scope.variables
        for name, value in (("PSCommandPath", file), ("PSScriptRoot", file.rpartition("\\")[0])):
            if self.dot:
                self._outer[name.lower()] = variables.get(name.lower())
            variables[name.lower()] = Variable(name, value)

    def _set_automatic(self, unbound: list[Any]) -> None:
        scope = self.scope
        self.invocation.unbound = unbound
        if not self.dot or unbound:
            scope.set("args", PSArray(unbound))
        variables = scope.variables
        if self.dot:
            if self.invocation.extent is not None:
                self._outer["myinvocation"] = variables.get("myinvocation")
                variables["myinvocation"] = Variable("MyInvocation", self.invocation)
            return
        variables["myinvocation"] = Variable("MyInvocation", self.invocation)
        binder = self.binder
        if binder is not None:
            invocation = self.invocation
            invocation.binder = binder
            variables["psboundparameters"] = LazyVariable("PSBoundParameters", lambda: invocation.bound)
            if self.script.compiled.is_advanced:
                variables["pscmdlet"] = LazyVariable("PSCmdlet", self._script_cmdlet)

    def _script_cmdlet(self) -> Any:
        from emulator.powershell.runtime.script_cmdlet import ScriptCmdlet

        return ScriptCmdlet(self)

    def _part(self, body: Any) -> None:
        engine = self.engine
        if self.exited:
            return
        outer, mode = engine.frame, engine.language_mode
        own = self.script.mode
        engine.frame = self.body_frame
        if own is not mode:
            engine.speak(own)
        if script_tracing.used and engine.debug_level >= script_tracing.CALLS:
            script_tracing.trace_call(engine, self.info, self.script.file)
        try:
            body(self.body_frame, self.write)
        except ReturnSignal as signal:
            for value in signal.written:
                self.write(value)
        except ExitSignal as signal:
            given, signal.written = signal.written, []
            for value in given:
                self.write(value)
            # ``exit`` in a script file that another script called ends only that file.
            if self.info.kind != "ExternalScript" or self.is_outermost or isinstance(signal, ProcessExit):
                raise
            engine.global_scope.set("LASTEXITCODE", signal.code)
            self.exited = True
            self.failed = self.failed or signal.code != 0
        except PSError as problem:
            if problem.record.invocation is None:
                self._fill(problem.record)
            if self.script.compiled.is_advanced:
                problem.leave_command()
            raise
        except RecursionError:
            raise engine.depth_error() from None
        finally:
            engine.frame = outer
            if own is not mode:
                engine.speak(mode)
            if self.options is not None and engine.language < PIPELINE_VARIABLE_OF_ALL_BLOCKS:
                self.options.leave_pipeline(self.frame)

    def process(self, value: Any) -> None:
        """Give one object to ``process``, or keep it for ``$input``."""
        engine = self.engine
        try:
            self.scope  # noqa: B018 - not there before the stage was begun
        except AttributeError:
            self.start()
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
            self.scope.set("input", Enumerator([value]))
            self._part(compiled.process)
        except PSError as problem:
            problem.leaving = True
            raise
        finally:
            engine.depth -= 1

    def _bind_input(self, binder: Binder, value: Any) -> bool:
        before = binder.pipeline_bound
        try:
            taken = binder.bind_input(value)
        except PSError as problem:
            self._fill(problem.record)
            self._report(problem.record)
            return False
        self.invocation.rebound(before, binder)
        if not taken:
            if self.script.compiled.is_advanced:
                self._report(self._not_bound(value))
                return False
            return True
        for key in binder.pipeline_bound:
            self.scope.set(binder.metadata.parameters[key].name, binder.bound[key])
        return True

    def _not_bound(self, value: Any) -> ErrorRecord:
        record = input_not_bound(value)
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
                self.scope.set("input", Enumerator(self.input))
            self._part(compiled.end)
        finally:
            engine.depth -= 1

    def dispose(self) -> None:
        """Give a dot-sourcing caller its automatic variables back; end what lasts as long as the pipeline."""
        if self.options is not None:
            self.options.leave_pipeline(self.frame)
        for key, variable in self._outer.items():
            if variable is not None:
                self.scope.variables[key] = variable
            elif key != "myinvocation":
                self.scope.variables.pop(key, None)


def _without_dashes(arguments: Iterable[Argument]) -> list[Argument]:
    """The arguments without the ``--`` that says that no parameters follow."""
    return [one for one in arguments if one.name != "-"]


def _bound_table(binder: Binder) -> GenericDictionary:
    parameters = binder.metadata.parameters
    return bound_parameters({parameters[key].name: value for key, value in binder.bound.items()})
