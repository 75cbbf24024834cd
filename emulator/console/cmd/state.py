"""What changes while cmd.exe runs: error level, echo, `for` variables, pushed directories, batch position."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.console.cmd.expansion import replace_for_variable
from emulator.console.context import Context
from emulator.console.process import Environment

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


@dataclass(slots=True)
class BatchFile:
    """A batch file that runs: its lines and its arguments (%0 first)."""

    lines: list[str]
    arguments: list[str]


@dataclass(slots=True)
class State:
    """The state of one cmd.exe."""

    context: Context
    processor: CommandProcessor
    batch: BatchFile | None = None
    error_level: int = 0
    echo: bool = True
    for_variables: dict[str, str] = field(default_factory=dict)
    pushed_directories: list[str] = field(default_factory=list)
    local_environments: list[tuple[Environment, str]] = field(default_factory=list)

    def with_for_variables(self, text: str) -> str:
        """`text` with the variables of the `for` loops around it filled in."""
        if "%" in text:
            for name, value in self.for_variables.items():
                text = replace_for_variable(text, name, value)
        return text
