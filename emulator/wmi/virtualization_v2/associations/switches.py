"""Virtual switches: their settings and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization_v2 import network, switch_data

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace


def _running(namespace: Namespace, installed: Any) -> list[Any]:
    found = namespace.view(switch_data.Extension).objects()
    return [each for each in found if each.facts.id == installed.id]


def _installed(namespace: Namespace, running: Any) -> list[Any]:
    found = namespace.view(switch_data.InstalledExtension).objects()
    return [each for each in found if each.id == running.facts.id]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", network.Switch, itself),
        End("SettingData", network.SwitchSettings, itself),
    ),
    Link(
        "Msvm_ConcreteDependency",
        End("Antecedent", switch_data.InstalledExtension, _running),
        End("Dependent", switch_data.Extension, _installed),
    ),
)
