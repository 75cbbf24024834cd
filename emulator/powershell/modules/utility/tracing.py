"""Get-TraceSource, Set-TraceSource and Trace-Command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.utility.files import forced, provider_of, store_of
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.compiler.commands import stage
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.processors import run_pipeline
from emulator.powershell.runtime.streams import MessageRecord
from emulator.powershell.runtime.trace_sources import TOLD
from emulator.powershell.runtime.tracing import (
    LISTENER_OPTIONS,
    MAXIMUM_FILE,
    OPTIONS,
    TraceListener,
    TraceSource,
    Tracing,
    Write,
    tracing_of,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_ALL = OPTIONS["All"]
_NO_FILE = "FileListenerPathResolutionFailed"


def _matching(
    call: CmdletCall, tracing: Tracing, patterns: list[str], *, tells: bool
) -> tuple[list[TraceSource], list[str]]:
    """The sources of names or patterns, and the names that no source has."""
    found: list[TraceSource] = []
    lacking: list[str] = []
    for pattern in patterns:
        some = [one for one in tracing.sources.values() if like(one.name, pattern)]
        found += some
        if some or is_wildcard(pattern) or not pattern:
            continue
        lacking.append(pattern)
        if tells:
            call.error(
                call.record(
                    "System.Management.Automation.ItemNotFoundException",
                    f"Cannot find a trace source with the name '{pattern}'.",
                    "TraceSourceNotFound",
                    "ObjectNotFound",
                    pattern,
                )
            )
    return found, lacking


@cmdlet("Get-TraceSource")
def get_trace_source(call: CmdletCall, name: list[str] | None = None) -> Iterator[TraceSource]:
    """The trace sources by name."""
    found, _ = _matching(call, tracing_of(call.engine), name or ["*"], tells=True)
    yield from sorted(found, key=lambda one: one.name.lower())


class _Traced(Cmdlet):
    """What both cmdlets know: options and listeners."""

    def begin(self) -> None:
        """No listener is made yet."""
        self.tracing = tracing_of(self.call.engine)
        self.made: list[TraceListener] | None = None

    def warn(self, sources: list[TraceSource], lacking: list[str]) -> None:
        """Say which of the sources that are turned on tell nothing here: a user would take silence for what
        Windows does."""
        call = self.call
        silent = sorted({*(one.name for one in sources if one.name.lower() not in TOLD), *lacking})
        if not silent:
            return
        for one in silent:
            call.engine.gap("trace source", one)
        names, tell = ("source", "tells") if len(silent) == 1 else ("sources", "tell")
        call.warning(f"The trace {names} {', '.join(silent)} {tell} nothing here: not emulated.")

    def listeners(self) -> list[TraceListener]:
        """The listeners that were asked for, made once."""
        if self.made is None:
            call = self.call
            options = _number(call.get("ListenerOption"), LISTENER_OPTIONS)
            if options & LISTENER_OPTIONS["Callstack"]:
                raise call.complete(not_emulated("-ListenerOption Callstack (the stack of .NET)"))
            self.made = []
            if call.get("Debugger"):
                self.made.append(TraceListener("Default", "Debug", lambda _line: None, options))
            if call.get("PSHost"):
                self.made.append(TraceListener("Host", "Host", _shown_by(call.engine), options))
            if call.get("FilePath") is not None:
                made = self._file_listener(to_text(call.get("FilePath")), options)
                self.made += [made] if made is not None else []
        return self.made

    def _file_listener(self, name: str, options: int) -> TraceListener | None:
        """A listener that appends to a file; None, and an error, when it cannot."""
        call = self.call
        provider = provider_of(call, name)
        if provider != "FileSystem":
            text = f"Trace output can only be written to the file system. The path '{name}' referred to a "
            text += f"'Microsoft.PowerShell.Core\\{provider}' provider path."
            record = call.record(
                "System.Management.Automation.PSNotSupportedException",
                text,
                _NO_FILE,
                "InvalidArgument",
                name,
            )
            call.error(record)
            return None
        store = store_of(call)
        path = store.resolve(name)
        written = 0

        def write(line: str) -> None:
            nonlocal written
            written += len(line)
            if written <= MAXIMUM_FILE:
                with forced(call, path):
                    store.write_text(path, line + "\r\n", True, "utf8")

        try:
            with forced(call, path):
                store.write_text(path, "", True, "utf8")
        except (PSError, NetError) as problem:
            exception = problem.exception if isinstance(problem, NetError) else problem.record.exception
            call.error(call.record(exception, "", _NO_FILE, "OpenError", path))
            return None
        return TraceListener("TextWriter", name, write, options)

    def option(self) -> int:
        """-Option, all of them when it is not given."""
        return _number(self.call.get("Option"), OPTIONS) if self.call.has("Option") else _ALL


def _shown_by(engine: Engine) -> Write:
    """Lines of the debug stream, of whatever runs then."""
    return lambda line: engine.frame.streams.debug(MessageRecord("Debug", line))


@cmdlet("Set-TraceSource")
class SetTraceSource(_Traced):
    """Options and listeners of sources."""

    accepts = (
        *("Name", "Option", "ListenerOption", "FilePath", "Force", "Debugger", "PSHost", "PassThru"),
        *("RemoveListener", "RemoveFileListener"),
    )

    def process(self) -> None:
        """Change the sources of some names."""
        call = self.call
        names = [to_text(one) for one in call.get("Name") or ()]
        removing = call.has("RemoveListener") or call.has("RemoveFileListener")
        found, lacking = _matching(call, self.tracing, names, tells=removing)
        if removing:
            self._remove(found)
        else:
            # A name that no source has may be that of one to come.
            if not call.has("Option") or self.option():
                self.warn(found, lacking)
            found += [TraceSource(one, "") for one in lacking]
            self._set(found)
        self.tracing.update()
        if call.get("PassThru"):
            for one in found:
                call.write(one)

    def _set(self, sources: list[TraceSource]) -> None:
        listeners = self.listeners()
        for one in sources:
            if self.call.has("Option"):
                one.options = self.option()
            one.listeners += [each for each in listeners if each not in one.listeners]
            if self.call.has("ListenerOption"):
                for each in one.listeners:
                    each.options = _number(self.call.get("ListenerOption"), LISTENER_OPTIONS)

    def _remove(self, sources: list[TraceSource]) -> None:
        of_files = self.call.has("RemoveFileListener")
        patterns = self.call.get("RemoveFileListener" if of_files else "RemoveListener") or ()
        for one in sources:
            one.listeners = [
                each
                for each in one.listeners
                if (of_files and each.kind != "TextWriter")
                or not any(like(each.name, to_text(pattern)) for pattern in patterns)
            ]


@cmdlet("Trace-Command")
class TraceCommand(_Traced):
    """Run a script block or a command while sources are on."""

    accepts = (
        *("Name", "Expression", "Command", "ArgumentList", "InputObject", "Option", "ListenerOption"),
        *("FilePath", "Force", "Debugger", "PSHost"),
    )

    def begin(self) -> None:
        """Choose the sources; a name that none has is that of a source that tells nothing."""
        super().begin()
        self.values: list[Any] = []
        names = [to_text(one) for one in self.call.get("Name") or ()]
        self.chosen, lacking = _matching(self.call, self.tracing, names, tells=False)
        self.listeners()
        self.warn(self.chosen, lacking)

    def process(self) -> None:
        """Run the script block for an input object, or keep it for the command."""
        call = self.call
        value = call.input_object if call.input_object is not UNBOUND else call.get("InputObject")
        if call.has("Command"):
            if value is not None:
                self.values.append(value)
            return
        out: list[Any] = []
        with self._traced():
            block = call.get("Expression")
            if block.compiled.needs_preparation:
                block.compiled.prepare(call.frame)
            block.inline_with(call.frame, out.append, value)
        for one in out:
            call.write(one)

    def end(self) -> None:
        """Run the command."""
        call = self.call
        if not call.has("Command"):
            return
        out: list[Any] = []
        with self._traced():
            name = to_text(call.get("Command"))
            command = call.engine.commands.resolve(name, call.frame.scope)
            pieces = [_piece(one) for one in call.get("ArgumentList") or ()]
            invocation = InvocationInfo(command, call.invocation.extent, name)
            given = bool(self.values)
            one = stage(call.frame, command, pieces, out.append, call.streams, invocation, given)
            run_pipeline(call.engine, [one], self.values or None)
        for found in out:
            call.write(found)

    @contextmanager
    def _traced(self) -> Iterator[None]:
        """Turn the sources on, and back to what they were."""
        before = [(one, one.options, one.listeners) for one in self.chosen]
        for one in self.chosen:
            one.options = self.option()
            one.listeners = [*one.listeners, *self.listeners()]
        self.tracing.update()
        try:
            yield
        finally:
            for one, options, listeners in before:
                one.options, one.listeners = options, listeners
            self.tracing.level = 0
            self.tracing.update()


def _piece(value: Any) -> Argument:
    """An argument of -ArgumentList: a text with a dash is the name of a parameter."""
    text = unwrap(value)
    if isinstance(text, str) and re.fullmatch(r"-[A-Za-z]\w*", text):
        return Argument(text[1:], None, False)
    return Argument(None, value)


def _number(value: Any, names: dict[str, int]) -> int:
    held = unwrap(value)
    if held is None:
        return 0
    number = getattr(held, "number", None)
    if number is not None:
        return int(number)
    text = to_text(held)
    whole = whole_number(text)
    return whole if whole is not None else sum(names[one.strip()] for one in text.split(","))
