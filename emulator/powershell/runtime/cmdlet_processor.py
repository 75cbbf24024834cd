"""The stage of a pipeline that is a cmdlet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import CmdletInfo
from emulator.powershell.runtime.common_options import CommonOptions
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    BINDING_EXCEPTION,
    ControlFlow,
    ErrorRecord,
    PSError,
    not_emulated,
)
from emulator.powershell.runtime.metadata import COMMON_NAMES
from emulator.powershell.runtime.module import Cmdlet, CmdletBehaviour, squeeze
from emulator.powershell.runtime.module_tables import makes_no_difference
from emulator.powershell.runtime.streams import Streams, Write

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame
    from emulator.powershell.runtime.invocation import InvocationInfo

from emulator.powershell.runtime.processors import Processor


def input_not_bound(value: Any) -> ErrorRecord:
    """The error of an input object that no parameter takes."""
    record = ErrorRecord(
        ExceptionObject(
            BINDING_EXCEPTION,
            "The input object cannot be bound to any parameters for the command either because the "
            "command does not take pipeline input or the input and its properties do not match any of "
            "the parameters that take pipeline input.",
        ),
        "InputObjectNotBound",
        "InvalidArgument",
        value,
    )
    if value is not None:
        record.target_name, record.target_type = to_text(value), type_of(value).short_name
    return record


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
        "options",
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
        self.failed = self.is_begun = False
        self.options: CommonOptions | None = None
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
        tracing = engine.tracing
        binder = Binder(engine, metadata) if tracing is None else tracing.binder(metadata)
        self.binder = self.invocation.binder = binder
        try:
            binder.bind(self.arguments, self.expects_input)
        except PSError as problem:
            self._fill(problem.record)
            raise
        bound = binder.bound
        options = self.options = CommonOptions(bound, self.frame)
        self.write = options.watched(self.write, self.frame)
        call = self.call = CmdletCall(
            engine, info, self.frame, self.invocation, self.streams, self.write, options, self.expects_input
        )
        call.parameters = bound
        call.processor = self
        call.parameter_set = binder.set_name
        self.input_key = metadata.input_key if self.expects_input and not binder.delayed else None
        if self.input_key in binder.command_line:
            self.input_key = None
        elif self.input_key is not None and metadata.all_mask > 1:
            call.parameter_set = binder.input_set()
        behaviour = info.module.behaviour(info.name)
        if behaviour is None:
            engine.gap("cmdlet", info.name)
            reason = info.module.missing.get(info.name, "")
            raise call.complete(not_emulated(f"The cmdlet {info.name}", reason))
        self.behaviour: CmdletBehaviour = behaviour
        in_background = bool(info.module.job_kind) and "asjob" in bound
        known = {key: each for key, each in bound.items() if key != "asjob"} if in_background else bound
        self._refuse_unknown(behaviour, known)
        if in_background:
            from emulator.powershell.runtime.cmdlet_jobs import IN_THE_BACKGROUND

            behaviour = self.behaviour = IN_THE_BACKGROUND
        if engine.breakpoints is not None:
            engine.breakpoints.command(self.frame, self.invocation)
        if tracing is not None:
            from emulator.powershell.runtime.traced_commands import watch

            watch(self)
        if behaviour.is_class:
            self.instance = behaviour.target()
            self.instance.call = call
            self._guarded(self.instance.begin)

    def _refuse_unknown(self, behaviour: CmdletBehaviour, bound: dict[str, Any]) -> None:
        for key in bound:
            if (
                key not in behaviour.arguments
                and key not in COMMON_NAMES
                and key not in self.info.module.reads
                and squeeze(key) not in behaviour.arguments
                and not makes_no_difference(self.info.name, key)
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
        except ControlFlow:
            raise
        except Exception as problem:  # noqa: BLE001 - what is not explained is raised again
            self._ended_by(problem)

    def _ended_by(self, problem: Exception) -> NoReturn:
        """Raises the error of PowerShell that an exception of a behaviour is, or what is none as it is."""
        if not isinstance(problem, PSError):
            record = None
            if self.engine.unexplained is not problem:  # which the commands behind this one let through
                record = self.info.module.explain(self.call, problem)
            if record is None:
                self.engine.unexplained = problem
                raise problem
            problem = PSError(record)
        self._ended(problem)
        raise problem

    def process(self, value: Any) -> None:
        """Bind one input object and run."""
        engine = self.engine
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        if not self.is_begun:
            self.start()
        key = self.input_key
        call = self.call
        try:
            if key is not None:
                call.parameters[key] = value
            elif not self._bind_input(value):
                return
            call.input_object = value
            instance = self.instance
            if instance is None:
                self._run()
                return
            # As `_guarded`, without one more call for every object.
            try:
                instance.process()
            except ControlFlow:
                raise
            except Exception as problem:  # noqa: BLE001 - what is not explained is raised again
                self._ended_by(problem)
        except PSError as problem:
            problem.leaving = True
            raise

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
        self.call.error(input_not_bound(value))
        return False

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
        if behaviour.takes_others:
            rest = {k: v for k, v in call.parameters.items() if k not in COMMON_NAMES and not names.get(k)}
            given.update(rest)
        try:
            function: Any = behaviour.target
            result = function(call, **given)
            if behaviour.is_generator:
                write = call.write
                for item in result:
                    write(item)
        except ControlFlow:
            raise
        except Exception as problem:  # noqa: BLE001 - what is not explained is raised again
            self._ended_by(problem)

    def _ended(self, problem: PSError) -> None:
        self.call.complete(problem)
        if self.call.parameters.get("usetransaction"):
            self.engine.paths.transactions.failed(terminating=True)
        problem.leave_command()
        self.failed = True

    def end(self) -> None:
        """Finish a class."""
        if self.instance is not None:
            self._guarded(self.instance.end)
        self.failed = self.failed or self.call.failed

    def dispose(self) -> None:
        """End what lasts as long as the pipeline."""
        if self.instance is not None:
            self.instance.dispose()
        if self.options is not None:
            self.options.leave_pipeline(self.frame)
