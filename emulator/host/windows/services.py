"""Win32 services: state, start mode, and what the service controller refuses."""

from collections.abc import Callable, Iterator
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded, ServiceError
from emulator.host.host_object import HostObject, operation
from emulator.host.virtual_machine.event_messages import write_service_started
from emulator.host.windows.event_log import EventLevel
from emulator.host.windows.service_settings import ServiceSettings
from emulator.host.windows.service_table import (
    DEPENDENCIES,
    PAUSABLE,
    UNSTOPPABLE,
    ServiceFacts,
    service_facts,
)

if TYPE_CHECKING:
    from emulator.host.host import Host

# From Windows 10 1703 on, a machine with more than 3.5 GB gives every service its own svchost.
_FIRST_BUILD_WITH_SPLIT_HOSTS = 15063


#: CreateService ("lpServiceName", "lpDisplayName"), and the longest path of Windows.
LONGEST_NAME, LONGEST_PATH, LONGEST_DESCRIPTION = 256, 32_767, 8192
MAXIMUM_SERVICES = 1000


class ServiceState(IntEnum):
    """SERVICE_STATUS.dwCurrentState."""

    STOPPED = 1
    START_PENDING = 2
    STOP_PENDING = 3
    RUNNING = 4
    CONTINUE_PENDING = 5
    PAUSE_PENDING = 6
    PAUSED = 7

    @property
    def label(self) -> str:
        """Win32_Service.State, e.g. ``Start Pending``."""
        return self.name.replace("_", " ").title()


class StartMode(Enum):
    """Win32_Service.StartMode."""

    AUTOMATIC = "Auto"
    MANUAL = "Manual"
    DISABLED = "Disabled"


_START_TYPES = {
    StartMode.AUTOMATIC: "auto start",
    StartMode.MANUAL: "demand start",
    StartMode.DISABLED: "disabled",
}


