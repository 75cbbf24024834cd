"""Get-Content, Set-Content, Add-Content, Clear-Content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.modules.management.file_texts import lines_of, text_of_file
from emulator.powershell.modules.management.support import (
    CHOICE,
    choice_of,
    non_terminating,
    places,
    require_files,
    targets,
    unknown_parameter,
)
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.module import Cmdlet, cmdlet


@cmdlet("Get-Content", reads=CHOICE)
def get_content(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    total_count: int | None = None,
    tail: int | None = None,
    read_count: int = 1,
    raw: bool = False,
    delimiter: str | None = None,
    encoding: Any = None,
    stream: str | None = None,
    wait: bool = False,
) -> Iterator[Any]:
    """The content of items, line by line; with -Wait also what is added to a file until the script ends."""
    for place in places(call, path, literal_path, *choice_of(call)):
        with non_terminating(call):
            if wait:
                yield from _followed(call, place, raw, tail, encoding)
                continue
            if stream is not None:
                place = _of_stream(call, place, stream, "GetContentReader")
            provider = place.provider
            if isinstance(provider, FileSystemProvider) and str(encoding).lower() == "byte":
                values: list[Any] = [Byte(one) for one in provider.read_bytes(place.path)]
            else:
                named = to_text(encoding) if encoding is not None else None
                is_file = isinstance(provider, FileSystemProvider)
                content = text_of_file(call, place, named) if is_file else provider.content(place.path)
                values = content if isinstance(content, list) else _lines(content, raw, delimiter)
            if total_count is not None and total_count >= 0:
                values = values[: int(total_count)]
            if tail is not None and tail >= 0:
                values = values[len(values) - int(tail) :] if tail else []
            yield from _batches(values, int(read_count), raw)


def _followed(call: CmdletCall, place: Place, raw: bool, tail: int | None, encoding: Any) -> Iterator[Any]:
    """The lines of a file, and those that come. A file that got shorter is read from its beginning again."""
    if not isinstance(place.provider, FileSystemProvider):
        raise unknown_parameter(call, "Wait")
    if raw:
        text = "The Raw and Wait parameters cannot be specified in the same command."
        kind = "System.Management.Automation.PSInvalidOperationException"
        raise call.failure(kind, text, "InvalidOperation", "InvalidOperation")
    from emulator.powershell.modules.management.following import followed_lines

    yield from followed_lines(call, place, tail, None if encoding is None else to_text(encoding))


def _of_stream(call: CmdletCall, place: Place, stream: str, operation: str = "") -> Place:
    """The place of an alternate data stream; with an operation it must be there."""
    provider = require_files(call, place)
    if operation:
        provider.require_stream(place.path, stream, operation)
    return place._replace(path=f"{place.path}:{stream}")


def _lines(text: str, raw: bool, delimiter: str | None) -> list[Any]:
    if raw:
        return [text]
    if delimiter:
        parts = text.split(delimiter)
        return [one for place, one in enumerate(parts) if one or place < len(parts) - 1]
    return list(lines_of(text))


def _batches(values: list[Any], size: int, raw: bool) -> Iterator[Any]:
    if size == 1 or raw:
        yield from values
        return
    step = size if size > 1 else max(len(values), 1)
    for start in range(0, len(values), step):
        yield PSArray(values[start : start + step])


class _Writing(Cmdlet):
    """Gathers the values of the pipeline and writes them once."""

    accepts = (
        *("Path", "LiteralPath", "Value", "PassThru"),
        *("NoNewline", "Encoding", "Force", "Stream", *CHOICE),
    )

    append = False
    action = "Set Content"

    def begin(self) -> None:
        """Start with nothing."""
        self.values: list[Any] = []

    def process(self) -> None:
        """Keep a value."""
        call = self.call
        if call.has("Value"):
            value = call.get("Value")
            self.values.extend(
                items_of(value) if call.input_object is UNBOUND or call.has("Value") else [value]
            )

    def end(self) -> None:
        """Write."""
        call = self.call
        for place in targets(call, call.get("Path"), call.get("LiteralPath"), *choice_of(call)):
            with non_terminating(call):
                if call.has("Stream"):
                    place = _of_stream(call, place, to_text(call.get("Stream")))
                if call.should_process(f"Path: {place.shown}", self.action):
                    self._write(place)
                    if call.get("PassThru"):
                        for one in self.values:
                            call.write(one)

    def _write(self, place: Any) -> None:
        provider, call = place.provider, self.call
        if not isinstance(provider, FileSystemProvider):
            provider.set_content(place.path, self.values)
            return
        encoding = to_text(call.get("Encoding", "Default")).lower()
        if encoding == "byte":
            provider.write_bytes(place.path, self.values, self.append, bool(call.get("Force")))
            return
        end = "" if call.get("NoNewline") else "\r\n"
        text = "".join(to_text(one) + end for one in self.values)
        known = "default" if encoding in ("unknown", "string") else encoding
        provider.write_text(place.path, text, self.append, known, bool(call.get("Force")))


@cmdlet("Set-Content")
class SetContent(_Writing):
    """Replace the content of items."""


@cmdlet("Add-Content")
class AddContent(_Writing):
    """Add to the content of items."""

    append = True
    action = "Add Content"


@cmdlet("Clear-Content", reads=CHOICE)
def clear_content(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    force: bool = False,
    stream: str | None = None,
) -> None:
    """Empty items."""
    for place in places(call, path, literal_path, *choice_of(call)):
        with non_terminating(call):
            if stream is not None:
                place = _of_stream(call, place, stream, "ClearContent")
            if not call.should_process(f"Item: {place.shown}", "Clear Content"):
                continue
            if isinstance(place.provider, FileSystemProvider):
                place.provider.clear(place.path, force)
            else:
                place.provider.set_content(place.path, [None])
