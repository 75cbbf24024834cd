"""The objects of the module. Their shapes and the numbers of FeatureState are from memory of its output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, bind_class

_NAMESPACE = "Microsoft.Dism.Commands"
FEATURE_STATE = EnumType(
    f"{_NAMESPACE}.FeatureState", {"Disabled": 0, "DisablePending": 1, "Enabled": 2, "EnablePending": 3}
)
BASIC, ADVANCED, IMAGE = (
    f"{_NAMESPACE}.{name}" for name in ("BasicFeatureObject", "AdvancedFeatureObject", "ImageObject")
)


@dataclass(frozen=True, slots=True)
class BasicFeature:
    """A feature in the list of all."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class AdvancedFeature:
    """A feature that was asked for by its name."""

    name: str
    state: str
    title: str
    restart: str


@dataclass(frozen=True, slots=True)
class Image:
    """The running Windows after a change."""

    restart_needed: bool


@cache
def module_types() -> tuple[PSType, ...]:
    """Every type of the module; made and bound once for the process."""
    named = {
        "FeatureName: System.String": lambda feature: feature.name,
        f"State: {FEATURE_STATE.name}": lambda feature: FEATURE_STATE[feature.state.replace(" ", "")],
    }
    basic = PSType(BASIC, instance=named)
    advanced = PSType(
        ADVANCED,
        instance={
            "DisplayName: System.String": lambda feature: feature.title,
            "Description: System.String": lambda feature: feature.title,
            "RestartRequired: System.String": lambda feature: feature.restart,
            "CustomProperties: System.String": lambda _: "",
            **named,
        },
    )
    image = PSType(
        IMAGE,
        instance={
            "Path: System.String": lambda _: "",
            "Online: System.Boolean": lambda _: True,
            "RestartNeeded: System.Boolean": lambda value: value.restart_needed,
        },
    )
    for kind, shape in ((basic, BasicFeature), (advanced, AdvancedFeature), (image, Image)):
        bind_class(kind, shape)
    return (basic, advanced, image, FEATURE_STATE)
