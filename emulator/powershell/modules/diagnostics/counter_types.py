"""PerformanceCounterSampleSet, PerformanceCounterSample and CounterSet of Get-Counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from emulator.host import Host
from emulator.host.windows.counter_paths import CounterKind, CounterSample, CounterSet
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.numbers import UInt32, UInt64
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import Property, PSType, array_of, bind_class, builtin
from emulator.powershell.format.views import Column, View, listing, table
from emulator.powershell.runtime.conversion import to_text

_NAMESPACE = "Microsoft.PowerShell.Commands.GetCounter"
SAMPLE_SET, SAMPLE, COUNTER_SET = (
    f"{_NAMESPACE}.{name}"
    for name in ("PerformanceCounterSampleSet", "PerformanceCounterSample", "CounterSet")
)
COUNTER_TYPE = EnumType(
    "System.Diagnostics.PerformanceCounterType",
    {
        "NumberOfItems64": CounterKind.VALUE,
        "RateOfCountsPerSecond64": CounterKind.RATE,
        "Timer100Ns": CounterKind.SHARE_OF_TIME,
        "RawFraction": CounterKind.FRACTION,
    },
)
CATEGORY_TYPE = EnumType(
    "System.Diagnostics.PerformanceCounterCategoryType",
    {"Unknown": -1, "SingleInstance": 0, "MultiInstance": 1},
)
_TIME_BASE = 10_000_000
#: Seconds from 1601, where FILETIME begins, to 1970.
_FILETIME_EPOCH = 11_644_473_600


@dataclass(frozen=True, slots=True)
class Sample:
    """One value with the moment of its set."""

    host: Host
    moment: datetime
    sample: CounterSample


@dataclass(frozen=True, slots=True)
class SampleSet:
    """The values of one moment."""

    host: Host
    moment: datetime
    samples: list[CounterSample]


@dataclass(frozen=True, slots=True)
class SetOfCounters:
    """A counter set. ``names`` is what its paths name instead of instances."""

    host: Host
    facts: CounterSet
    machine: str | None
    names: list[str]
    instances: list[str]


def _local(shown: Sample | SampleSet) -> DateTime:
    return DateTime.from_python(shown.moment, shown.host.operating_system.utc_offset())


def _path(shown: Sample) -> str:
    return shown.sample.counter.path.lower()


def _readings(shown: SampleSet) -> str:
    return "".join(f"{each.counter.path.lower()} :\n{to_text(each.value)}\n\n" for each in shown.samples)


def _paths(shown: SetOfCounters, instances: list[str]) -> TypedArray:
    start = "" if shown.machine is None else f"\\\\{shown.machine}"
    paths = [
        f"{start}\\{shown.facts.name}{f'({instance})' if instance else ''}\\{name}"
        for name in shown.facts.counters
        for instance in instances
    ]
    return TypedArray(paths, array_of(builtin("System.String")))


@cache
def counter_types() -> tuple[PSType, ...]:
    """Made and bound once for the process."""
    sample = PSType(
        SAMPLE,
        instance={
            "Path: System.String": _path,
            "InstanceName: System.String": lambda shown: shown.sample.counter.instance.lower(),
            "CookedValue: System.Double": lambda shown: shown.sample.value,
            "RawValue: System.UInt64": lambda shown: UInt64(shown.sample.raw),
            "SecondValue: System.UInt64": lambda shown: UInt64(shown.sample.second),
            "MultipleCount: System.UInt32": lambda _: UInt32(1),
            f"CounterType: {COUNTER_TYPE.name}": lambda shown: COUNTER_TYPE.value(int(shown.sample.kind)),
            "Timestamp: System.DateTime": _local,
            "Timestamp100NSec: System.UInt64": lambda shown: UInt64(
                int((shown.moment.timestamp() + _FILETIME_EPOCH) * _TIME_BASE)
            ),
            "Status: System.UInt32": lambda _: UInt32(0),
            "DefaultScale: System.UInt32": lambda _: UInt32(0),
            "TimeBase: System.UInt64": lambda _: UInt64(_TIME_BASE),
        },
    )

    def samples(shown: SampleSet) -> Any:
        items = [Sample(shown.host, shown.moment, each) for each in shown.samples]
        return TypedArray(items, array_of(sample))

    sample_set = PSType(
        SAMPLE_SET,
        instance={
            "Timestamp: System.DateTime": _local,
            f"CounterSamples: {SAMPLE}[]": samples,
        },
    )
    sample_set.extended += (Property("Readings", _readings, kind="ScriptProperty"),)
    counter_set = PSType(
        COUNTER_SET,
        instance={
            "CounterSetName: System.String": lambda shown: shown.facts.name,
            "MachineName: System.String": lambda shown: shown.machine or ".",
            f"CounterSetType: {CATEGORY_TYPE.name}": lambda shown: CATEGORY_TYPE[
                "MultiInstance" if len(shown.instances) > 1 else "SingleInstance"
            ],
            # Microsoft's descriptions are not part of the emulator.
            "Description: System.String": lambda _: "",
            "Paths: System.String[]": lambda shown: _paths(shown, shown.names),
            "PathsWithInstances: System.String[]": lambda shown: _paths(shown, shown.instances),
        },
    )
    counter_set.extended += (
        Property("Counter", lambda shown: _paths(shown, shown.names), kind="AliasProperty"),
    )
    bind_class(sample, Sample)
    bind_class(sample_set, SampleSet)
    bind_class(counter_set, SetOfCounters)
    return (sample, sample_set, counter_set, COUNTER_TYPE, CATEGORY_TYPE)


VIEWS: tuple[View, ...] = (
    table(
        SAMPLE_SET,
        columns=(Column("Timestamp", "Timestamp", 25), Column("CounterSamples", "Readings")),
        wrap=True,
    ),
    table(
        SAMPLE,
        columns=(
            Column("Path", "Path", alignment="left"),
            Column("InstanceName", "InstanceName", alignment="left"),
            Column("CookedValue", "CookedValue", alignment="right"),
        ),
        auto_size=True,
    ),
    listing(
        COUNTER_SET,
        entries=(
            *("CounterSetName", "MachineName", "CounterSetType", "Description"),
            *("Paths", "PathsWithInstances", "Counter"),
        ),
    ),
)
