"""Script blocks: a compiled body with the scope it belongs to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.language import CURRENT
from emulator.powershell.runtime import script_tracing
from emulator.powershell.runtime.binder import SCRIPT_BLOCKS, Argument
from emulator.powershell.runtime.commands import ScriptInfo
from emulator.powershell.runtime.conversion import to_bool
from emulator.powershell.runtime.errors import ErrorRecord, PSError, ReturnSignal
from emulator.powershell.runtime.invocation import InvocationInfo, position_message
from emulator.powershell.runtime.language_mode import CONSTRAINED, constrained_language_errors, mode_of_file
from emulator.powershell.runtime.scope import NOTHING, Scope
from emulator.powershell.runtime.streams import Write
from emulator.powershell.text_cache import TextCache

if TYPE_CHECKING:
    from emulator.powershell.parser.errors import ParseError
    from emulator.powershell.runtime.compiler.blocks import CompiledBlock
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.metadata import CommandMetadata

MAXIMUM_SCRIPT = 16_000_000
#: A tree and its closures take up to 200 bytes a character.
_CACHE: TextCache[CompiledBlock] = TextCache(total_length=256 * 1024, longest=192 * 1024)


class ScriptBlock:
    """System.Management.Automation.ScriptBlock.

    ``home`` is the scope of its module or closure, None otherwise. ``mode`` is how much of the language it
    may use: as much as the code that made it.
    """

    __slots__ = ("_metadata", "compiled", "engine", "home", "is_filter", "mode")

    def __init__(
        self, compiled: CompiledBlock, engine: Engine, home: Scope | None = None, is_filter: bool = False
    ) -> None:
        self.compiled = compiled
        self.engine = engine
        self.home = home
        self.is_filter = is_filter
        self.mode = engine.language_mode
        self._metadata: CommandMetadata | bool | None = False

    @property
    def text(self) -> str:
        """The text between the braces."""
        return self.compiled.text

    @property
    def file(self) -> str | None:
        """The file of the script, or None."""
        return self.compiled.ast.extent.file

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters; None for a block without any."""
        if self._metadata is False:
            outer = engine.frame
            engine.frame = self._inside(outer)  # the types of its parameters are those that its module knows
            try:
                self._metadata = self.compiled.metadata(engine)
            finally:
                engine.frame = outer
        return self._metadata  # type: ignore[return-value]

    # Running inside the caller's scope (ForEach-Object, Where-Object, calculated properties)

    def inline(self, frame: Frame, out: Write) -> None:
        """Run the body in a frame's scope, without parameters and without a scope of its own."""
        engine = frame.engine
        mode = engine.language_mode
        if self.mode is not mode:
            engine.speak(self.mode)
            try:
                self.inline(frame, out)
            finally:
                engine.speak(mode)
            return
        compiled = self.compiled
        body = compiled.process or compiled.end
        if compiled.begin is None and (compiled.process is None or compiled.end is None) and body is not None:
            try:
                body(self._inside(frame), out)
            except ReturnSignal as signal:
                for value in signal.written:
                    out(value)
            return
        for part in (compiled.begin, compiled.process, compiled.end):
            if part is not None:
                with contextlib.suppress(ReturnSignal):
                    part(self._inside(frame), out)

    def _inside(self, frame: Frame) -> Frame:
        if self.home is frame.scope.home:
            return frame
        from emulator.powershell.runtime.engine import Frame as FrameType

        scope = frame.scope.within(self.home)
        return FrameType(frame.engine, scope, frame.streams, self, frame.invocation)

    def inline_with(self, frame: Frame, out: Write, value: Any) -> None:
        """`inline` with ``$_`` set, and put back afterwards."""
        scope = frame.scope if self.home is frame.scope.home else frame.scope.within(self.home)
        cell = scope.variables.get("_")
        if cell is None:
            cell = scope.set("_", value)
            old = NOTHING
        else:
            old = cell.value
            cell.value = value
        try:
            self.inline(frame, out)
        finally:
            cell.value = old

    def runner(self, frame: Frame) -> Callable[[Frame, Write], None]:
        """A function that runs the body inside a frame: the body itself when it is plain."""
        compiled = self.compiled
        if (
            self.home is frame.scope.home
            and self.mode is frame.engine.language_mode
            and compiled.begin is None
            and compiled.process is None
            and compiled.end is not None
        ):
            return compiled.end
        return self.inline

    def tester(self, frame: Frame) -> Callable[[Any], bool]:
        """A function that says whether the block is true for a value of ``$_``."""
        is_here = self.home is frame.scope.home
        scope = frame.scope if is_here else frame.scope.within(self.home)
        cell = scope.variables.get("_") or scope.set("_", NOTHING)
        is_quick = (
            is_here
            and self.mode is frame.engine.language_mode
            and not (script_tracing.used and frame.engine.debug_level)
        )
        quick = self.compiled.expression if is_quick else None

        def run(value: Any) -> bool:
            old = cell.value
            cell.value = value
            try:
                if quick is not None:
                    return to_bool(quick(frame))
                out: list[Any] = []
                self.inline(frame, out.append)
                return to_bool(_result(out))
            finally:
                cell.value = old

        return run

    # Running as a call of its own

    def _run(self, arguments: list[Any], automatic: dict[str, Any], out: Write) -> None:
        from emulator.powershell.runtime.processors import run_pipeline
        from emulator.powershell.runtime.script_processor import ScriptProcessor

        engine = self.engine
        caller = engine.frame
        holder = caller.scope
        if automatic:
            holder = holder.called(self.home)
            for name, value in automatic.items():
                holder.set(name, value)
        from emulator.powershell.runtime.engine import Frame as FrameType

        frame = FrameType(engine, holder, caller.streams, self, caller.invocation)
        processor = ScriptProcessor(
            frame,
            ScriptInfo(self),
            self,
            [Argument(None, value) for value in arguments],
            out,
            caller.streams,
            InvocationInfo(ScriptInfo(self), None, ""),
            False,
            False,
        )
        engine.frame = frame  # what checks the arguments sees the automatic variables too
        try:
            run_pipeline(engine, [processor], None)
        finally:
            engine.frame = caller

    def values_with(self, _engine: Engine, value: Any, arguments: list[Any] | None = None) -> list[Any]:
        """What the block writes with ``$_`` set to a value."""
        out: list[Any] = []
        self._run(list(arguments or ()), {"_": value}, out.append)
        return out

    def evaluate_with(self, engine: Engine, value: Any) -> Any:
        """The result of the block with ``$_`` set: $null, one value or an array."""
        return _result(self.values_with(engine, value))

    def evaluate_with_arguments(self, arguments: list[Any]) -> Any:
        """The result of the block called with arguments."""
        out: list[Any] = []
        self._run(arguments, {}, out.append)
        return _result(out)

    def evaluate_delegate(self, arguments: list[Any]) -> Any:
        """The result as a delegate: ``$args``, and ``$_`` and ``$this`` as event handlers have them."""
        out: list[Any] = []
        automatic = {"_": arguments[0]} if arguments else {}
        if len(arguments) > 1:
            automatic = {"this": arguments[0], "_": arguments[1]}
        self._run(arguments, automatic, out.append)
        return _result(out)

    def call_predicate(self, engine: Engine, value: Any) -> Any:
        """The result for one value, for -split and the like."""
        return self.evaluate_with(engine, value)

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """The result as a script method or property of an object (``$this``)."""
        out: list[Any] = []
        self._run(arguments, {"this": this}, out.append)
        return _result(out)

    def invoke(self, arguments: list[Any]) -> list[Any]:
        """``.Invoke(arguments)``: what the block writes."""
        out: list[Any] = []
        self._run(arguments, {}, out.append)
        return out

    def closure(self) -> ScriptBlock:
        """``.GetNewClosure()``: a copy that keeps the variables of the present scope."""
        frame = self.engine.frame
        home = Scope.of_module(frame.scope.global_scope())
        if frame.scope.parent is None:
            variables = [one for one in frame.scope.variables.values() if one.options == "None"]
        else:
            variables = list(frame.scope.variables.values())
        for variable in variables:
            home.set(variable.name, variable.value)
        if self.home is not None:
            home.parent = self.home
        return self.in_scope(home)

    def in_scope(self, home: Scope | None) -> ScriptBlock:
        """The same block where a module or closure is at home."""
        made = ScriptBlock(self.compiled, self.engine, home, self.is_filter)
        made.mode = self.mode
        return made

    def __str__(self) -> str:
        return self.text


