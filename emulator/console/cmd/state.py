"""What changes while cmd.exe runs: error level, echo, `for` variables, pushed directories, batch position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.console.cmd.expansion import expand_delayed, replace_for_variable
from emulator.console.context import Context
from emulator.console.process import Environment
from emulator.host import HostError
from emulator.record import MutableRecord, field

if TYPE_CHECKING:
    from emulator.console.cmd.interpreter import CommandProcessor


class ExitCommand(Exception):
    """`exit [code]`: ends this cmd.exe."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ExitBatch(Exception):
    """`exit /b [code]` or `goto :eof`: ends the batch file or the called label."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Goto(Exception):
    """`goto label` in a batch file."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


class BatchFile(MutableRecord):
    """A batch file that runs: its full path, its lines and its arguments (%0 first)."""

    path: str
    lines: list[str]
    arguments: list[str]


class State(MutableRecord):
    """The state of one cmd.exe."""

    context: Context
    processor: CommandProcessor
    batch: BatchFile | None = None
    error_level: int = 0
    echo: bool = True
    for_variables: dict[str, str] = field(default_factory=dict)
    pushed_directories: list[str] = field(default_factory=list)
    local_environments: list[tuple[Environment, str, bool]] = field(default_factory=list)
    delayed_expansion: bool = False
    calling: bool = False
    """`call` runs: a batch file that it names returns to the line after it."""

    def with_for_variables(self, text: str) -> str:
        """`text` with the variables of the `for` loops around it filled in, and then `!NAME!`."""
        if "%" in text:
            for name, value in self.for_variables.items():
                text = replace_for_variable(text, name, value, self.full_path)
        if self.delayed_expansion and "!" in text:
            text = expand_delayed(text, self.processor.variable)
        return text

    def full_path(self, text: str) -> str:
        """The full path of an item or argument, as it is where it cannot be a path."""
        try:
            return self.context.path(text)
        except HostError:
            return text

    def argument_path(self, number: int, value: str) -> str:
        """The full path that the modifiers of a batch argument take apart; %0 is the batch file itself."""
        return self.batch.path if self.batch is not None and number == 0 else self.full_path(value)

    def begin_local(self) -> None:
        """Remember the environment, the directory and the expansion for `end_local`."""
        context = self.context
        self.local_environments.append(
            (context.environment.copy(), context.directory, self.delayed_expansion)
        )

    def end_local(self, keep: int = 0) -> None:
        """Go back to what was remembered last, while there is more than `keep`."""
        if len(self.local_environments) > keep:
            context = self.context
            context.environment, context.directory, self.delayed_expansion = self.local_environments.pop()