class Service(HostObject):
    """One service. Starting and stopping take no time on the clock."""

    def __init__(self, host: "Host", facts: ServiceFacts) -> None:
        super().__init__(host)
        self.name = facts.name
        self.display_name = facts.display_name
        self.account = facts.account
        self.description = ""
        self.is_shared = facts.program.startswith("-k") or facts.program == "lsass.exe"
        self.start_mode = StartMode(facts.start_mode)
        self.state = ServiceState.STOPPED
        self.process_id = 0
        self.path_name = _path_name(facts.program, host.release.build)
        self.accepts_pause = facts.name in PAUSABLE
        self._accepts_stop = facts.name not in UNSTOPPABLE
        self.needs = DEPENDENCIES.get(facts.name, ())
        """The names of the services that this one needs."""
        self.settings = ServiceSettings()

    @property
    def accepts_stop(self) -> bool:
        """Running and willing to stop."""
        return self.state is not ServiceState.STOPPED and self._accepts_stop

    @property
    def dependencies(self) -> list["Service"]:
        """Services that this one needs."""
        found = (self.host.services.get(name) for name in self.needs)
        return [service for service in found if service is not None]

    @property
    def lacks(self) -> bool:
        """Whether a service that this one needs is not there. ``+name`` is a group of services."""
        return any(not name.startswith("+") and self.host.services.get(name) is None for name in self.needs)

    @property
    def dependents(self) -> list["Service"]:
        """Services that need this one."""
        key = self.name.casefold()
        return [
            service for service in self.host.services if any(name.casefold() == key for name in service.needs)
        ]

    @operation
    def start(self) -> None:
        """Start it and what it depends on. ServiceError 1056 (runs already), 1058 (disabled), 1075 (one that
        is needed is not there)."""
        if self.state is not ServiceState.STOPPED:
            raise ServiceError("An instance of the service is already running.", 1056)
        everything = self._with_dependencies()
        if any(service.lacks for service in everything):
            raise ServiceError("The dependency service does not exist or has been marked for deletion.", 1075)
        needed = [service for service in everything if service.state is ServiceState.STOPPED]
        if any(service.start_mode is StartMode.DISABLED for service in needed):
            text = "The service cannot be started, either because it is disabled or because it has no"
            raise ServiceError(f"{text} enabled devices associated with it.", 1058)
        for service in needed:
            service._run()

    @operation
    def stop(self, force: bool = False) -> None:
        """Stop it; ``force`` stops the services that depend on it first.

        ServiceError 1062 (not started), 1052 (cannot be stopped), 1051 (others depend on it).
        """
        if self.state is ServiceState.STOPPED:
            raise ServiceError("The service has not been started.", 1062)
        running = [service for service in self._all_dependents() if service.state is not ServiceState.STOPPED]
        if not all(service._accepts_stop for service in [self, *running]):
            raise ServiceError("The requested control is not valid for this service.", 1052)
        if running and not force:
            text = "A stop control has been sent to a service that other running services are dependent on."
            raise ServiceError(text, 1051)
        for service in [*running, self]:
            service._halt()

    @operation
    def pause(self) -> None:
        """Pause it. ServiceError 1062 (not started), 1052 (cannot be paused)."""
        if self.state is ServiceState.STOPPED:
            raise ServiceError("The service has not been started.", 1062)
        if not self.accepts_pause or self.state is not ServiceState.RUNNING:
            raise ServiceError("The requested control is not valid for this service.", 1052)
        self._set_state(ServiceState.PAUSED)

    @operation
    def resume(self) -> None:
        """Continue a paused service. ServiceError 1062 (not started), 1052 (not paused)."""
        if self.state is ServiceState.STOPPED:
            raise ServiceError("The service has not been started.", 1062)
        if self.state is not ServiceState.PAUSED:
            raise ServiceError("The requested control is not valid for this service.", 1052)
        self._set_state(ServiceState.RUNNING)

    @operation
    def configure(
        self,
        *,
        display_name: str | None = None,
        path_name: str | None = None,
        account: str | None = None,
        start_mode: StartMode | str | None = None,
        description: str | None = None,
        needs: tuple[str, ...] | None = None,
        is_shared: bool | None = None,
        settings: ServiceSettings | None = None,
    ) -> None:
        """Change what is not None, all or nothing. Raises InvalidParameter; ServiceError 1059 when services
        would need each other."""
        if display_name is not None:
            check_text("the display name", display_name, LONGEST_NAME, shortest=1)
        if path_name is not None:
            check_text("the path", path_name, LONGEST_PATH, shortest=1)
        if account is not None:
            check_text("the account", account, LONGEST_NAME, shortest=1)
        if description is not None:
            check_text("the description", description, LONGEST_DESCRIPTION)
        if needs is not None:
            self._check_needs(needs)
        if start_mode is not None:
            self.set_start_mode(start_mode)
        self.needs = self.needs if needs is None else needs
        self.is_shared = self.is_shared if is_shared is None else is_shared
        self.settings = self.settings if settings is None else settings
        self.description = self.description if description is None else description
        self.display_name = self.display_name if display_name is None else display_name
        self.path_name = self.path_name if path_name is None else path_name
        self.account = self.account if account is None else account
        self.touch()

    @operation
    def delete(self) -> None:
        """Remove it; one that runs is stopped. Raises ServiceError 1052 when it does not stop, 1051."""
        if self.state is not ServiceState.STOPPED:
            self.stop()
        self.host.services.remove(self)

    @operation
    def set_start_mode(self, mode: StartMode | str) -> None:
        """``Auto``, ``Manual`` or ``Disabled``. Raises InvalidParameter."""
        before = self.start_mode
        try:
            self.start_mode = StartMode(mode)
        except ValueError:
            raise InvalidParameter(f"Start mode '{mode}' is not valid.") from None
        if self.start_mode is not before:
            old, new = _START_TYPES[before], _START_TYPES[self.start_mode]
            text = f"The start type of the {self.display_name} service was changed from {old} to {new}."
            data = (
                ("param1", self.display_name),
                ("param2", old),
                ("param3", new),
                ("param4", self.name),
            )
            self.host.event_log.write(
                "System", "Service Control Manager", 7040, EventLevel.INFORMATION, text, data=data
            )
        self.touch()

    def _check_needs(self, needs: tuple[str, ...]) -> None:
        if len(needs) > MAXIMUM_SERVICES:
            raise InvalidParameter("A service cannot need so many others.")
        behind = {self.name.casefold(), *(one.name.casefold() for one in self._all_dependents())}
        if any(name.casefold() in behind for name in needs):
            raise ServiceError("Circular service dependency was specified.", 1059)

    def _with_dependencies(self) -> list["Service"]:
        """It behind everything that it needs, in the order in which they start."""
        return _behind_their_like(self, lambda service: service.dependencies)

    def _all_dependents(self) -> list["Service"]:
        """Everything that needs it, in the order in which they stop."""
        needing: dict[str, list[Service]] = {}
        for service in self.host.services:
            for name in service.needs:
                needing.setdefault(name.casefold(), []).append(service)
        return _behind_their_like(self, lambda service: needing.get(service.name.casefold(), []))[:-1]

    def _run(self, quiet: bool = False) -> None:
        self.process_id = self.host.services._process_for(self)
        self._set_state(ServiceState.RUNNING, quiet)
        if self.name == "vmms":
            write_service_started(self.host)

    def _halt(self, quiet: bool = False) -> None:
        process_id, self.process_id = self.process_id, 0
        self._set_state(ServiceState.STOPPED, quiet)
        self.host.services._release_process(process_id)

    def _set_state(self, state: ServiceState, quiet: bool = False) -> None:
        self.state = state
        self.touch()
        if self.name == "WinRM":
            # Its ports open and close with it.
            self.host.winrm.changed()
        if not quiet:
            words = {
                ServiceState.RUNNING: "running",
                ServiceState.STOPPED: "stopped",
                ServiceState.PAUSED: "paused",
            }
            text = f"The {self.display_name} service entered the {words[state]} state."
            data = (("param1", self.display_name), ("param2", words[state]))
            self.host.event_log.write(
                "System", "Service Control Manager", 7036, EventLevel.INFORMATION, text, data=data
            )


