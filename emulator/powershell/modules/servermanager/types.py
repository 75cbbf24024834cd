"""The types of the module: Feature, FeatureOperationResult, FeatureResult and their enumerations.

The numbers of InstallState and of the exit codes are those that scripts see when they turn a result into
JSON; those of RestartState are chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulator.host.windows.server_features import ExitCode, ServerFeature
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.types import PSType, Table, array_of, bind_class, builtin

NAMESPACE = "Microsoft.Windows.ServerManager.Commands"
INSTALL_STATE = EnumType(
    f"{NAMESPACE}.InstallState",
    {"Available": 0, "Installed": 1, "UninstallPending": 2, "InstallPending": 3, "Unknown": 4, "Removed": 5},
)
RESTART_STATE = EnumType(f"{NAMESPACE}.RestartState", {"No": 0, "Yes": 1, "Maybe": 2})
EXIT_CODE = EnumType(f"{NAMESPACE}.FeatureExitCode", {one.text: one.number for one in ExitCode})
SKIP_REASON = EnumType(f"{NAMESPACE}.SkipReason", {"NotSkipped": 0, "RestartNeeded": 1})


@dataclass(frozen=True, slots=True)
class FeatureName:
    """A name that a script gave where a feature is expected; the cmdlet looks it up."""

    name: str


@dataclass(frozen=True, slots=True)
class FeatureResult:
    """What happened to one feature of an operation."""

    feature: ServerFeature
    restart_needed: bool


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What a cmdlet gives for a whole operation. ``restart`` is No, Yes or Maybe."""

    success: bool
    restart: str
    exit_code: ExitCode
    results: tuple[FeatureResult, ...] = ()


def _looking(read: Callable[[ServerFeature], Any]) -> Callable[[Any], Any]:
    """A reader of a feature under the lock of its machine; a bare name has no machine and no values."""

    def value(item: Any) -> Any:
        if not isinstance(item, ServerFeature):
            return None
        with item.host.looking():
            return read(item)

    return value


def _texts(items: Iterable[str]) -> TypedArray:
    return TypedArray(items, array_of(builtin("System.String")))


_FEATURE: Table = {
    "Name: System.String": lambda feature: feature.name,
    "DisplayName: System.String": _looking(lambda feature: feature.title),
    "Description: System.String": _looking(lambda feature: feature.description),
    "Installed: System.Boolean": _looking(lambda feature: feature.installed),
    f"InstallState: {INSTALL_STATE.name}": _looking(lambda feature: INSTALL_STATE[feature.state.text]),
    "FeatureType: System.String": _looking(lambda feature: feature.kind),
    "Path: System.String": _looking(lambda feature: feature.path),
    "Depth: System.Int32": _looking(lambda feature: feature.depth),
    "DependsOn: System.String[]": _looking(lambda _: _texts(())),
    "Parent: System.String": _looking(lambda feature: feature.parent),
    "SubFeatures: System.String[]": _looking(lambda feature: _texts(feature.sub_features)),
}
_RESULT: Table = {
    "DisplayName: System.String": lambda result: result.feature.title,
    "Name: System.String": lambda result: result.feature.name,
    "RestartNeeded: System.Boolean": lambda result: result.restart_needed,
    f"SkipReason: {SKIP_REASON.name}": lambda _: SKIP_REASON["NotSkipped"],
    "Success: System.Boolean": lambda _: True,
}


def _restart(result: OperationResult) -> EnumValue:
    return RESTART_STATE[result.restart]


@cache
def module_types() -> tuple[PSType, ...]:
    """Every type of the module; made and bound once for the process."""
    feature = PSType(
        f"{NAMESPACE}.Feature",
        instance=_FEATURE,
        construct={"new(string name)": lambda _kind, name: FeatureName(name)},
        to_text=lambda value: value.name,
    )
    result = PSType(f"{NAMESPACE}.FeatureResult", instance=_RESULT, to_text=lambda value: value.feature.title)
    operation = PSType(
        f"{NAMESPACE}.FeatureOperationResult",
        instance={
            "Success: System.Boolean": lambda value: value.success,
            f"RestartNeeded: {RESTART_STATE.name}": _restart,
            f"FeatureResult: {NAMESPACE}.FeatureResult[]": lambda value: TypedArray(
                value.results, array_of(result)
            ),
            f"ExitCode: {EXIT_CODE.name}": lambda value: EXIT_CODE[value.exit_code.text],
        },
    )
    bind_class(feature, ServerFeature)
    bind_class(feature, FeatureName)
    bind_class(result, FeatureResult)
    bind_class(operation, OperationResult)
    return (feature, result, operation, INSTALL_STATE, RESTART_STATE, EXIT_CODE, SKIP_REASON)
