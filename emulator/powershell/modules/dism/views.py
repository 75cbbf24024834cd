"""Default views: lists."""

from __future__ import annotations

from emulator.powershell.format.views import View, listing
from emulator.powershell.modules.dism.types import ADVANCED, BASIC, IMAGE


def module_views() -> list[View]:
    """The views of the module."""
    feature = ("DisplayName", "Description", "RestartRequired", "State", "CustomProperties")
    return [
        listing(BASIC, entries=("FeatureName", "State")),
        listing(ADVANCED, entries=("FeatureName", *feature)),
        listing(IMAGE, entries=("Path", "Online", "RestartNeeded")),
    ]