def _behind_their_like(first: Service, near: Callable[[Service], list[Service]]) -> list[Service]:
    """A service and all that can be reached from it, each once and behind those that are near to it. Without
    recursion: services may need each other in long chains."""
    ordered: dict[Service, None] = {}
    seen, open_ones = {first}, [(first, iter(near(first)))]
    while open_ones:
        service, rest = open_ones[-1]
        following = next((one for one in rest if one not in seen), None)
        if following is None:
            ordered[service] = None
            open_ones.pop()
        else:
            seen.add(following)
            open_ones.append((following, iter(near(following))))
    return list(ordered)


class Services:
    """Services by name (any case), in order of names."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._services: dict[str, Service] = {}
        self._shared: dict[str, int] = {}
        # What somebody added and removed stays so until the machine is reset.
        self._added: dict[str, Service] = {}
        self._removed: set[str] = set()

    def seed(self) -> None:
        self._services.clear()
        self._added.clear()
        self._removed.clear()
        self.boot()

    def boot(self) -> None:
        """The machine boots: services appear or go with the role; those that run by default start.

        A start mode that somebody changed stays.
        """
        self._shared.clear()
        kept = dict(self._services)
        self._services.clear()
        for facts in service_facts():
            if self._exists(facts) and facts.name.casefold() not in self._removed:
                service = kept.get(facts.name.casefold()) or Service(self.host, facts)
                service.state, service.process_id = ServiceState.STOPPED, 0
                service.touch()
                self._services[facts.name.casefold()] = service
                if self._runs(facts, service):
                    service._run(quiet=True)
        for key, service in self._added.items():
            service.state, service.process_id = ServiceState.STOPPED, 0
            service.touch()
            self._services[key] = service
            if service.start_mode is StartMode.AUTOMATIC:
                service._run(quiet=True)

    def halt(self, name: str) -> None:
        """The machine goes down: a service stops, without a word in the log and whatever it accepts."""
        service = self.get(name)
        if service is not None and service.state is not ServiceState.STOPPED:
            service._halt(quiet=True)

    def halt_all(self) -> None:
        """The machine is off: no service runs."""
        for service in self:
            self.halt(service.name)

    def __iter__(self) -> Iterator[Service]:
        return iter(list(self._services.values()))

    def __len__(self) -> int:
        return len(self._services)

    def get(self, name: str) -> Service | None:
        """The service of a name, in any case."""
        return self._services.get(name.casefold())

    def __getitem__(self, name: str) -> Service:
        """The service of a name, in any case. Raises NotFound."""
        service = self.get(name)
        if service is None:
            raise NotFound(
                "The specified service does not exist as an installed service.", hresult=0x80070424
            )
        return service

    @operation
    def create(
        self,
        name: str,
        display_name: str,
        path_name: str,
        start_mode: StartMode | str = StartMode.MANUAL,
        account: str = "LocalSystem",
        *,
        description: str = "",
        needs: tuple[str, ...] = (),
    ) -> Service:
        """Add a service with a process of its own; services that it needs may be added later. Raises
        InvalidParameter, AlreadyExists, QuotaExceeded, ServiceError 1059 (it would need itself)."""
        check_text("the name of a service", name, LONGEST_NAME, shortest=1)
        if "/" in name or "\\" in name or not name.isprintable():
            raise InvalidParameter(f"The service name '{name!s:.100}' is not valid.")
        check_text("the path", path_name, LONGEST_PATH, shortest=1)
        check_text("the display name", display_name, LONGEST_NAME, shortest=1)
        check_text("the account", account, LONGEST_NAME, shortest=1)
        try:
            mode = StartMode(start_mode)
        except ValueError:
            raise InvalidParameter(f"Start mode '{start_mode!s:.64}' is not valid.") from None
        if self.get(name) is not None:
            raise AlreadyExists("The specified service already exists.", hresult=0x80070431)
        if len(self._services) >= MAXIMUM_SERVICES:
            raise QuotaExceeded("No more services can be created.")
        check_text("the description", description, LONGEST_DESCRIPTION)
        facts = ServiceFacts(name, display_name, path_name, mode.value, False, account, 0, 1 << 31, "-")
        service = Service(self.host, facts)
        service._check_needs(needs)
        service.path_name, service.is_shared = path_name, False
        service.description, service.needs = description, needs
        self._services[name.casefold()] = service
        self._added[name.casefold()] = service
        self.host.observe("created", service)
        return service

    def remove(self, service: Service) -> None:
        """Forget a service; called with the lock held."""
        del self._services[service.name.casefold()]
        if self._added.pop(service.name.casefold(), None) is None:
            self._removed.add(service.name.casefold())
        self.host.next_revision()
        self.host.observe("deleted", service)

    def is_running(self, name: str) -> bool:
        service = self.get(name)
        return service is not None and service.state is ServiceState.RUNNING

    def process_ended(self, process_id: int) -> None:
        """A process was killed: what ran in it is stopped and logged (7034); nothing restarts it."""
        for service in self:
            if service.process_id == process_id:
                service.process_id = 0
                service._set_state(ServiceState.STOPPED, quiet=True)
                text = f"The {service.display_name} service terminated unexpectedly."
                text += "  It has done this 1 time(s)."
                self.host.event_log.write("System", "Service Control Manager", 7034, EventLevel.ERROR, text)

    def _exists(self, facts: ServiceFacts) -> bool:
        profile = self.host.profile
        if not facts.first_build <= self.host.release.build <= facts.last_build:
            return False
        if facts.needs == "role":
            return self.host.role.active
        if facts.needs == "full":
            return profile.operating_system.installation == "full"
        return facts.needs != "server" or not self.host.release.is_client

    def _runs(self, facts: ServiceFacts, service: Service) -> bool:
        if service.start_mode is StartMode.DISABLED:
            return False
        if facts.needs == "hypervisor":
            return self.host.hypervisor.running
        return facts.running

    def _process_for(self, service: Service) -> int:
        path = service.path_name
        if path.casefold().endswith("lsass.exe"):
            return next(process.id for process in self.host.processes if process.name == "lsass.exe")
        shares = service.is_shared and self.host.release.build < _FIRST_BUILD_WITH_SPLIT_HOSTS
        key = path if shares else service.name
        running = self._shared.get(key)
        if running is not None and self.host.processes.get(running) is not None:
            return running
        process = self.host.processes.start(path.partition(" ")[0], path, account=service.account)
        self._shared[key] = process.id
        return process.id

    def _release_process(self, process_id: int) -> None:
        users = [service for service in self if service.process_id == process_id]
        process = self.host.processes.get(process_id)
        if not users and process is not None and process.name != "lsass.exe":
            self.host.processes.end(process_id)


def _path_name(program: str, build: int) -> str:
    if program.startswith("-k"):
        suffix = " -p" if build >= 17763 else ""
        return f"C:\\Windows\\system32\\svchost.exe {program}{suffix}"
    if "\\" in program:
        return f"C:\\Windows\\{program}"
    return f"C:\\Windows\\system32\\{program}"
