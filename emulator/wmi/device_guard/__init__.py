"""root/Microsoft/Windows/DeviceGuard: what virtualization-based security could use, and what runs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.wmi.cimv2.base import HostView

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.association import Link

_NOTHING = 0
_BASE, _SECURE_BOOT, _DMA = 1, 2, 3
_NOT_ENABLED, _RUNNING = 0, 2
#: Hypervisor-protected code integrity.
_CODE_INTEGRITY = 2
#: Windows 11 switches it on by itself where the hardware allows.
_FIRST_BUILD_WITH_DEFAULT = 22000


class DeviceGuard(HostView):
    """The one instance. Nobody configured anything: only Windows 11 has something running."""

    class_name = "Win32_DeviceGuard"
    constants = {
        "CodeIntegrityPolicyEnforcementStatus": _NOT_ENABLED,
        # The same on every machine.
        "InstanceIdentifier": "4ff40742-2649-41b8-bdd1-e80fad1cce80",
        "RequiredSecurityProperties": [_NOTHING],
        "SecurityFeaturesEnabled": [_NOTHING],
        "SmmIsolationLevel": 0,
        "UsermodeCodeIntegrityPolicyEnforcementStatus": _NOT_ENABLED,
        "Version": "1.0",
        "VirtualMachineIsolation": False,
        "VirtualMachineIsolationProperties": [_NOTHING],
    }

    def runs(self, host: Host) -> bool:
        """Whether virtualization-based security is on."""
        release = host.release
        default = release.is_client and release.build >= _FIRST_BUILD_WITH_DEFAULT
        return default and host.hardware.firmware.secure_boot and host.hypervisor.running

    def AvailableSecurityProperties(self, host: Host) -> list[int]:
        found = [] if host.hardware.unmet else [_BASE]
        if host.hardware.firmware.secure_boot:
            found.append(_SECURE_BOOT)
        if host.hardware.facts.assignable_devices:
            found.append(_DMA)
        return found or [_NOTHING]

    def SecurityServicesConfigured(self, host: Host) -> list[int]:
        return [_CODE_INTEGRITY] if self.runs(host) else [_NOTHING]

    def SecurityServicesRunning(self, host: Host) -> list[int]:
        return [_CODE_INTEGRITY] if self.runs(host) else [_NOTHING]

    def VirtualizationBasedSecurityStatus(self, host: Host) -> int:
        return _RUNNING if self.runs(host) else _NOT_ENABLED


VIEWS = (DeviceGuard,)
LINKS: tuple[Link, ...] = ()
