"""Win32_PerfFormattedData_* and Win32_PerfRawData_*: two views of each counter set of the machine.

Raw data are totals, with the time stamps that a client needs to make rates of two samples; formatted data
are the rates themselves. A counter that nothing here counts reads 0, as a counter of an idle machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.cim.types import INTEGER_RANGES, CimValue
from emulator.host.windows.device_performance import DEVICE_COUNTER_SETS
from emulator.host.windows.performance import COUNTER_SETS, values
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row

_SETS = {**COUNTER_SETS, **DEVICE_COUNTER_SETS}
_FREQUENCY = 10_000_000
#: Seconds from 1601, where FILETIME begins, to 1970.
_FILETIME_EPOCH = 11_644_473_600


class _CounterView(Win32RowView):
    """The instances of one counter set."""

    counter_set = ""
    shows_totals = False

    def rows(self) -> Iterator[Row]:
        seconds = self.host.operating_system.uptime().total_seconds()
        for counters in _SETS[self.counter_set](self.host):
            figures = values(counters, self.counter_set, seconds, totals=self.shows_totals)
            yield Row(counters.name, {"Name": counters.name, **figures})

    def read(self, item: Row, name: str) -> CimValue:
        value = item.values.get(name)
        declared = self.declaration.property(name)
        if value is None and declared.type.is_integer:
            value = self.stamp(name)
        if value is None:
            return None
        if isinstance(value, int):
            # A total runs over at the width of its counter.
            return value % (INTEGER_RANGES[declared.type][1] + 1)
        return str(value)

    def stamp(self, name: str) -> int:
        """The value of a property that is no counter of the set."""
        del name
        return 0


class _RawCounterView(_CounterView):
    shows_totals = True

    def stamp(self, name: str) -> int:
        if name.startswith("Frequency_"):
            return _FREQUENCY
        if name == "Timestamp_PerfTime":
            return int(self.host.operating_system.uptime().total_seconds() * _FREQUENCY)
        if name.startswith("Timestamp_") or name.endswith("_Base"):
            return int((self.host.clock.now().timestamp() + _FILETIME_EPOCH) * _FREQUENCY)
        return 0


def _views(base: type[_CounterView], prefix: str) -> tuple[type[_CounterView], ...]:
    return tuple(
        type(f"{prefix}{name}", (base,), {"class_name": f"Win32_{prefix}_{name}", "counter_set": name})
        for name in _SETS
    )


VIEWS = (*_views(_CounterView, "PerfFormattedData"), *_views(_RawCounterView, "PerfRawData"))
