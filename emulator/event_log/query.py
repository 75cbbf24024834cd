"""Event queries: which entries of which logs (dialect ``http://schemas.microsoft.com/win/2004/08/events/eventquery``).

A query is a QueryList of Select and Suppress elements, each with the name of a log and an expression of the
subset of XPath 1.0 that the event log of Windows understands ("Consuming Events"). The expression is parsed
once into closures over the tree of an event; its size and its depth are bounded.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emulator import xml_document
from emulator.event_log.rendering import Node, event_tree
from emulator.xml_document import Element, MalformedXml, local_name

if TYPE_CHECKING:
    from emulator.host import EventLogEntry, Host
    from emulator.host.windows.event_log import EventLog

DIALECT = "http://schemas.microsoft.com/win/2004/08/events/eventquery"

_MAXIMUM_TEXT = 65_536
_MAXIMUM_TOKENS = 2048
_MAXIMUM_DEPTH = 24
_MAXIMUM_SELECTS = 256
_MAXIMUM_COMPARISONS = 160
_WILDCARD_COST = 16
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>0[xX][0-9A-Fa-f]{1,16}|\d{1,20}(?:\.\d{1,20})?)|(?P<text>'[^']*'|"[^"]*")"""
    r"""|(?P<name>[A-Za-z_][\w.-]*(?::(?=[A-Za-z_])[\w.-]+)?)|(?P<sign>!=|<=|>=|//|[][()@=<>*/,.|]))"""
)

Value = Any
Test = Callable[["_Context"], Value]


class EventQueryError(ValueError):
    """A query that the event log cannot process (ERROR_EVT_INVALID_QUERY, 15001)."""


class UnknownLog(EventQueryError):
    """A query names a log that the machine does not have (ERROR_EVT_CHANNEL_NOT_FOUND, 15007)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One Select or Suppress: a log and what an event in it must be like."""

    log_name: str
    expression: Expression
    suppresses: bool = False


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A parsed query."""

    selections: tuple[Selection, ...]

    @property
    def log_names(self) -> tuple[str, ...]:
        """The logs that are selected from, in the order of the query."""
        names = (one.log_name for one in self.selections if not one.suppresses)
        return tuple(dict.fromkeys(name.casefold() for name in names))

    def require_logs(self, log: EventLog) -> None:
        """Raises UnknownLog when the machine does not have one of them."""
        for one in self.selections:
            if not log.has(one.log_name):
                raise UnknownLog(f"there is no log {one.log_name[:64]!r}")

    def accepts(self, entry: EventLogEntry, host: Host) -> bool:
        """Whether an entry is selected and not suppressed."""
        name = entry.log_name.casefold()
        relevant = [one for one in self.selections if one.log_name.casefold() == name]
        if not relevant:
            return False
        context = _Context(event_tree(entry, host), host.clock.now())
        selected = any(one.expression.accepts(context) for one in relevant if not one.suppresses)
        return selected and not any(one.expression.accepts(context) for one in relevant if one.suppresses)

    def entries(self, host: Host) -> Iterator[EventLogEntry]:
        """The entries that are there now, oldest first.

        Call it without the host's lock: the logs are copied under it, and a long one is looked through
        without holding up anybody.
        """
        with host.looking():
            present = [entry for name in self.log_names for entry in host.event_log.entries(name)]
        found = [entry for entry in present if self.accepts(entry, host)]
        found.sort(key=lambda entry: (entry.time, entry.log_name, entry.record_id))
        return iter(found)


def parse_query_text(text: str) -> EventQuery:
    """The query of a QueryList in XML. Raises EventQueryError."""
    if len(text) > _MAXIMUM_TEXT:
        raise EventQueryError("the query is too long")
    try:
        return parse_query(xml_document.parse(text.strip().encode()))
    except (MalformedXml, UnicodeEncodeError) as error:
        raise EventQueryError(f"the query is no XML: {error}") from None


def parse_query(element: Element) -> EventQuery:
    """The query of a QueryList element. Raises EventQueryError."""
    if local_name(element) != "QueryList":
        raise EventQueryError("a query begins with QueryList")
    selections: list[Selection] = []
    for query in element:
        if local_name(query) != "Query":
            raise EventQueryError("a QueryList holds Query elements")
        default = (query.get("Path") or "").strip()
        for one in query:
            kind = local_name(one)
            if kind not in ("Select", "Suppress"):
                raise EventQueryError("a Query holds Select and Suppress elements")
            log_name = (one.get("Path") or default).strip()
            if not log_name:
                raise EventQueryError("a Select names no log")
            selections.append(Selection(log_name, parse_expression(one.text or "*"), kind == "Suppress"))
    if not any(not one.suppresses for one in selections) or len(selections) > _MAXIMUM_SELECTS:
        raise EventQueryError("a query selects from 1 to 256 times")
    if sum(one.expression.comparisons for one in selections) > _MAXIMUM_COMPARISONS:
        raise EventQueryError("the query is too complex")
    return EventQuery(tuple(selections))


# -- expressions --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Context:
    """Where an expression is evaluated: a node and the time of the query."""

    node: Node
    now: datetime


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression, and how many comparisons it has."""

    test: Test
    comparisons: int

    def accepts(self, context: _Context) -> bool:
        """Whether the event of a context is meant."""
        return _truth(self.test(context))


