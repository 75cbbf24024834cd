"""The machine's power: Windows shuts down, is away, and boots, each at its time on the machine's clock.

A shutdown has these stages (seconds are chosen, but for the profile's ``boot_seconds``):

    asked       0 s      event 1074; everything still answers, so that whoever asked gets an answer
    stopping    1 s      the WinRM service stops, its ports close; virtual machines follow their stop actions
    off         then     services, processes and jobs are gone (events 6006 and 13)
    starting    3 s      firmware, then the kernel and the hypervisor (`boot_events.kernel_started`)
    on          boot_seconds later: services run (`boot_events.windows_started`), virtual machines follow
                their start actions

A machine that was shut down for good stays off until somebody switches it on.
"""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from emulator.host.clock import Timer
from emulator.host.errors import HostError, InvalidState, NoShutdown, ShutdownInProgress, ShutdownScheduled
from emulator.host.host_object import HostObject, operation
from emulator.host.security.callers import require_privilege
from emulator.host.storage import disk_sharing
from emulator.host.storage.filesystem.skeleton import install_role_files, remove_role_files
from emulator.host.virtual_machine.start_and_stop_actions import (
    cut_power,
    note_running,
    start_machines,
    stop_machines,
)
from emulator.host.windows.boot_events import kernel_started, kernel_stopped, windows_started
from emulator.host.windows.event_log import EventLevel
from emulator.host.windows.shutdown_request import SHUTDOWN_PRIVILEGE, ShutdownRequest

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

#: Seconds in which a client still gets its answer, and those of the firmware; both chosen.
GRACE_SECONDS, FIRMWARE_SECONDS = 1.0, 3.0
#: What a shutdown waits for its virtual machines at most (chosen; vmms asks for its own time).
LONGEST_STOP_SECONDS = 120.0
_ABORTED = "The operation was aborted: the computer was shut down."


class PowerState(Enum):
    """The stages of the table above."""

    ON = "on"
    ASKED = "asked"
    STOPPING = "stopping"
    OFF = "off"
    STARTING = "starting"


