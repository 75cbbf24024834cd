"""cmd.exe running a tree of commands: pipes, redirections, conditions, loops, built-ins and programs."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.console.cmd import expansion
from emulator.console.cmd.builtins import BUILTINS
from emulator.console.cmd.builtins.arguments import is_null
from emulator.console.cmd.parser import parse
from emulator.console.cmd.state import BatchFile, ExitBatch, ExitCommand, Goto, State
from emulator.console.cmd.syntax import (
    Block,
    Command,
    CommandSyntaxError,
    For,
    If,
    Node,
    Pipeline,
    Redirection,
    Sequence,
)
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs import find_program, is_batch_file, run_found
from emulator.console.streams import Collector, FileWriter, MemoryReader, NullWriter, OutputLimitExceeded
from emulator.host import HostError

_NOT_RECOGNIZED = (
    "'{}' is not recognized as an internal or external command,\r\noperable program or batch file."
)
_SEPARATED_BY = ' \t,;=./\\:+([]"'
_MAXIMUM_DEPTH = 32
_MAXIMUM_LOOP_ITEMS = 10_000_000
_SYNTAX_ERROR = 255
_NOT_FOUND = 9009
#: Characters that cmd.exe takes in one line (Microsoft support article 830473).
MAXIMUM_LINE = 8191
_MAXIMUM_BLOCK = 1024 * 1024
_BATCH_ARGUMENT = re.compile(r'(?:"[^"]*"?|[^\s,;="])+')
_KEEPS_ERROR_LEVEL = frozenset(
    [
        "call",
        "cls",
        "echo",
        "endlocal",
        "pause",
        "popd",
        "rd",
        "rem",
        "rmdir",
        "setlocal",
        "shift",
        "start",
        "title",
    ]
)


class CommandProcessor:
    """One cmd.exe: runs lines in a context that it changes (directory, environment, code page)."""

    def __init__(self, context: Context, batch: BatchFile | None = None) -> None:
        self.state = State(context, self, batch)

    @property
    def context(self) -> Context:
        return self.state.context

    def run_line(self, line: str) -> int:
        """Expand, parse and run one line; the error level after it. Raises `ExitCommand`."""
        try:
            expanded = self.expanded(line)
            if len(expanded) > (_MAXIMUM_BLOCK if "\n" in expanded else MAXIMUM_LINE):
                return self._failed("The input line is too long.")
            node = parse(expanded)
        except CommandSyntaxError as error:
            self.context.error(str(error))
            self.state.error_level = _SYNTAX_ERROR
            return _SYNTAX_ERROR
        return self.state.error_level if node is None else self.run(node)

    def expanded(self, line: str) -> str:
        """`line` with its percent sequences replaced."""
        batch = self.state.batch
        if batch is None:
            return expansion.expand(line, self.variable)
        return expansion.expand(line, self.variable, batch.arguments, self.state.argument_path)

    def run_to_exit(self, line: str) -> int:
        """`cmd /c line`: the exit code of the process."""
        try:
            return self.run_line(line)
        except ExitCommand as ended:
            return ended.code

    def variable(self, name: str) -> str | None:
        """An environment variable, or one that cmd.exe computes (ERRORLEVEL, CD, DATE, TIME, RANDOM)."""
        value = self.context.environment.get(name)
        if value is not None:
            return value
        computed = name.upper()
        now = self.context.host.clock.now() + self.context.host.operating_system.utc_offset()
        if computed == "ERRORLEVEL":
            return str(self.state.error_level)
        if computed == "CD":
            return self.context.directory
        if computed == "DATE":
            return now.strftime("%a %m/%d/%Y")
        if computed == "TIME":
            return f"{now.hour:2d}:{now:%M:%S}.{now.microsecond // 10000:02d}"
        if computed == "RANDOM":
            return str(random.randrange(32768))  # noqa: S311 -- %RANDOM% promises no more
        if computed == "CMDEXTVERSION":
            return "2"
        return None

    def run(self, node: Node) -> int:
        """Run one node of the tree; the error level after it."""
        if self.context.cancelled.is_set():
            raise ProgramCancelled("the process was cancelled")
        match node:
            case Command():
                code = self._command(node)
            case Sequence(left=left, operator=operator, right=right):
                code = self.run(left)
                if operator == "&" or (operator == "&&") == (code == 0):
                    code = self.run(right)
            case Pipeline(left=left, right=right):
                code = self._pipeline(left, right)
            case Block(body=body, redirections=redirections):
                code = self._block(body, redirections)
            case If():
                code = self._if(node)
            case For():
                code = self._for(node)
        return code

    def _block(self, body: Node | None, redirections: tuple[Redirection, ...]) -> int:
        if body is None:
            return self.state.error_level
        try:
            with self._redirected(redirections):
                return self.run(body)
        except (HostError, OutputLimitExceeded) as error:
            return self._failed(str(error))

    def _pipeline(self, left: Node, right: Node) -> int:
        collected = Collector(self.context.console.code_page)
        code_page = self.context.console.code_page
        # Each side of a pipe is a cmd.exe of its own: neither changes the directory of this one.
        first = self._pipe_end(self.context.child(stdout=collected))
        try:
            first.run(left)
        except (ExitCommand, ExitBatch, Goto):
            pass
        except OutputLimitExceeded as error:
            return self._failed(str(error))
        second = self._pipe_end(self.context.child(stdin=MemoryReader(collected.value(), code_page)))
        try:
            self.state.error_level = second.run(right)
        except (ExitCommand, ExitBatch) as ended:
            self.state.error_level = ended.code
        except Goto:
            self.state.error_level = 1
        return self.state.error_level

    def _pipe_end(self, context: Context) -> CommandProcessor:
        end = CommandProcessor(context, self.state.batch)
        end.state.for_variables = self.state.for_variables
        end.state.echo = self.state.echo
        end.state.delayed_expansion = self.state.delayed_expansion
        end.state.error_level = self.state.error_level
        return end

    def _if(self, node: If) -> int:
        if self._holds(node) != node.negated:
            return self.run(node.then)
        if node.otherwise is not None:
            return self.run(node.otherwise)
        return self.state.error_level

    def _holds(self, node: If) -> bool:
        left = self.state.with_for_variables(node.left)
        right = self.state.with_for_variables(node.right)
        match node.condition:
            case "exist":
                return self._exists(left)
            case "defined":
                return self.variable(left) is not None
            case "errorlevel":
                return self.state.error_level >= _number(left, 0)
            case "cmdextversion":
                return _number(left, 0) <= 2
            case "==":
                return left.lower() == right.lower() if node.ignore_case else left == right
        if _is_number(left) and _is_number(right):
            order = (_number(left, 0) > _number(right, 0)) - (_number(left, 0) < _number(right, 0))
        else:
            first, second = (left.lower(), right.lower()) if node.ignore_case else (left, right)
            order = (first > second) - (first < second)
        return {
            "equ": order == 0,
            "neq": order != 0,
            "lss": order < 0,
            "leq": order <= 0,
            "gtr": order > 0,
            "geq": order >= 0,
        }[node.condition]

    def _exists(self, text: str) -> bool:
        files = self.context.files
        try:
            path = self.context.path(text)
            if "*" in path or "?" in path:
                from emulator.console.cmd.wildcards import matches

                return bool(matches(self.context, path))
            return files.exists(path)
        except HostError:
            return False

    def _for(self, node: For) -> int:
        from emulator.console.cmd.loops import items

        saved = dict(self.state.for_variables)
        try:
            for count, values in enumerate(items(self.state, node)):
                if count >= _MAXIMUM_LOOP_ITEMS:
                    return self._failed("The loop has too many items.")
                self.state.for_variables.update(values)
                if self.state.echo and node.text:
                    shown = self.state.with_for_variables(node.text)
                    self.context.line(f"\r\n{self.context.directory}>{shown} ")
                self.run(node.body)
        except HostError as error:
            return self._failed(error.text)
        finally:
            self.state.for_variables = saved
        return self.state.error_level

    def _command(self, node: Command) -> int:
        state = self.state
        name = state.with_for_variables(node.name)
        tail = state.with_for_variables(node.tail)
        redirections = tuple(
            item.replaced(target=state.with_for_variables(item.target)) for item in node.redirections
        )
        try:
            with self._redirected(redirections):
                builtin, rest = _builtin(name, tail)
                try:
                    code = self._dispatch(name, tail) if builtin is None else BUILTINS[builtin](state, rest)
                except HostError as error:  # what is refused goes where the command's errors go
                    return self._failed(error.text)
        except (HostError, OutputLimitExceeded) as error:
            return self._failed(getattr(error, "text", str(error)))
        if code or not self._keeps_error_level(builtin):
            state.error_level = code
        return code

    def _keeps_error_level(self, builtin: str | None) -> bool:
        """Whether a built-in that succeeded leaves %ERRORLEVEL% as it was."""
        if builtin in ("set", "prompt"):
            return self.state.batch is None or not self.state.batch.path.lower().endswith(".cmd")
        return builtin in _KEEPS_ERROR_LEVEL

    def _dispatch(self, name: str, tail: str) -> int:
        if not name:
            return self.state.error_level
        if name.startswith(":"):
            return self.state.error_level
        if len(name) == 2 and name[1] == ":":
            return BUILTINS["cd"](self.state, f" /d {name}")
        path = find_program(self.context, name)
        if path is not None and is_batch_file(self.context, path):
            code = self.run_batch(path, name, _BATCH_ARGUMENT.findall(tail))
            if self.state.batch is not None and not self.state.calling:
                # Without `call` the line does not come back to the batch file that it is in.
                raise ExitBatch(code)
            return code
        if path is not None:
            return run_found(self.context, path, name, tail)
        if self._in_missing_folder(name):
            return self._failed("The system cannot find the path specified.")
        self.context.error(_NOT_RECOGNIZED.format(name))
        # The shell's own exit code is 1 although %ERRORLEVEL% reads 9009 afterwards in a batch file.
        return _NOT_FOUND if self.state.batch else 1

    def _in_missing_folder(self, name: str) -> bool:
        folder, separator, _ = name.replace('"', "").replace("/", "\\").rpartition("\\")
        return bool(separator) and not self.context.files.is_directory(self.context.path(folder + separator))

    def run_batch(self, path: str, name: str, arguments: list[str]) -> int:
        """Run a .bat or .cmd file to its end in this process (`call`, or its name as a command)."""
        from emulator.console.cmd.batch import run_batch_file

        if self.context.depth >= _MAXIMUM_DEPTH:
            return self._failed("The maximum setlocal recursion level has been reached.")
        return run_batch_file(self, path, name, arguments)

    def _failed(self, text: str) -> int:
        self.context.error(text)
        self.state.error_level = 1
        return 1

    @contextmanager
    def _redirected(self, redirections: tuple[Redirection, ...]) -> Iterator[None]:
        if not redirections:
            yield
            return
        context = self.context
        saved = (context.stdin, context.stdout, context.stderr)
        files: list[FileWriter] = []
        try:
            for item in redirections:
                self._redirect(item, files)
            yield
        finally:
            context.stdin, context.stdout, context.stderr = saved
            for file in files:
                file.close()

    def _redirect(self, item: Redirection, files: list[FileWriter]) -> None:
        context = self.context
        code_page = context.console.code_page
        if item.operator == "<":
            data = b"" if is_null(item.target) else context.files.read(context.path(item.target))
            context.stdin = MemoryReader(data, code_page)
            return
        if item.target == "&1":
            writer = context.stdout
        elif item.target == "&2":
            writer = context.stderr
        elif item.target.startswith("&") or is_null(item.target):
            writer = NullWriter(code_page)
        else:
            writer = FileWriter(
                context.files, context.path(item.target), code_page, append=item.operator == ">>"
            )
            files.append(writer)
        if item.handle == 1:
            context.stdout = writer
        elif item.handle == 2:
            context.stderr = writer


def _builtin(name: str, tail: str) -> tuple[str | None, str]:
    """The built-in that `name` begins with (`cd..`, `echo.`, `dir/w`) and the tail that it then gets."""
    lowered = name.lower()
    if lowered in BUILTINS:
        return lowered, tail
    for position, character in enumerate(name):
        if character in _SEPARATED_BY:
            word = lowered[:position]
            if word in BUILTINS:
                return word, name[position:] + tail
            break
    return None, tail


def _is_number(text: str) -> bool:
    return text.lstrip("+-").isdigit()


def _number(text: str, otherwise: int) -> int:
    return int(text) if _is_number(text) else otherwise
