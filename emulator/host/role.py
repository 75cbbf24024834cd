"""The Hyper-V role: absent, waiting for a reboot, or enabled."""

from enum import Enum
from typing import TYPE_CHECKING

from emulator.host.errors import NotSupported, RequirementNotMet, RoleNotInstalled, ServiceError
from emulator.host.filesystem.skeleton import follow_tools
from emulator.host.host_object import HostObject, operation
from emulator.host.requirements import ROLE_UNKNOWN_TO_SERVER_MANAGER, Requirement, requirements

if TYPE_CHECKING:
    from emulator.host.host import Host


class RoleState(Enum):
    """What Windows says of the role."""

    ABSENT = "absent"
    PENDING_REBOOT = "pending-reboot"
    ENABLED = "enabled"


class PendingChange(Enum):
    """What the next boot does."""

    ENABLE = "enable"
    DISABLE = "disable"


class HyperVRole(HostObject):
    """The role and its management tools.

    ``active`` is what counts for everything else: the role is installed and the machine was booted since. It
    stays active while a removal waits for the reboot.
    """

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.active = False
        self.pending: PendingChange | None = None
        self.management_tools = False
        self.seed()

    def seed(self) -> None:
        settings = self.host.profile.hyper_v
        self.active = settings.role == "enabled"
        self.pending = PendingChange.ENABLE if settings.role == "pending-reboot" else None
        self.management_tools = settings.management_tools
        self.touch()

    @property
    def state(self) -> RoleState:
        if self.pending is not None:
            return RoleState.PENDING_REBOOT
        return RoleState.ENABLED if self.active else RoleState.ABSENT

    @property
    def available(self) -> bool:
        """This release and edition offer the role at all."""
        return self.host.release.supports_hyper_v and self.host.profile.edition.hyper_v

    def requirements(self) -> list[Requirement]:
        """Every requirement with whether it is met and Windows' sentence for when it is not."""
        return requirements(self.host)

    def require(self) -> None:
        """Raise RoleNotInstalled unless the role is active; ServiceError when its management service is
        stopped."""
        if not self.active:
            raise RoleNotInstalled()
        if not self.host.services.is_running("vmms"):
            raise ServiceError("The Hyper-V Virtual Machine Management service is not running.", 1062)

    @operation
    def enable(self, checked: bool = True) -> bool:
        """Install the role; true when a reboot is needed, false when nothing had to be done.

        ``checked`` is the way of Server Manager: RequirementNotMet with Windows' sentences.
        ``checked=False`` is the way of dism and ocsetup, which ask only whether the edition has the feature
        (NotSupported): the role installs, and the hypervisor does not start if the hardware is not fit for
        it.
        """
        if not self.available and not checked:
            raise NotSupported("Feature name Microsoft-Hyper-V is unknown.", hresult=0x800F080C)
        if not self.available:
            raise RequirementNotMet([ROLE_UNKNOWN_TO_SERVER_MANAGER])
        if self.pending is PendingChange.DISABLE:
            self._set_pending(None)
            return False
        if self.active:
            return False
        reasons = [requirement.text for requirement in self.requirements() if not requirement.met]
        if checked and reasons:
            raise RequirementNotMet(reasons)
        self._set_pending(PendingChange.ENABLE)
        return True

    @operation
    def disable(self) -> bool:
        """Remove the role; true when a reboot is needed. Virtual machines stay where they are."""
        if self.pending is PendingChange.ENABLE:
            self._set_pending(None)
            return False
        if not self.active:
            return False
        self._set_pending(PendingChange.DISABLE)
        return True

    @operation
    def install_management_tools(self, installed: bool = True) -> bool:
        """Install or remove Hyper-V Manager and the PowerShell module, without reboot; true when it
        changed."""
        changed = self.management_tools is not installed
        if changed:
            self.management_tools = installed
            follow_tools(self.host.filesystem)
            self.touch()
        return changed

    def apply_pending(self) -> None:
        """The machine boots: what waited takes effect."""
        if self.pending is not None:
            self.active = self.pending is PendingChange.ENABLE
            self._set_pending(None)

    def _set_pending(self, change: PendingChange | None) -> None:
        if self.pending is not change:
            self.pending = change
            self.touch()
