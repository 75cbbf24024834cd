"""The hypervisor: starts at boot when the role is active, the boot setting allows it and the hardware is
fit."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.host_object import HostObject, operation
from emulator.host.requirements import launch_failure
from emulator.host.windows.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.host import Host

SOURCE = "Microsoft-Windows-Hyper-V-Hypervisor"
#: Types of event 2 (Microsoft, "Managing Hyper-V hypervisor scheduler types").
_CLASSIC, _CORE, _ROOT = 2, 3, 4
#: Skylake's and Cascade Lake's servers have one model number; strong ones begin with stepping 5.
_LAST_WEAK_MODEL, _FIRST_STRONG_STEPPING = 94, (85, 5)
_NOT_MITIGATED = {
    _CLASSIC: (
        156,
        "The hypervisor did not enable mitigations for CVE-2018-3646 for virtual machines because"
        " HyperThreading is enabled and the hypervisor core scheduler is not enabled."
        " To enable mitigations for CVE-2018-3646 for virtual machines, enable the core scheduler by running"
        ' "bcdedit /set hypervisorschedulertype core" from an elevated command prompt and reboot.',
    ),
    _ROOT: (
        157,
        "The hypervisor did not enable mitigations for side channel vulnerabilities for virtual machines"
        " because HyperThreading is enabled."
        " To enable mitigations for virtual machines, disable HyperThreading.",
    ),
}
_IO_REMAPPING = (
    "Hypervisor initialized I/O remapping. Hardware present: true Hardware enabled: true Policy: 0x0 Enabled"
    " features: 0x9 Internal information: 0x7 Problems: 0x0 Additional information: 0x0"
)
_FIRST_BUILD_WITH_SCHEDULERS, _FIRST_BUILD_WITH_CORE_SCHEDULER = 14393, 17763


class Hypervisor(HostObject):
    """``running``, and ``reason`` when it is not (the text of its event, or that the role is missing)."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.running = False
        self.reason: str | None = None
        self.launch_type = "auto"

    def seed(self) -> None:
        self.launch_type = self.host.profile.hyper_v.hypervisor_launch
        self.boot()

    @operation
    def set_launch_type(self, launch_type: str) -> None:
        """bcdedit /set hypervisorlaunchtype: ``auto`` or ``off``; takes effect at the next boot."""
        if launch_type not in ("auto", "off"):
            raise InvalidParameter(f"hypervisorlaunchtype '{launch_type}': allowed are auto and off.")
        if launch_type != self.launch_type:
            self.launch_type = launch_type
            self.touch()

    def halt(self) -> None:
        """The machine is off."""
        self.running = False
        self.reason = "The machine is off."
        self.touch()

    def boot(self) -> None:
        """Start, or log why not (System log, ids 1, 5, 41, 42, 44, 59)."""
        self.touch()
        if self.host.role.active:
            self.host.event_log.open_channels()
        if not self.host.role.has_hypervisor:
            self.running = False
            self.reason = "The Hyper-V role is not installed."
            return
        failure = launch_failure(self.host, self.launch_type)
        self.running = failure is None
        self.reason = None if failure is None else failure.text
        log = self.host.event_log
        if failure is None:
            log.write("System", SOURCE, 1, EventLevel.INFORMATION, "Hypervisor successfully started.")
            self._tell_scheduler()
        else:
            level = EventLevel.INFORMATION if failure.event_id == 5 else EventLevel.ERROR
            log.write("System", SOURCE, failure.event_id, level, failure.text)

    def _tell_scheduler(self) -> None:
        """The kind of scheduler (2016 and later): classic, core on servers from 2019 on, root on clients.

        Then what it means for processors with the weakness CVE-2018-3646, and the remapping of devices'
        memory.
        """
        release = self.host.release
        if release.build < _FIRST_BUILD_WITH_SCHEDULERS:
            return
        newer = _ROOT if release.is_client else _CORE
        kind = newer if release.build >= _FIRST_BUILD_WITH_CORE_SCHEDULER else _CLASSIC
        text = f"Hypervisor scheduler type is 0x{kind:x}."
        data = (("SchedulerType", str(kind)),)
        log = self.host.event_log
        log.write("System", SOURCE, 2, EventLevel.INFORMATION, text, data=data)
        if kind != _CORE and self._is_weak:
            number, text = _NOT_MITIGATED[kind]
            log.write("System", SOURCE, number, EventLevel.WARNING, text)
        log.write("System", SOURCE, 129, EventLevel.INFORMATION, _IO_REMAPPING)

    @property
    def _is_weak(self) -> bool:
        """Processors of Intel before Cascade Lake, with two threads a core."""
        processor = self.host.hardware.processor
        if processor.vendor != "Intel" or processor.threads_per_core < 2 or processor.family != 6:
            return False
        model, stepping = processor.model_number, processor.stepping
        return model <= _LAST_WEAK_MODEL and (model, stepping) < _FIRST_STRONG_STEPPING
