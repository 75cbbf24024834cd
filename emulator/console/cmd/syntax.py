"""The tree of one command line of cmd.exe, as its parser sees it after percent expansion.

cmd.exe does not split arguments: a command has a name and the rest of its text (`tail`), quotes, blanks
and all, and each command reads its tail as it likes. Source: Microsoft's Windows commands reference,
"cmd" and "Using command redirection operators".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.record import Record


class Redirection(Record):
    """`2>&1`, `>> log.txt`, `< input`: `operator` is '<', '>' or '>>'; a target like '&1' is a handle."""

    handle: int
    operator: str
    target: str


class Command(Record):
    """One simple command. `name` keeps the quotes that were typed; `tail` starts with its own blanks."""

    name: str
    tail: str
    redirections: tuple[Redirection, ...] = ()


class Block(Record):
    """`( ... )`, with the redirections that follow it."""

    body: Node | None
    redirections: tuple[Redirection, ...] = ()


class Pipeline(Record):
    """`left | right`."""

    left: Node
    right: Node


class Sequence(Record):
    """`left operator right` where operator is '&', '&&' or '||'."""

    left: Node
    operator: str
    right: Node


class If(Record):
    """`if [/i] [not] condition then [else otherwise]`.

    `condition` is one of exist, defined, errorlevel, cmdextversion or a comparison operator
    (==, EQU, NEQ, LSS, LEQ, GTR, GEQ); `left` and `right` are its operands.
    """

    condition: str
    left: str
    right: str
    negated: bool
    ignore_case: bool
    then: Node
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class For:
    """`for [/l|/f ["options"]|/d|/r] %variable in (items) do body`; the interpreter puts each item into the
    texts of `body` as it runs them."""

    switch: str
    options: str
    variable: str
    items: str
    body: Node
    text: str = field(default="", compare=False)
    """The source of the body, shown before each iteration while echo is on; empty after an `@`."""


Node = Command | Block | Pipeline | Sequence | If | For


class CommandSyntaxError(Exception):
    """Text that cmd.exe refuses; the message is cmd.exe's own."""