SCRIPT_BLOCKS.add(ScriptBlock)


def _result(out: list[Any]) -> Any:
    if not out:
        return None
    return out[0] if len(out) == 1 else PSArray(out)


def parse_script(text: str, file: str | None, engine: Engine) -> ScriptBlock:
    """A script block of a text. Compiled blocks are shared by all runspaces. Raises the ParseException."""
    key = (text, file, engine.language)
    compiled = _measured(text, file, engine) or _CACHE.get(key)
    if engine.breakpoints is not None:
        compiled = compile_text(text, file, engine)  # for this runspace alone
        compiled.watch()
    elif compiled is None:
        compiled = compile_text(text, file, engine)
        _CACHE.add(key, compiled)
    made = ScriptBlock(compiled, engine)
    if engine.locked_down and file is not None:
        made.mode = mode_of_file(file)
    if made.mode is CONSTRAINED:
        refused = tuple(constrained_language_errors(compiled.ast))
        if refused:
            raise parse_failures(refused)
    return made


def _measured(text: str, file: str | None, engine: Engine) -> CompiledBlock | None:
    """The block of a file whose commands are counted as they run."""
    found = engine.covered.get(file.lower()) if engine.covered and file is not None else None
    return found if found is not None and found.text == text else None


def compile_text(text: str, file: str | None = None, engine: Engine | None = None) -> CompiledBlock:
    """Parse and compile a text. Raises the ParseException."""
    from emulator.powershell.parser import parse
    from emulator.powershell.runtime.breakpoints import sets_breakpoints
    from emulator.powershell.runtime.compiler.blocks import CompiledBlock
    from emulator.powershell.runtime.type_checks import type_errors

    if len(text) > MAXIMUM_SCRIPT:
        raise parse_failure(f"The script is longer than {MAXIMUM_SCRIPT} characters.", "ScriptTooLong", None)
    result = parse(text, file, CURRENT if engine is None else engine.language)
    errors = result.errors
    if not errors and engine is not None:
        errors = tuple(type_errors(result.ast, engine))
    if errors:
        raise parse_failures(errors)
    made = CompiledBlock(result.ast, text)
    if sets_breakpoints(text):
        made.watch()
    return made


def parse_failures(errors: Sequence[ParseError]) -> PSError:
    """The ParseException of the errors of a script, with the text of the first ten."""
    shown = [f"{position_message(one.extent)}\r\n{one.message}" for one in errors[:10]]
    if len(errors) > 10:
        shown.append("Not all parse errors were reported.  Correct the reported errors and try again.")
    return parse_failure("\r\n\r\n".join(shown), errors[0].error_id, errors)


def parse_failure(message: str, error_id: str, errors: Any) -> PSError:
    """A ParseException with the errors of a script."""
    # More text could still mend an incomplete script: the console asks for another line.
    kind = "IncompleteParseException" if errors and errors[0].incomplete_input else "ParseException"
    exception = ExceptionObject(f"System.Management.Automation.{kind}", message, errors=errors)
    record = ErrorRecord(exception, error_id, "ParserError")
    record.reason = "ParentContainsErrorRecordException"
    problem = PSError(record)
    problem.thrown = True
    return problem
