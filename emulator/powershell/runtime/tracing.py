"""Trace sources: what the engine tells of its own work once somebody listens.

While no source is on, ``Engine.tracing`` is None and nothing of this is loaded. Lines and their indentation
are those of PowerShell's own sources; what of them is told is said in docs/fidelity.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.binder import Binder
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import CommandMetadata

INDENT = 4
#: PSTraceSourceOptions.
OPTIONS = {
    "None": 0,
    "Constructor": 0x1,
    "Dispose": 0x2,
    "Finalizer": 0x4,
    "Method": 0x8,
    "Property": 0x10,
    "Delegates": 0x20,
    "Events": 0x40,
    "Exception": 0x80,
    "Lock": 0x100,
    "Error": 0x200,
    "Warning": 0x400,
    "Verbose": 0x800,
    "WriteLine": 0x1000,
    "Scope": 0x2000,
    "Assert": 0x4000,
    "ExecutionFlow": 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x2000,
    "Data": 0x1 | 0x2 | 0x4 | 0x10 | 0x800 | 0x1000,
    "Errors": 0x200 | 0x80,
    "All": 0x7FFF,
}
#: System.Diagnostics.TraceOptions.
LISTENER_OPTIONS = {
    "None": 0,
    "LogicalOperationStack": 1,
    "DateTime": 2,
    "Timestamp": 4,
    "ProcessId": 8,
    "ThreadId": 16,
    "Callstack": 32,
}
MAXIMUM_FILE = 16 * 1024 * 1024
"""Characters that a file listener takes at most."""

Write = Callable[[str], None]


class TraceListener:
    """A System.Diagnostics.TraceListener: ``kind`` is its class, ``write`` takes a line."""

    __slots__ = ("kind", "name", "options", "write")

    def __init__(self, kind: str, name: str, write: Write, options: int = 0) -> None:
        self.kind = kind
        self.name = name
        self.write = write
        self.options = options

    def trace(self, source: TraceSource, text: str, engine: Engine) -> None:
        """Write an event and what the options add to it."""
        self.write(f"{source.name} Information: 0 : {text}")
        if self.options:
            for line in self._footer(engine):
                self.write(" " * INDENT + line)

    def _footer(self, engine: Engine) -> Iterator[str]:
        wanted, numbers = self.options, LISTENER_OPTIONS
        if wanted & numbers["ProcessId"]:
            yield f"ProcessId={engine.machine.process_id}"
        if wanted & numbers["LogicalOperationStack"]:
            yield "LogicalOperationStack="
        if wanted & numbers["ThreadId"]:
            yield "ThreadId=1"  # as [Threading.Thread]::CurrentThread says
        if wanted & numbers["DateTime"]:
            yield f"DateTime={format_date(engine.utc_now(), 'o')}"
        if wanted & numbers["Timestamp"]:
            yield f"Timestamp={engine.utc_now().ticks}"


class TraceSource:
    """A System.Management.Automation.PSTraceSource."""

    __slots__ = ("description", "headers", "listeners", "name", "options")

    def __init__(self, name: str, description: str, headers: bool = True) -> None:
        self.name = name
        self.description = description
        self.headers = headers
        """Whether each line begins with the option that it is told for."""
        self.options = 0
        self.listeners: list[TraceListener] = [TraceListener("Default", "Default", _nowhere)]


def _nowhere(_line: str) -> None:
    """What the default listener writes goes to a debugger, and there is none."""


class Tracing:
    """The trace sources of a process."""

    def __init__(self, engine: Engine) -> None:
        from emulator.powershell.runtime.trace_sources import SOURCES

        self.engine = engine
        self.sources = {name.lower(): TraceSource(name, text, headers) for name, text, headers in SOURCES}
        self.level = 0
        self._busy = False

    def update(self) -> None:
        """Call after options or listeners changed: the engine tells only while somebody listens."""
        engine = self.engine
        on = any(one.options and one.listeners for one in self.sources.values())
        engine.tracing = self if on else None
        engine.watch_conversions()

    def binder(self, metadata: CommandMetadata, *, simple: bool = False) -> Binder:
        """A binder that tells what it does."""
        from emulator.powershell.runtime.traced_commands import TracedBinder

        return TracedBinder(self.engine, metadata, simple=simple)

    def line(self, name: str, text: str, option: str = "WriteLine") -> None:
        """Tell a line, if the source tells lines of the option."""
        source = self.sources[name]
        if not source.options & OPTIONS[option] or self._busy:
            return
        lead = f" {option:<11} " if source.headers else ""
        self._busy = True
        try:
            for listener in source.listeners:
                listener.trace(source, f"{lead}{' ' * (INDENT * self.level)}{text}", self.engine)
        finally:
            self._busy = False

    @contextmanager
    def scope(self, name: str, text: str) -> Iterator[None]:
        """Tell a line, and what follows inside it further in."""
        if not self.sources[name].options & OPTIONS["Scope"]:
            yield
            return
        self.line(name, text, "Scope")
        self.level += 1
        try:
            yield
        finally:
            self.level -= 1


def tracing_of(engine: Engine) -> Tracing:
    """The trace sources of a runspace, made when they are first asked for."""
    if engine.trace_sources is None:
        import emulator.powershell.dotnet.library.trace_types  # noqa: F401 - registers the types of what is shown

        engine.trace_sources = Tracing(engine)
    made: Tracing = engine.trace_sources
    return made


_INTEGERS = frozenset(
    f"System.{one}" for one in ("Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64")
)
_NUMBERS = _INTEGERS | {"System.Decimal", "System.Double", "System.Single"}
_REASONS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"System.Decimal"}), "Converting to decimal."),
    (frozenset({"System.Double", "System.Single"}), "Converting to double or single."),
    (_INTEGERS, "Converting to integer."),
    (frozenset({"System.Text.RegularExpressions.Regex"}), "Returning new RegEx(value to convert)."),
    (frozenset({"System.Char[]"}), "Returning value to convert's ToCharArray()."),
    (frozenset({"System.Xml.XmlDocument"}), "Standard type conversion to XmlDocument."),
    (frozenset({"System.Collections.Hashtable"}), "Converting to Hashtable."),
)


def tell_conversion(tracing: Tracing, value: Any, kind: PSType) -> None:
    """Source TypeConversion: what is converted to what, and by which of PowerShell's rules."""
    source = "typeconversion"
    with tracing.scope(source, f'Converting "{shown_in_trace(value)}" to "{kind.name}".'):
        reason = _reason(unwrap(value), kind)
        if reason:
            tracing.line(source, reason)


def _reason(base: Any, kind: PSType) -> str:
    name = kind.name
    if base is None:
        return ""
    own = type_of(base)
    if own.is_assignable_to(kind):
        return "Result type is assignable from value to convert's type"
    if name == "System.Boolean":
        by_kind = {"System.String": "string", "System.Char": "char"}
        what = by_kind.get(own.name, "IList" if type(base) in LIST_TYPES else "value")
        return f"Converting {what} to boolean."
    if name == "System.String":
        return f"Converting {'numeric' if type(base) in NUMBER_TYPES else 'object'} to string."
    if type(base) in NUMBER_TYPES and name in _NUMBERS:
        return "Numeric conversion succeeded."
    if isinstance(base, str):
        return next((text for names, text in _REASONS if name in names), "")
    return ""


def shown_in_trace(value: Any) -> str:
    """A value as .NET would write it into a line: a collection by its type."""
    from emulator.powershell.runtime.conversion import to_text

    base = unwrap(value)
    if base is None:
        return ""
    return type_of(base).name if type(base) in LIST_TYPES else to_text(base)
