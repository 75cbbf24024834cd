"""The Hyper-V role: absent, waiting for a reboot, or enabled."""

from enum import Enum
from typing import TYPE_CHECKING

from emulator.host.errors import NotSupported, RequirementNotMet, RoleNotInstalled, ServiceError
from emulator.host.host_object import HostObject, operation
from emulator.host.requirements import ROLE_UNKNOWN_TO_SERVER_MANAGER, Requirement, requirements
from emulator.host.storage.filesystem.skeleton import follow_tools
from emulator.host.windows.feature_table import (
    EVERYTHING,
    GRAPHICAL,
    HYPERVISOR,
    OLD_TOOLS,
    POWERSHELL,
    ROLE,
    SERVICES,
    role_features,
    tool_features,
)

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
    """The role, its parts and its management tools, each a feature of its own (`feature_table`).

    ``parts`` are those that are there since the last boot, ``next_parts`` those after the next one; ``tools``
    come and go without a restart.
    """

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.parts: frozenset[str] = frozenset()
        self.next_parts: frozenset[str] = frozenset()
        self.tools: frozenset[str] = frozenset()
        self.seed()

    def seed(self) -> None:
        settings = self.host.profile.hyper_v
        everything = frozenset(self.host.release.features.dism_role)
        self.parts = everything if settings.role == "enabled" else frozenset()
        self.next_parts = frozenset() if settings.role == "absent" else everything
        self.tools = frozenset(tool_features(self.host)) if settings.management_tools else frozenset()
        self.touch()

    @property
    def active(self) -> bool:
        """The management service is there, which counts for everything else: it was installed and the machine
        was booted since. It stays while a removal waits for the reboot."""
        return self._central in self.parts

    @property
    def _central(self) -> str:
        return SERVICES if SERVICES in self.host.release.features.dism_role else ROLE

    @property
    def has_hypervisor(self) -> bool:
        """The hypervisor is there; clients have it as a feature of its own."""
        needed = HYPERVISOR if HYPERVISOR in self.host.release.features.dism_role else ROLE
        return needed in self.parts

    @property
    def pending(self) -> PendingChange | None:
        """What the next boot does; None when nothing waits for it."""
        if self.next_parts == self.parts:
            return None
        return PendingChange.ENABLE if self.next_parts - self.parts else PendingChange.DISABLE

    @property
    def management_tools(self) -> bool:
        """Any of the management tools is there."""
        return bool(self.tools - {EVERYTHING})

    @property
    def has_graphical_tools(self) -> bool:
        """Hyper-V Manager and Virtual Machine Connection."""
        return bool(self.tools & {GRAPHICAL, OLD_TOOLS})

    @property
    def has_powershell_module(self) -> bool:
        """The module Hyper-V for PowerShell."""
        return POWERSHELL in self.tools

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
        wanted = frozenset(role_features(self.host))
        if wanted <= self.parts:
            return self._plan(self.next_parts | wanted)
        reasons = [requirement.text for requirement in self.requirements() if not requirement.met]
        if checked and reasons:
            raise RequirementNotMet(reasons)
        return self._plan(self.next_parts | wanted)

    @operation
    def disable(self) -> bool:
        """Remove the role; true when a reboot is needed. Virtual machines stay where they are."""
        return self._plan(frozenset())

    @operation
    def change_parts(self, adds: frozenset[str] = frozenset(), removes: frozenset[str] = frozenset()) -> bool:
        """Add or remove parts of the role without a look at the hardware; true when a reboot is needed.

        The parent of everything, which clients have, is there at once. Raises NotSupported when this edition
        has no such part.
        """
        if adds and not adds <= set(role_features(self.host)):
            raise NotSupported("Feature name Microsoft-Hyper-V is unknown.", hresult=0x800F080C)
        if adds == {EVERYTHING}:
            self.parts |= adds
        return self._plan((self.next_parts | adds) - removes)

    @operation
    def install_management_tools(self, installed: bool = True) -> bool:
        """Install or remove every management tool, without reboot; true when something changed."""
        every = frozenset(tool_features(self.host))
        return self.change_tools(every, frozenset()) if installed else self.change_tools(frozenset(), every)

    @operation
    def change_tools(self, adds: frozenset[str], removes: frozenset[str]) -> bool:
        """Install or remove single management tools; true when something changed."""
        tools = (self.tools | (adds & set(tool_features(self.host)))) - removes
        if tools == self.tools:
            return False
        self.tools = tools
        follow_tools(self.host.filesystem)
        self.touch()
        return True

    def apply_pending(self) -> None:
        """The machine boots: what waited takes effect."""
        if self.parts != self.next_parts:
            self.parts = self.next_parts
            self.touch()

    def _plan(self, parts: frozenset[str]) -> bool:
        if parts != self.next_parts:
            self.next_parts = parts
            self.touch()
        return self.parts != parts
