"""Select-String."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import Match, Regex, like
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.modules.utility.csv import text_of_file
from emulator.powershell.modules.utility.files import files_of, provider_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.text_operators import pattern_of

_STREAM = "InputStream"


class MatchInfo:
    """Microsoft.PowerShell.Commands.MatchInfo."""

    __slots__ = ("context", "ignore_case", "line", "line_number", "matches", "path", "pattern")

    def __init__(
        self, path: str, number: int, line: str, pattern: str, ignore_case: bool, matches: list[Match]
    ) -> None:
        self.path = path
        self.line_number = number
        self.line = line
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.matches = matches
        self.context: MatchContext | None = None

    def text(self, directory: str = "") -> str:
        """The line with where it is, paths as seen from a folder; with -Context the lines around it."""
        shown = self.relative(directory)
        if self.context is None:
            return self._one(shown, self.line_number, self.line, "")
        before, after = self.context.before, self.context.after
        lines = [
            self._one(shown, self.line_number - len(before) + place, line, "  ")
            for place, line in enumerate(before)
        ]
        lines.append(self._one(shown, self.line_number, self.line, "> "))
        lines += [
            self._one(shown, self.line_number + place, line, "  ") for place, line in enumerate(after, 1)
        ]
        return "\r\n".join(lines)

    def _one(self, path: str, number: int, line: str, lead: str) -> str:
        return f"{lead}{line}" if self.path == _STREAM else f"{lead}{path}:{number}:{line}"

    def relative(self, directory: str) -> str:
        """The path as seen from a folder above it."""
        root = directory.rstrip("\\") + "\\"
        return (
            self.path[len(root) :] if directory and self.path.lower().startswith(root.lower()) else self.path
        )


class MatchContext:
    """Microsoft.PowerShell.Commands.MatchInfoContext: the lines around a match."""

    __slots__ = ("after", "before")

    def __init__(self, before: list[str]) -> None:
        self.before = before
        self.after: list[str] = []


def _texts(values: list[str]) -> TypedArray:
    return TypedArray(values, array_of(builtin("System.String")))


register(
    PSType(
        "Microsoft.PowerShell.Commands.MatchInfo",
        instance={
            "IgnoreCase: bool": lambda m: m.ignore_case,
            "LineNumber: int": lambda m: m.line_number,
            "Line: string": lambda m: m.line,
            "Filename: string": lambda m: m.path if m.path == _STREAM else ntpath.basename(m.path),
            "Path: string": lambda m: m.path,
            "Pattern: string": lambda m: m.pattern,
            "Context: Microsoft.PowerShell.Commands.MatchInfoContext": lambda m: m.context,
            "Matches: System.Text.RegularExpressions.Match[]": lambda m: PSArray(m.matches),
            "RelativePath(string directory)": lambda m, directory: m.relative(directory),
            "ToString()": lambda m: m.text(),
            "ToString(string directory)": lambda m, directory: m.text(directory),
        },
        to_text=lambda m: m.text(),
    ),
    MatchInfo,
)
register(
    PSType(
        "Microsoft.PowerShell.Commands.MatchInfoContext",
        instance={
            "PreContext: string[]": lambda c: _texts(c.before),
            "PostContext: string[]": lambda c: _texts(c.after),
            "DisplayPreContext: string[]": lambda c: _texts(c.before),
            "DisplayPostContext: string[]": lambda c: _texts(c.after),
        },
    ),
    MatchContext,
)


@cmdlet("Select-String")
class SelectString(Cmdlet):
    """Lines that match a pattern."""

    accepts = (
        *("InputObject", "Pattern", "Path", "LiteralPath", "SimpleMatch", "CaseSensitive", "Quiet", "List"),
        *("Include", "Exclude", "NotMatch", "AllMatches", "Encoding", "Context"),
    )

    def begin(self) -> None:
        """Read the patterns."""
        call = self.call
        self.ignore_case = not call.get("CaseSensitive")
        self.patterns: list[tuple[str, Regex]] = []
        for one in call.get("Pattern") or ():
            text = to_text(one)
            try:
                form = regular.escape(text) if call.get("SimpleMatch") else text
                self.patterns.append((text, pattern_of(form, self.ignore_case)))
            except (PSError, NetError) as problem:
                raise self._bad_pattern(text, problem) from None
        context = [int(one) for one in call.get("Context") or ()]
        self.before = context[0] if context else 0
        self.after = context[1] if len(context) > 1 else self.before
        self.wants_context = bool(context)
        self.done = False
        self.number = 0
        self.last: list[str] = []
        self.open: list[MatchInfo] = []
        self.waiting: list[MatchInfo] = []

    def _bad_pattern(self, text: str, problem: Exception) -> PSError:
        exception = problem.record.exception if isinstance(problem, PSError) else problem.exception  # type: ignore[attr-defined]
        return self.call.failure(
            "System.ArgumentException",
            f"The string {text} is not a valid regular expression: {exception.message}",
            "InvalidRegex",
            "InvalidArgument",
        )

    def process(self) -> None:
        """Search one object, or the files."""
        call = self.call
        if self.done:
            return
        if call.has("Path") or call.has("LiteralPath"):
            literal = call.has("LiteralPath")
            paths = call.get("LiteralPath") or call.get("Path")
            foreign = [one for one in paths if provider_of(call, one) != "FileSystem"]
            for one in foreign:
                call.error(self._not_a_file(one))
            paths = [one for one in paths if one not in foreign]
            for file in files_of(call, paths, literal=literal, skip_folders=True):
                if self._narrowed(file) and not self.done:
                    self._file(file)
            return
        value = call.get("InputObject") if call.input_object is UNBOUND else call.input_object
        for one in items_of(value):
            full = (
                get_property(unwrap(one), "FullName", call.engine)
                if not isinstance(unwrap(one), str)
                else MISSING
            )
            if full is not MISSING and unwrap(one).__class__.__name__ == "FileInfo":
                if self._narrowed(to_text(full)):
                    self._file(to_text(full))
                continue
            self.number += 1
            self._line(_STREAM, self.number, to_text(one))

    def _not_a_file(self, path: Any) -> Any:
        provider = provider_of(self.call, path)
        return self.call.record(
            "System.ArgumentException",
            f"The file {to_text(path)} cannot be read: Cannot open file because the current provider "
            f"({provider}) cannot open files.",
            "ProcessingFile",
            "InvalidArgument",
            path,
        )

    def _narrowed(self, file: str) -> bool:
        name = ntpath.basename(file)
        include, exclude = self.call.get("Include"), self.call.get("Exclude")
        if include and not any(like(name, to_text(one)) for one in include):
            return False
        return not (exclude and any(like(name, to_text(one)) for one in exclude))

    def _file(self, path: str) -> None:
        encoding = self.call.get("Encoding")
        text = text_of_file(self.call, path, to_text(encoding) if encoding is not None else None)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        self._flush()
        for number, line in enumerate(lines, 1):
            if self._line(path, number, line) and self.call.get("List"):
                break
            if self.done:
                return
        self._flush()

    def _line(self, path: str, number: int, line: str) -> bool:
        call = self.call
        for one in self.open:
            if one.context is not None and len(one.context.after) < self.after:
                one.context.after.append(line)
        found = list(self._search(line))
        hit = bool(found) is not bool(call.get("NotMatch"))
        if hit:
            if call.get("Quiet"):
                call.write(True)
                self.done = True
                return True
            pattern = found[0][0] if found else self.patterns[0][0] if self.patterns else ""
            info = MatchInfo(path, number, line, pattern, self.ignore_case, [match for _, match in found])
            if self.wants_context:
                info.context = MatchContext(self.last[-self.before :] if self.before else [])
                self.open.append(info)
                self.waiting.append(info)
            else:
                call.write(info)
        self.last.append(line)
        del self.last[: -self.before or None]
        return hit

    def _search(self, line: str) -> Iterator[tuple[str, Match]]:
        for text, expression in self.patterns:
            matches = expression.matches(line)
            if matches:
                chosen = matches if self.call.get("AllMatches") else matches[:1]
                for one in chosen:
                    yield text, Match(expression, line, one)
                return

    def _flush(self) -> None:
        for one in self.waiting:
            self.call.write(one)
        self.waiting, self.open, self.last = [], [], []

    def end(self) -> None:
        """Hand on what waited for the lines after it."""
        self._flush()
        if self.call.get("Quiet") and not self.done:
            self.call.write(False)
