"""What the Hyper-V role needs. One table decides for Server Manager and for the hypervisor's start at
boot."""

import re
from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

ROLE_UNKNOWN_TO_SERVER_MANAGER = (
    "The role, role service, or feature name is not valid: 'Hyper-V'. The name was not found."
)
_HARDWARE = ("cpu", "firmware", "dep", "slat")


class Requirement(Record):
    """One requirement. ``name`` is release, edition, cpu, firmware, dep or slat; ``text`` is Windows'
    sentence for the case that it is not met."""

    name: str
    met: bool
    text: str


def requirements(host: "Host") -> list[Requirement]:
    """All requirements in the order in which Windows names them."""
    release = host.release
    rows = [
        Requirement("release", release.supports_hyper_v, ROLE_UNKNOWN_TO_SERVER_MANAGER),
        Requirement("edition", host.profile.edition.hyper_v, ROLE_UNKNOWN_TO_SERVER_MANAGER),
    ]
    unmet = host.hardware.unmet
    # Windows numbers the reasons itself; a number in the fact would be doubled.
    rows += [
        Requirement(name, name not in unmet, re.sub(r"^\d+\.\s*", "", release.requirement_texts[name]))
        for name in _HARDWARE
    ]
    return rows


class LaunchFailure(Record):
    """Why the hypervisor did not start: event id and text of Microsoft-Windows-Hyper-V-Hypervisor."""

    event_id: int
    text: str


_LAUNCH_DISABLED = LaunchFailure(
    5, "Hypervisor launch has been disabled through the hypervisorlaunchtype bcdedit setting."
)
_NO_VIRTUALIZATION = {
    "Intel": LaunchFailure(41, "Hypervisor launch failed; Either VMX not present or not enabled in BIOS."),
    "AMD": LaunchFailure(42, "Hypervisor launch failed; Either SVM not present or not enabled in BIOS."),
}
_NO_DEP = LaunchFailure(
    44, "Hypervisor launch failed; Either No Execute feature (NX) not present or not enabled in BIOS."
)
_NO_SLAT = LaunchFailure(
    59, "Hypervisor launch failed; Second Level Address Translation is required to launch the hypervisor."
)


def launch_failure(host: "Host", launch_type: str) -> LaunchFailure | None:
    """What keeps the hypervisor from starting at boot; None when it starts."""
    if launch_type == "off":
        return _LAUNCH_DISABLED
    unmet = host.hardware.unmet
    if "cpu" in unmet or "firmware" in unmet:
        return _NO_VIRTUALIZATION[host.hardware.processor.vendor]
    if "dep" in unmet:
        return _NO_DEP
    return _NO_SLAT if "slat" in unmet else None