def parse_expression(text: str) -> Expression:
    """An expression such as ``*[System[(Level=1 or Level=2)]]``. Raises EventQueryError."""
    if len(text) > _MAXIMUM_TEXT:
        raise EventQueryError("the expression is too long")
    return _Parser(_tokens(text.strip())).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            if not text[place:].strip():
                break
            raise EventQueryError(f"nothing can be read at {text[place : place + 20]!r}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
        if len(tokens) > _MAXIMUM_TOKENS:
            raise EventQueryError("the expression is too complex")
    return tokens


class _Parser:
    """A parser by descent; each method takes what it names and gives a closure."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self.comparisons = 0

    def whole(self) -> Expression:
        """The root is an event: ``*`` or ``Event``, with conditions and a path below it."""
        kind, name = self._next()
        if (kind, name) not in (("sign", "*"), ("name", "Event")):
            raise EventQueryError("an expression begins with * or Event")
        tests = self._conditions()
        below: Test | None = None
        if self._take("/"):
            below = self._path()
        if self._place != len(self._tokens):
            raise EventQueryError(f"something follows the expression: {self._tokens[self._place][1][:20]!r}")

        def test(context: _Context) -> Value:
            if not all(_truth(one(context)) for one in tests):
                return False
            return True if below is None else below(context)

        return Expression(test, self.comparisons)

    def _conditions(self) -> list[Test]:
        tests: list[Test] = []
        while self._take("["):
            tests.append(self._either())
            self._expect("]")
        return tests

    def _either(self) -> Test:
        self._depth += 1
        if self._depth > _MAXIMUM_DEPTH:
            raise EventQueryError("the expression is nested too deeply")
        tests = [self._both()]
        while self._take("or", "name"):
            tests.append(self._both())
        self._depth -= 1
        return tests[0] if len(tests) == 1 else _any(tests)

    def _both(self) -> Test:
        tests = [self._comparison()]
        while self._take("and", "name"):
            tests.append(self._comparison())
        return tests[0] if len(tests) == 1 else _all(tests)

    def _comparison(self) -> Test:
        """As on Windows one side is a literal or a function: a comparison costs as much as it has nodes."""
        path_first, before = self._is_path(), self._place
        left = self._operand()
        for sign in ("=", "!=", "<=", ">=", "<", ">"):
            if self._take(sign):
                if path_first and self._is_path():
                    raise EventQueryError("an element or attribute is compared with a value")
                right = self._operand()
                has_wildcard = ("sign", "*") in self._tokens[before : self._place]
                self.comparisons += _WILDCARD_COST if has_wildcard else 1
                return _compared(sign, left, right)
        return left

    def _is_path(self) -> bool:
        kind, token = self._peek()
        return (kind == "name" and self._peek(1) != ("sign", "(")) or token in ("@", "*", ".", "(")

    def _operand(self) -> Test:
        kind, token = self._peek()
        if kind == "number":
            self._place += 1
            return _Literal(float(int(token, 16)) if token[:2].lower() == "0x" else float(token))
        if kind == "text":
            self._place += 1
            return _Literal(token[1:-1])
        if self._take("("):
            inner = self._either()
            self._expect(")")
            return inner
        if kind == "name" and self._peek(1) == ("sign", "("):
            return self._call()
        return self._path()

    def _call(self) -> Test:
        name = self._next()[1]
        self._expect("(")
        arguments: list[Test] = []
        if not self._take(")"):
            arguments.append(self._either())
            while self._take(","):
                arguments.append(self._either())
            self._expect(")")
        if name == "not" and len(arguments) == 1:
            (inner,) = arguments
            return lambda context: not _truth(inner(context))
        if name == "timediff" and 1 <= len(arguments) <= 2:
            return _time_difference(arguments)
        if name == "band" and len(arguments) == 2:
            left, right = arguments
            return lambda context: bool(_integer(left(context)) & _integer(right(context)))
        raise EventQueryError(f"the function {name[:20]!r} is not supported")

    def _path(self) -> Test:
        """Steps below the present node; the value is the texts that were found, none when nothing was."""
        steps: list[tuple[str, list[Test]]] = []
        attribute = ""
        while True:
            if self._take("@"):
                kind, attribute = self._next()
                if kind != "name":
                    raise EventQueryError("@ wants the name of an attribute")
                break
            kind, name = self._next()
            if kind != "name" and name not in ("*", "."):
                raise EventQueryError(f"{name[:20]!r} is not the name of an element")
            steps.append((name.rpartition(":")[2], self._conditions()))
            if not self._take("/"):
                break
        return _found(steps, attribute)

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end":
            raise EventQueryError("the expression ends too early")
        self._place += 1
        return token

    def _take(self, token: str, kind: str = "sign") -> bool:
        if self._peek() != (kind, token):
            return False
        self._place += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise EventQueryError(f"{token!r} is missing before {self._peek()[1][:20]!r}")


def _any(tests: Sequence[Test]) -> Test:
    return lambda context: any(_truth(test(context)) for test in tests)


def _all(tests: Sequence[Test]) -> Test:
    return lambda context: all(_truth(test(context)) for test in tests)


def _found(steps: Sequence[tuple[str, list[Test]]], attribute: str) -> Test:
    if len(steps) == 1 and not attribute and not steps[0][1] and steps[0][0] not in ("*", "."):
        wanted = steps[0][0]
        return lambda context: [child.text for child in context.node.children if child.name == wanted]
    if not steps:
        return lambda context: [text for name, text in context.node.attributes if name == attribute]

    def texts(context: _Context) -> Value:
        nodes = [context.node]
        for name, tests in steps:
            below = nodes if name == "." else [child for node in nodes for child in node.children]
            nodes = [
                node
                for node in below
                if name in ("*", ".", node.name)
                and all(_truth(test(_Context(node, context.now))) for test in tests)
            ]
        if attribute:
            return [text for node in nodes for name, text in node.attributes if name == attribute]
        return [node.text for node in nodes]

    return texts


def _truth(value: Value) -> bool:
    return bool(value)


@dataclass(frozen=True, slots=True)
class _Literal:
    """A test that is always the same value."""

    value: str | float

    def __call__(self, _: _Context) -> Value:
        return self.value


def _compared(sign: str, left: Test, right: Test) -> Test:
    if isinstance(right, _Literal):
        value = right.value

        def holds(context: _Context) -> Value:
            return any(_holds(sign, one, value) for one in _several(left(context)))

        return holds

    def test(context: _Context) -> Value:
        for one in _several(left(context)):
            for other in _several(right(context)):
                if _holds(sign, one, other):
                    return True
        return False

    return test


def _several(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _holds(sign: str, left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        if sign == "=":
            return left == right
        if sign == "!=":
            return left != right
        moments = _moment(left), _moment(right)
        if None not in moments:
            left, right = moments
    if not isinstance(left, datetime):
        left = _number(left)
        right = right if isinstance(right, float) else _number(right)
        if left is None or right is None:
            return sign == "!="
    return bool(_OPERATORS[sign](left, right))


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _number(value: Value) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        # Most texts are none; finding that out by an exception would cost ten times as much.
        if not text[:1].isdigit() and text[:1] not in ("-", "."):
            return None
        try:
            return float(int(text, 16)) if text[:2].lower() == "0x" else float(text[:64])
        except ValueError:
            return None
    return float(value) if isinstance(value, bool | int | float) else None


def _integer(value: Value) -> int:
    if isinstance(value, list):
        value = value[0] if value else 0
    if isinstance(value, str) and value[:2].lower() == "0x":
        try:
            return int(value, 16)
        except ValueError:
            return 0
    number = _number(value)
    return 0 if number is None or number != number or abs(number) > 1 << 64 else int(number)


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime | None:
    if not text[:1].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.strip()[:40]))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _time_difference(arguments: Sequence[Test]) -> Test:
    """Milliseconds from a time to now, or to another time."""

    def difference(context: _Context) -> Value:
        moments = [_moment(str(found[0])) if (found := _several(one(context))) else None for one in arguments]
        first = moments[0]
        last = moments[1] if len(moments) == 2 else context.now
        return [] if first is None or last is None else (last - first).total_seconds() * 1000

    return difference