class Power(HostObject):
    """``state``; ``last_request`` is why the machine went down, None after a loss of power."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.state = PowerState.ON
        self.last_request: ShutdownRequest | None = None
        self._waiting: Timer | None = None
        self._step: Timer | None = None
        self._starts: list[Timer] = []
        self._was_cut = False
        self._old_name: str | None = None
        #: Called under the lock at each new stage, and when a restart is scheduled.
        self.observers: list[Callable[[], None]] = []

    def seed(self) -> None:
        self.state = PowerState.ON
        self.last_request = None
        self._waiting = self._step = None
        self._starts = []
        self._was_cut = False
        self._old_name = None
        self.touch()

    # -- what is asked ------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Windows runs and nobody has asked it to shut down now."""
        return self.state is PowerState.ON

    @property
    def answers(self) -> bool:
        """Windows answers over the network."""
        return self.state in (PowerState.ON, PowerState.ASKED)

    @property
    def is_moving(self) -> bool:
        """Another stage will come by itself: a shutdown is scheduled or under way, or the machine boots."""
        return self._waiting is not None or self._step is not None

    # -- what can be done ---------------------------------------------------------------------

    @operation
    def shut_down(self, request: ShutdownRequest | None = None) -> None:
        """Restart, or shut down and stay off; at once or after a delay.

        Raises PrivilegeNotHeld (1314), InvalidParameter, ShutdownInProgress (1115), ShutdownScheduled
        (1190).
        """
        wanted = request or ShutdownRequest()
        wanted.check()
        if not self.is_on:
            raise ShutdownInProgress()
        if self._waiting is not None:
            raise ShutdownScheduled()
        wanted.write(self.host)
        if wanted.delay:
            self._waiting = self.host.clock.schedule(wanted.delay, lambda: self._ask(wanted))
            self._tell()
        else:
            self._ask(wanted)

    @operation
    def abort_shutdown(self, caller: "Account | None" = None) -> None:
        """Take a scheduled shutdown back. Raises PrivilegeNotHeld, NoShutdown (1116) when there is none."""
        require_privilege(caller, SHUTDOWN_PRIVILEGE)
        if self._waiting is None:
            raise NoShutdown()
        self._waiting.cancel()
        self._waiting = None
        text = f"The attempt to restart computer {self.host.name} was aborted."
        self.host.event_log.write("System", "User32", 1075, EventLevel.INFORMATION, text)
        self._tell()

    @operation
    def lose(self, returns: bool = True) -> None:
        """The power fails: nothing is saved and nothing is told. With ``returns`` it comes back at once.

        Raises InvalidState for a machine that is off.
        """
        if self.state is PowerState.OFF:
            raise InvalidState("The machine is off.")
        if self.answers:
            note_running(self.host)
        self._forget_steps()
        self._abandon_jobs()
        self.last_request = None
        self._was_cut = self.state is not PowerState.STARTING or self._was_cut
        self._be_off(returns)

    @operation
    def switch_on(self) -> None:
        """Press the button of a machine that is off. Raises InvalidState."""
        if self.state is not PowerState.OFF or self._step is not None:
            raise InvalidState("The machine is not off.")
        self._after(FIRMWARE_SECONDS, self._start)
        self._tell()

    def after_boot(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something that long after the boot, unless the machine goes down before."""
        self._starts.append(self.host.clock.schedule(seconds, action))

    # -- the stages ---------------------------------------------------------------------------

    def _ask(self, request: ShutdownRequest) -> None:
        self._waiting = None
        self.last_request = request
        self._enter(PowerState.ASKED)
        self._after(GRACE_SECONDS, self._stop)
        self._tell()

    def _stop(self) -> None:
        host = self.host
        note_running(host)
        self._forget_steps()
        self._abandon_jobs()
        self._enter(PowerState.STOPPING)
        host.services.halt("WinRM")
        stop_machines(host)
        longest = max((job.remaining() for job in host.jobs.running), default=0.0)
        self._after(min(longest, LONGEST_STOP_SECONDS), self._go_off)
        self._tell()

    def _go_off(self) -> None:
        request = self.last_request or ShutdownRequest()
        self._abandon_jobs()
        kernel_stopped(self.host)
        self._be_off(request.kind.returns)

    def _be_off(self, returns: bool) -> None:
        host = self.host
        cut_power(host)
        host.virtual_disks.mounted.detach_all()
        host.optical_images.detach_all()
        if host.has_storage_pools:
            host.storage_pools.shut_down()
        disk_sharing.detach_all(host)
        host.jobs.forget()
        host.services.halt_all()
        host.processes.clear()
        host.clipboards.clear()
        host.hypervisor.halt()
        self._enter(PowerState.OFF)
        if returns:
            self._after(FIRMWARE_SECONDS, self._start)
        self._tell()

    def _start(self) -> None:
        """The kernel and the hypervisor start; what waited for a reboot takes effect."""
        host = self.host
        self._enter(PowerState.STARTING)
        before = host.name
        host.operating_system.boot()
        self._old_name = before if before != host.name else self._old_name
        kernel_started(host, cleanly=not self._was_cut)
        host.role.apply_pending()
        (install_role_files if host.role.active else remove_role_files)(host.filesystem)
        host.hypervisor.boot()
        host.processes.seed()
        self._after(host.profile.operating_system.boot_seconds, self._be_on)
        self._tell()

    def _be_on(self) -> None:
        host = self.host
        self._step = None
        windows_started(host, cleanly=not self._was_cut, old_name=self._old_name)
        self._was_cut, self._old_name = False, None
        self._enter(PowerState.ON)
        host.ip_configuration.boot()
        host.services.boot()
        host.shares.boot()
        host.registry.boot()
        host.scheduled_tasks.boot()
        start_machines(host)
        self._tell()

    # -- pieces -------------------------------------------------------------------------------

    def _enter(self, state: PowerState) -> None:
        self.state = state
        self.touch()

    def _after(self, seconds: float, step: Callable[[], None]) -> None:
        def take() -> None:
            self._step = None
            step()

        self._step = self.host.clock.schedule(seconds, take)

    def _forget_steps(self) -> None:
        for timer in (self._waiting, self._step, *self._starts):
            if timer is not None:
                timer.cancel()
        self._waiting = self._step = None
        self._starts = []

    def _abandon_jobs(self) -> None:
        for job in self.host.jobs.running:
            self.host.jobs.abandon(job, HostError(_ABORTED, code=32768))

    def _tell(self) -> None:
        for observer in self.observers:
            observer()
