"""Commands: their arguments, redirections, and the stage each one becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import RedirectionStream, TokenKind
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_processor import CmdletProcessor
from emulator.powershell.runtime.commands import (
    ApplicationInfo,
    CmdletInfo,
    Command,
    CommandInfo,
    ExternalScriptInfo,
    FunctionInfo,
    ScriptInfo,
)
from emulator.powershell.runtime.compiler.base import Value, Write, position_error, value_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error, not_emulated
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.language_mode import FULL, require_dot_source
from emulator.powershell.runtime.processors import Processor, ProgramProcessor
from emulator.powershell.runtime.script_files import require_permission
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.runtime.script_processor import ScriptProcessor
from emulator.powershell.runtime.services import FileStore
from emulator.powershell.runtime.streams import Streams, discard

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Frame
    from emulator.powershell.runtime.script_block import ScriptBlock

Piece = Callable[["Frame", list[Argument]], None]
Start = Callable[["Frame", Write, int, int], Processor]


def _argument_value(node: ast.CommandElementAst) -> Value:
    if isinstance(node, ast.StringConstantExpressionAst):
        held = node.value
        return lambda _frame: held
    return value_of(node)


def _positional(node: ast.CommandElementAst) -> Piece:
    value, extent = _argument_value(node), node.extent

    def add(frame: Frame, arguments: list[Argument]) -> None:
        arguments.append(Argument(None, value(frame), True, extent))

    return add


def _named(node: ast.CommandParameterAst) -> Piece:
    name, extent = node.parameter_name, node.extent
    if node.argument is None:

        def switch(_frame: Frame, arguments: list[Argument]) -> None:
            arguments.append(Argument(name, None, False, extent))

        return switch
    value, value_extent = _argument_value(node.argument), node.argument.extent

    def add(frame: Frame, arguments: list[Argument]) -> None:
        arguments.append(Argument(name, value(frame), True, value_extent))

    return add


def _splat(node: ast.VariableExpressionAst) -> Piece:
    value, extent = value_of(node), node.extent

    def add(frame: Frame, arguments: list[Argument]) -> None:
        held = unwrap(value(frame))
        if type(held) in DICTIONARY_TYPES:
            for key, item in held.items():
                arguments.append(Argument(to_text(key), item, True, extent, True))
        elif type(held) in LIST_TYPES:
            arguments.extend(Argument(None, item, True, extent, True) for item in held)
        elif held is not None:
            arguments.append(Argument(None, held, True, extent, True))

    return add


def _pieces(elements: tuple[ast.CommandElementAst, ...]) -> tuple[Piece, ...]:
    pieces = []
    for node in elements:
        if isinstance(node, ast.CommandParameterAst):
            pieces.append(_named(node))
        elif isinstance(node, ast.VariableExpressionAst) and node.splatted:
            pieces.append(_splat(node))
        else:
            pieces.append(_positional(node))
    return tuple(pieces)


def start_of(node: ast.CommandAst) -> Start:
    """A closure that makes the stage of a command: (frame, write, place, length) -> stage."""
    first = node.command_elements[0]
    pieces = _pieces(node.command_elements[1:])
    extent = node.extent
    dot = node.invocation_operator is TokenKind.DOT
    plain_name = first.value if isinstance(first, ast.StringConstantExpressionAst) else None
    evaluate = value_of(first)
    redirect = redirections_of(node.redirections)
    name_extent = first.extent
    asks_for_help = any(
        isinstance(one, ast.CommandParameterAst) and one.parameter_name == "?"
        for one in node.command_elements[1:]
    )

    def start(frame: Frame, write: Write, place: int, length: int) -> Processor:
        engine = frame.engine
        if plain_name is not None:
            name = plain_name
            command: Command = engine.commands.resolve(name, frame.scope, name_extent)
        else:
            command, name = _command_of(frame, evaluate(frame), name_extent, node)
        arguments: list[Argument] = []
        if asks_for_help and isinstance(command, CmdletInfo | FunctionInfo | ExternalScriptInfo):
            arguments.append(Argument(None, getattr(command, "path", command.name), True, name_extent))
            command = engine.commands.resolve("Get-Help", frame.scope, name_extent)
        else:
            for piece in pieces:
                piece(frame, arguments)
        if isinstance(command, ModuleCommand):
            command, name = _in_module(frame, command.module, arguments, name_extent, node)
        invocation = InvocationInfo(command, extent, name, length, place)
        streams = frame.streams
        if place < length and streams.behind is not None:
            streams = streams.behind
        closer = None
        if redirect is not None:
            write, streams, closer = redirect(frame, write)
        if dot and engine.language_mode is not FULL:
            _require_dot_source(command, engine.language_mode)
        processor = stage(frame, command, arguments, write, streams, invocation, place > 1, dot)
        return _Closing(processor, closer) if closer is not None else processor

    return start


def _require_dot_source(command: Command, mode: str) -> None:
    if isinstance(command, FunctionInfo | ScriptInfo | ExternalScriptInfo):
        require_dot_source(command.script, mode)


def stage(
    frame: Frame,
    command: Command,
    arguments: list[Argument],
    write: Write,
    streams: Streams,
    invocation: InvocationInfo,
    expects_input: bool,
    dot: bool = False,
) -> Processor:
    """The stage of a command that was found."""
    if isinstance(command, CmdletInfo):
        return CmdletProcessor(frame, command, arguments, write, streams, invocation, expects_input)
    if isinstance(command, FunctionInfo | ScriptInfo | ExternalScriptInfo):
        if isinstance(command, ExternalScriptInfo):
            require_permission(frame.engine, command.path, invocation.extent)
        return ScriptProcessor(
            frame, command, command.script, arguments, write, streams, invocation, expects_input, dot
        )
    if isinstance(command, ApplicationInfo):
        return ProgramProcessor(frame, command, arguments, write, streams, invocation, expects_input)
    raise not_emulated(f"The command {command.name}")


def _command_of(frame: Frame, value: Any, extent: Extent, node: ast.CommandAst) -> tuple[Command, str]:
    from emulator.powershell.runtime.script_block import ScriptBlock

    value = unwrap(value)
    if isinstance(value, ScriptModule):
        return ModuleCommand(value), ""
    if isinstance(value, ScriptBlock):
        block: ScriptBlock = value
        symbol = "." if node.invocation_operator is TokenKind.DOT else "&"
        return ScriptInfo(block), symbol if node.invocation_operator is not TokenKind.UNKNOWN else ""
    if isinstance(value, CommandInfo):
        from emulator.powershell.runtime.commands import AliasInfo

        if isinstance(value, AliasInfo):
            return frame.engine.commands.resolve(value.target, frame.scope, extent), value.name
        return value, value.name  # type: ignore[return-value]
    text = to_text(value)
    if value is None or text == "":
        symbol = "." if node.invocation_operator is TokenKind.DOT else "&"
        problem = error(
            f"The expression after '{symbol}' in a pipeline element produced an object that was not valid. "
            f"It must "
            "result in a command name, a script block, or a CommandInfo object.",
            "BadExpression",
            "InvalidOperation",
        )
        problem.record.extent = extent
        raise problem
    return frame.engine.commands.resolve(text, frame.scope, extent), text


class ModuleCommand(ScriptInfo):
    """``& $module``: what it runs is the first argument."""

    __slots__ = ("module",)

    def __init__(self, module: ScriptModule) -> None:
        assert module.block is not None  # noqa: S101 - a module that a script holds was made
        super().__init__(module.block)
        self.module = module


def _in_module(
    frame: Frame, module: ScriptModule, arguments: list[Argument], extent: Extent, node: ast.CommandAst
) -> tuple[Command, str]:
    """``& $module command``: the command as the module sees it."""
    from emulator.powershell.runtime.script_block import ScriptBlock

    value = unwrap(arguments.pop(0).value) if arguments else None
    if isinstance(value, ScriptBlock):
        return ScriptInfo(value.in_scope(module.scope)), "&"
    if isinstance(value, str) and module.scope is not None:
        return frame.engine.commands.resolve(value, module.scope, extent), value
    return _command_of(frame, value, extent, node)


class _Closing(Processor):
    """A stage whose redirected output is closed in the end."""

    __slots__ = ("closer", "inner")

    def __init__(self, inner: Processor, closer: Callable[[], None]) -> None:
        self.inner = inner
        self.closer = closer
        self.write = inner.write
        self.is_begun = False

    @property
    def failed(self) -> bool:  # type: ignore[override]
        return self.inner.failed

    def begin(self) -> None:
        self.inner.start()

    def process(self, value: Any) -> None:
        self.inner.process(value)

    def alone(self) -> None:
        self.inner.alone()

    def end(self) -> None:
        self.inner.end()

    def dispose(self) -> None:
        self.inner.dispose()
        self.closer()


Redirect = Callable[["Frame", Write], tuple[Write, Streams, Callable[[], None] | None]]


def redirections_of(nodes: tuple[ast.RedirectionAst, ...]) -> Redirect | None:
    """A closure that gives the writers of a command with redirections; None without any."""
    if not nodes:
        return None
    plans: list[tuple[RedirectionStream, Value | None, bool, Extent]] = []
    for node in nodes:
        if isinstance(node, ast.MergingRedirectionAst):
            plans.append((node.from_stream, None, False, node.extent))
        elif isinstance(node, ast.FileRedirectionAst):
            plans.append((node.from_stream, value_of(node.location), node.append, node.extent))

    def apply(frame: Frame, write: Write) -> tuple[Write, Streams, Callable[[], None] | None]:
        changes: dict[int, Write] = {}
        closers: list[Callable[[], None]] = []
        output = write
        merged: list[int] = []
        for origin, location, append, extent in plans:
            numbers = (2, 3, 4, 5, 6) if origin is RedirectionStream.ALL else (int(origin.value),)
            if location is None:
                merged += numbers
                continue
            target, closer = _file_writer(frame, location(frame), append, extent)
            if closer is not None:
                closers.append(closer)
            if origin in (RedirectionStream.OUTPUT, RedirectionStream.ALL):
                output = target
            if origin is not RedirectionStream.OUTPUT:
                changes.update(dict.fromkeys(numbers, target))
        # What is merged follows the output wherever it goes: `2>&1 > file` is `> file 2>&1`.
        changes.update(dict.fromkeys(merged, output))
        streams = frame.streams.derive(changes) if changes else frame.streams

        def close() -> None:
            for one in closers:
                one()

        return output, streams, close if closers else None

    return apply


#: What redirection to a file is in 5.1.
_OUT_FILE = "Microsoft.PowerShell.Commands.OutFileCommand"


def _file_writer(
    frame: Frame, location: Any, append: bool, extent: Extent
) -> tuple[Write, Callable[[], None] | None]:
    if location is None:
        return discard, None
    store = frame.engine.find_service(FileStore)
    if store is None:
        problem: PSError = not_emulated("Redirection to a file")
        position_error(problem, extent)
        raise problem
    from emulator.powershell.format.out import Formatter

    formatter = Formatter(frame.engine, frame.engine.ui.width)
    lines: list[str] = []

    def close() -> None:
        text = "".join(f"{line}\r\n" for line in (*lines, *formatter.finish()))
        try:
            store.write_text(store.resolve(to_text(location)), text, append, "unicode")
        except PSError as problem:
            problem.record.activity, problem.record.command_class = "Out-File", _OUT_FILE
            raise

    return lambda value: lines.extend(formatter.add(value)), close
