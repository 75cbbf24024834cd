"""$Host.UI of a remote session: everything is asked of the client's host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.runtime.host_objects import nobody_there
from emulator.powershell.runtime.host_values import color_named
from emulator.powershell.runtime.streams import InformationRecord, ProgressRecord
from emulator.shells.powershell.host_calls import belongs_to, is_void
from emulator.shells.powershell.requests import HostInfo

if TYPE_CHECKING:
    from emulator.shells.powershell.pipeline import Pipeline

_GRAY, _BLACK = "Gray", "Black"


class RemoteInterface:
    """The user interface of one runspace; `attach` says which pipeline runs in it now."""

    def __init__(self) -> None:
        self._pipeline: Pipeline | None = None
        self._info = HostInfo()
        self.width = 80

    def attach(self, pipeline: Pipeline | None, info: HostInfo) -> tuple[Pipeline | None, HostInfo]:
        """Use the host of a pipeline from now on; what was used before."""
        before = (self._pipeline, self._info)
        self._pipeline, self._info = pipeline, info
        self.width = info.width
        return before

    def write_host(self, record: InformationRecord) -> None:
        """Write-Host: text, with colours where it has some."""
        if self._info.is_host_null or self._info.is_ui_null:
            return
        text = str(record.data)
        if record.foreground or record.background:
            method = "WriteLine3" if record.newline else "Write2"
            colors = [color_named(record.foreground or _GRAY), color_named(record.background or _BLACK)]
            self.host_call(method, [*colors, text])
        else:
            self.host_call("WriteLine2" if record.newline else "Write1", [text])

    def write_progress(self, record: ProgressRecord) -> None:
        """Progress travels as records of the pipeline."""

    def read_line(self, prompt: str) -> str | None:
        """A line from the user. Raises NetError when the client's host has no user."""
        if prompt:
            self.host_call("Write1", [prompt])
        answer = self.host_call("ReadLine", [])
        return None if answer is None else str(answer)

    def host_call(self, method: str, arguments: list[Any]) -> Any:
        """Call a method of the client's host. What the host does not have does nothing, or raises NetError
        when a result is needed."""
        pipeline, info = self._pipeline, self._info
        part = belongs_to(method)
        missing = (
            (info.is_host_null and method != "SetShouldExit")
            or (part in ("ui", "raw") and info.is_ui_null)
            or (part == "raw" and info.is_raw_ui_null)
        )
        if pipeline is None or missing:
            if is_void(method):
                return None
            raise nobody_there()
        return pipeline.host_call(method, arguments)
