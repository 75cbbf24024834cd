"""The process list: what Windows always runs, the services' programs, and a worker for each virtual
machine."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, NotFound, QuotaExceeded
from emulator.record import MutableRecord, field

if TYPE_CHECKING:
    from emulator.host.host import Host

MAXIMUM_PROCESSES = 20_000
#: Processes at the same time that end with their parents: each of them may start more.
MAXIMUM_WORKERS = 128
_SYSTEM32 = "C:\\Windows\\System32\\"
SYSTEM_ACCOUNT = "NT AUTHORITY\\SYSTEM"

# (process id, parent, image, memory in MiB): what every Windows runs, whatever is installed.
_BASE: tuple[tuple[int, int, str, int], ...] = (
    (0, 0, "System Idle Process", 0),
    (4, 0, "System", 1),
    (264, 4, "smss.exe", 1),
    (372, 364, "csrss.exe", 5),
    (448, 364, "wininit.exe", 6),
    (460, 440, "csrss.exe", 4),
    (504, 440, "winlogon.exe", 8),
    (548, 448, "services.exe", 9),
    (564, 448, "lsass.exe", 15),
)
SERVICES_PROCESS_ID = 548


class Process(MutableRecord):
    """One process. ``started`` is UTC; ``working_set`` is in bytes and fixed (no load is modelled).

    ``ended`` is called when it is gone, under the host's lock: by itself, killed, or with the machine.
    ``ends_with_parent``: it works for its parent alone and reads its orders from a pipe of it, and so ends
    when that one is gone.
    ``powershell`` gives the engine of a process that has loaded PowerShell: what listens there for further
    sessions (its pipe PSHost...). ``guests`` are the sessions from elsewhere that entered it, by their
    identifiers, and how each is told that it is gone.
    """

    id: int
    parent_id: int
    name: str
    executable_path: str
    command_line: str
    account: str
    session_id: int
    started: datetime
    working_set: int
    ended: Callable[[], None] | None = None
    ends_with_parent: bool = False
    powershell: Callable[[], Any] | None = None
    guests: dict[str, Callable[[], None]] = field(default_factory=dict)


class Processes:
    """Processes by id, in order of their start."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._processes: dict[int, Process] = {}
        self._next_id = 0

    def seed(self) -> None:
        self._processes.clear()
        self._next_id = 600
        for identifier, parent, name, megabytes in _BASE:
            path = "" if identifier in (0, 4) else _SYSTEM32 + name
            session = 1 if name == "winlogon.exe" or identifier == 460 else 0
            self._processes[identifier] = Process(
                identifier,
                parent,
                name,
                path,
                path,
                SYSTEM_ACCOUNT,
                session,
                self.host.operating_system.boot_time,
                megabytes << 20,
            )

    def clear(self) -> None:
        """The machine is off: nothing runs."""
        for process in self:
            if process.id in self._processes:
                self._remove(process)

    def __iter__(self) -> Iterator[Process]:
        return iter(list(self._processes.values()))

    def __len__(self) -> int:
        return len(self._processes)

    def get(self, identifier: int) -> Process | None:
        return self._processes.get(identifier)

    def start(
        self,
        path: str,
        command_line: str | None = None,
        *,
        account: str = SYSTEM_ACCOUNT,
        parent_id: int = SERVICES_PROCESS_ID,
        session_id: int = 0,
        working_set: int = 8 << 20,
        ended: Callable[[], None] | None = None,
        ends_with_parent: bool = False,
    ) -> Process:
        """Add a process; a bare name is looked for in System32. Raises QuotaExceeded, and NotFound for one
        that would end with a parent that has ended."""
        if len(self._processes) >= MAXIMUM_PROCESSES:
            raise QuotaExceeded("Not enough quota is available to start another process.")
        if ends_with_parent:
            if parent_id not in self._processes:
                raise NotFound(f"There is no process with the identifier {parent_id}.")
            if sum(one.ends_with_parent for one in self._processes.values()) >= MAXIMUM_WORKERS:
                raise QuotaExceeded("Not enough quota is available to start another process.")
        full_path = path if "\\" in path else _SYSTEM32 + path
        process = Process(
            self._new_id(),
            parent_id,
            full_path.rpartition("\\")[2],
            full_path,
            command_line if command_line is not None else full_path,
            account,
            session_id,
            self.host.clock.now(),
            working_set,
            ended,
            ends_with_parent,
        )
        self._processes[process.id] = process
        self.host.next_revision()
        self.host.observe("created", process)
        return process

    def end(self, identifier: int) -> None:
        """Remove a process. Raises NotFound; InvalidParameter for the ones that Windows cannot lose."""
        if identifier not in self._processes:
            raise NotFound(f"There is no process with the identifier {identifier}.")
        if self.is_critical(identifier):
            raise InvalidParameter("The process is critical to the system.", hresult=0x80070005)
        self._remove(self._processes[identifier])

    def _remove(self, process: Process) -> None:
        del self._processes[process.id]
        self.host.next_revision()
        self.host.observe("deleted", process)
        if process.ended is not None:
            process.ended()
        for tell in tuple(process.guests.values()):
            tell()
        for child in self:
            if child.ends_with_parent and child.parent_id == process.id:
                self._remove(child)

    def is_critical(self, identifier: int) -> bool:
        """Whether Windows cannot go on without the process."""
        return any(identifier == row[0] for row in _BASE)

    def _new_id(self) -> int:
        # Multiples of four, as on Windows; numbers of ended processes come again after 65,532.
        while True:
            self._next_id = self._next_id + 4 if self._next_id < 65_532 * 4 else 600
            if self._next_id not in self._processes:
                return self._next_id
