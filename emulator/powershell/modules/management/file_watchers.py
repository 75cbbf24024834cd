"""System.IO.FileSystemWatcher over the fake machine's disks: it hears of changes from every door."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.host.storage.filesystem.changes import Aspect, Kind
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.event_sources import EventArguments, EventSource
from emulator.powershell.dotnet.exceptions import ExceptionObject, argument_error
from emulator.powershell.dotnet.library.file_objects import full_path
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType, kept, register
from emulator.powershell.modules.management.tcp_connections import own_host
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_KINDS = EnumType(
    "System.IO.WatcherChangeTypes",
    {"Created": 1, "Deleted": 2, "Changed": 4, "Renamed": 8, "All": 15},
    flags=True,
)
_FILTERS = EnumType(
    "System.IO.NotifyFilters",
    {
        "FileName": 1,
        "DirectoryName": 2,
        "Attributes": 4,
        "Size": 8,
        "LastWrite": 16,
        "LastAccess": 32,
        "CreationTime": 64,
        "Security": 256,
    },
    flags=True,
)
for _one in (_KINDS, _FILTERS):
    register(_one)
_FILE_NAME, _FOLDER_NAME = 1, 2
_OF_ASPECT: dict[Aspect, int] = {"content": 8 | 16, "attributes": 4, "times": 16 | 64, "": 0}
_USUAL = 1 | 2 | 16
_BYTES_OF_A_CHANGE = 16
_SMALLEST_BUFFER, _LARGEST_BUFFER = 4096, 1 << 20
_Change = tuple[str, str, str]


class FileWatcher(EventSource):
    """A watcher. What it hears waits until the script looks at its events, as much of it as its buffer holds;
    when more came, it is lost and the event Error says so."""

    event_names = ("Changed", "Created", "Deleted", "Renamed", "Error", "Disposed")

    def __init__(self, host: Host, path: str = "", filter_text: str = "*.*") -> None:
        self.host = host
        self.path = path
        self.filter = filter_text
        self.below = False
        self.notify = _USUAL
        self.buffer = 8192
        self.is_on = False
        self._waiting: deque[_Change] = deque()
        self._overflown = False
        self.listeners = []

    def switch(self, on: bool) -> None:
        """EnableRaisingEvents. Raises for a folder that is not there."""
        if on and not self.path:
            raise argument_error("The path is not of a legal form.")
        with self.host.looking():
            if on:
                self._require_folder(self.path)
                self.host.filesystem.changes.add(self)
            else:
                self.host.filesystem.changes.remove(self)
                self._waiting.clear()
            self.is_on = on

    def move(self, path: str) -> None:
        """Watch another folder."""
        self._require_folder(path)
        self.path = path

    def _require_folder(self, path: str) -> None:
        with self.host.looking():
            if not self.host.filesystem.is_directory(path):
                raise argument_error(f"The directory name {path} is invalid.")

    def told(self, kind: Kind, path: str, old_path: str, is_directory: bool, aspect: Aspect) -> None:
        """See FileListener."""
        wanted = _OF_ASPECT[aspect] if kind == "changed" else (_FOLDER_NAME if is_directory else _FILE_NAME)
        if not self.notify & wanted:
            return
        names = [name for one in (path, old_path) if one and (name := self._name(one)) is not None]
        if not any(self._fits(name) for name in names):
            return
        if (len(self._waiting) + 1) * _BYTES_OF_A_CHANGE > self.buffer:
            self._overflown = True
            return
        self._waiting.append((kind.capitalize(), path, old_path))

    def _name(self, path: str) -> str | None:
        """The path below the folder that is watched; None for one that is elsewhere."""
        folder = self.path.rstrip("\\") + "\\"
        if not path.lower().startswith(folder.lower()):
            return None
        name = path[len(folder) :]
        return name if self.below or "\\" not in name else None

    def _fits(self, name: str) -> bool:
        return self.filter in ("", "*.*") or like(name.rpartition("\\")[2], self.filter)

    def settle(self, _now: int) -> None:
        """Raise what has happened."""
        while self.is_on and self._waiting:
            self.tell(*self._told(self._waiting.popleft()))
        if self._overflown:
            self._overflown = False
            text = f"Too many changes at once in directory:{self.path}."
            problem = ExceptionObject("System.IO.InternalBufferOverflowException", text)
            self.tell("Error", EventArguments("System.IO.ErrorEventArgs", {"Exception": problem}))

    def _told(self, change: _Change) -> tuple[str, EventArguments]:
        kind, path, old_path = change
        told = {"ChangeType": _KINDS[kind], "FullPath": path, "Name": self._name(path)}
        if kind != "Renamed":
            return kind, EventArguments("System.IO.FileSystemEventArgs", told)
        told |= {"OldFullPath": old_path, "OldName": self._name(old_path)}
        return kind, EventArguments("System.IO.RenamedEventArgs", told)

    def wait(self, engine: Engine, kinds: int, milliseconds: int) -> WaitResult:
        """WaitForChanged: the first change of some kinds, or that the time is over."""
        was_on = self.is_on
        if not was_on:
            self.switch(True)
        try:
            found: list[_Change] = []

            def is_there() -> bool:
                while self._waiting and not found:
                    change = self._waiting.popleft()
                    if _KINDS[change[0]].number & kinds:
                        found.append(change)
                return bool(found)

            seconds = None if milliseconds < 0 else milliseconds / 1000
            self.host.wait_for(is_there, seconds, interrupted=engine.stopped.is_set)
            engine.check_stopped()
            return WaitResult(self, found[0] if found else None)
        finally:
            if not was_on:
                self.switch(False)


class WaitResult:
    """System.IO.WaitForChangedResult."""

    def __init__(self, watcher: FileWatcher, change: _Change | None) -> None:
        kind, path, old_path = change or ("", "", "")
        self.kind = _KINDS[kind] if kind else _KINDS.value(0)
        self.name = watcher._name(path) if path else None
        self.old_name = watcher._name(old_path) if old_path else None
        self.timed_out = change is None


def _made(engine: Engine, _kind: PSType, path: str = "", filter_text: str = "*.*") -> FileWatcher:
    made = FileWatcher(own_host(engine), filter_text=filter_text)
    if path:
        made.move(full_path(engine, path))
    return made


def _set_buffer(watcher: FileWatcher, size: int) -> None:
    """At least 4 KB, as in .NET; more than the largest is taken as that."""
    watcher.buffer = min(max(int(size), _SMALLEST_BUFFER), _LARGEST_BUFFER)


def _set_filter(watcher: FileWatcher, text: Any) -> None:
    watcher.filter = to_text(text) or "*.*"


def _wait(engine: Engine, watcher: FileWatcher, kinds: EnumValue, milliseconds: int = -1) -> WaitResult:
    return watcher.wait(engine, kinds.number, milliseconds)


register(
    PSType(
        "System.IO.WaitForChangedResult",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "ChangeType: System.IO.WatcherChangeTypes": lambda r: r.kind,
            "Name: string": lambda r: r.name,
            "OldName: string": lambda r: r.old_name,
            "TimedOut: bool": lambda r: r.timed_out,
        },
    ),
    WaitResult,
)
_CHANGES = "System.IO.WatcherChangeTypes changeType"
register(
    PSType(
        "System.IO.FileSystemWatcher",
        base="System.ComponentModel.Component",
        interfaces=("System.IDisposable", "System.ComponentModel.ISupportInitialize"),
        instance={
            "EnableRaisingEvents: bool": lambda w: w.is_on,
            "EnableRaisingEvents=": lambda w, on: w.switch(bool(on)),
            "Filter: string": lambda w: w.filter,
            "Filter=": _set_filter,
            **kept("IncludeSubdirectories: bool", "below"),
            "InternalBufferSize: int": lambda w: w.buffer,
            "InternalBufferSize=": _set_buffer,
            "NotifyFilter: System.IO.NotifyFilters": lambda w: _FILTERS.value(w.notify),
            "NotifyFilter=": lambda w, value: setattr(w, "notify", value.number),
            "Path: string": lambda w: w.path,
            "@Path=": lambda engine, w, path: w.move(full_path(engine, to_text(path))),
            "Site": lambda _w: None,
            "SynchronizingObject": lambda _w: None,
            "BeginInit()": lambda _w: None,
            "EndInit()": lambda _w: None,
            "Dispose()": lambda w: w.switch(False),
            f"@WaitForChanged({_CHANGES})": _wait,
            f"@WaitForChanged({_CHANGES}, int timeout)": _wait,
        },
        construct={
            "@new()": _made,
            "@new(string path)": _made,
            "@new(string path, string filter)": _made,
        },
    ),
    FileWatcher,
)
