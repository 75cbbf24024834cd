"""Paths of performance counters (``\\Set(instance)\\Counter``), and samples of them.

The figures are those of Win32_PerfFormattedData and Win32_PerfRawData: a rate is what the totals of two
moments give.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError
from emulator.host.windows.counter_names import SET_NAMES, SINGLE_INSTANCE, counter_name
from emulator.host.windows.device_performance import DEVICE_COUNTER_SETS
from emulator.host.windows.performance import COUNTER_SETS, Counters, Gauge, Part, Rate, Sum, values

if TYPE_CHECKING:
    from emulator.host.host import Host

_SETS: Mapping[str, "Callable[[Host], Iterable[Counters]]"] = {**COUNTER_SETS, **DEVICE_COUNTER_SETS}
_PATH = re.compile(
    r"(?:\\\\(?P<machine>[^\\]+))?\\(?P<set>[^\\(]+)(?:\((?P<instance>.*)\))?\\(?P<counter>.+)"
)
_LOCAL = frozenset({".", "localhost", "127.0.0.1", "::1"})
_HYPER_V = "Hyper-V"
_HUNDRED_NANOSECONDS = 10_000_000


class CounterPathError(HostError):
    """A path that names nothing; the texts are those of pdh.dll. ``names_item`` when set and machine are
    there, and only the counter or the instance is not."""

    names_item = False


_BAD_PATH = (
    0xC0000BC0,
    "Unable to parse the counter path. Check the format and syntax of the specified path.",
)
_NO_MACHINE = (0x800007D0, "Unable to connect to the specified computer or the computer is offline.")
_NO_INSTANCE = (0x800007D1, "The specified instance is not present.")
_NO_OBJECT = (0xC0000BB8, "The specified object was not found on the computer.")
_NO_COUNTER = (0xC0000BB9, "The specified counter could not be found.")


class CounterKind(IntEnum):
    """PerformanceCounterType, as far as it is needed."""

    VALUE = 65792
    RATE = 272696576
    SHARE_OF_TIME = 542180608
    FRACTION = 537003008


class CounterSet(NamedTuple):
    """A set; ``key`` is the last part of its class's name, ``counters`` are properties by counter."""

    key: str
    name: str
    is_single: bool
    counters: Mapping[str, str]


class Counter(NamedTuple):
    """One counter of one instance; the instance of a single one is empty."""

    machine: str
    counter_set: CounterSet
    instance: str
    name: str

    @property
    def path(self) -> str:
        """``\\\\machine\\set(instance)\\counter``."""
        place = f"({self.instance})" if self.instance else ""
        return f"\\\\{self.machine}\\{self.counter_set.name}{place}\\{self.name}"


class CounterSample(NamedTuple):
    """A value: as it is shown, as it was counted, and the time that belongs to it."""

    counter: Counter
    kind: CounterKind
    value: float
    raw: int
    second: int


#: Seconds since the boot, and for each set its instances with their totals.
Moment = tuple[float, dict[str, dict[str, tuple[Counters, dict[str, int]]]]]


class CounterCatalog:
    """The counters of a machine. ``properties_of`` gives what a class has besides what the machine counts;
    None for a set that the release does not have."""

    def __init__(self, host: "Host", properties_of: "Callable[[str], Iterable[str] | None]") -> None:
        self.host = host
        self._properties_of = properties_of
        self._sets: dict[str, CounterSet] | None = None

    @property
    def sets(self) -> list[CounterSet]:
        """The sets in the order of their names; those of Hyper-V only with the role."""
        return list(self._all().values())

    def _all(self) -> dict[str, CounterSet]:
        if self._sets is None:
            found: dict[str, CounterSet] = {}
            for key, name in sorted(SET_NAMES.items(), key=lambda pair: pair[1].lower()):
                if name.startswith(_HYPER_V) and not self.host.role.active:
                    continue
                properties = self._properties_of(key)
                if properties is not None:
                    counters = {counter_name(each): each for each in properties}
                    found[name.lower()] = CounterSet(key, name, key in SINGLE_INSTANCE, counters)
            self._sets = found
        return self._sets

    def instances(self, counter_set: CounterSet) -> list[str]:
        """The names of the instances that there are now."""
        with self.host.looking():
            return [each.name for each in _SETS[counter_set.key](self.host)]

    def expand(self, path: str) -> list[Counter]:
        """The counters of a path; its instance and counter may have wildcards. Raises CounterPathError."""
        parts = _PATH.fullmatch(path)
        if parts is None:
            raise _refusal(_BAD_PATH)
        machine = parts["machine"]
        if machine is not None and not self._is_here(machine):
            raise _refusal(_NO_MACHINE)
        counter_set = self._all().get(parts["set"].strip().lower())
        if counter_set is None:
            raise _refusal(_NO_OBJECT)
        names = _matching(counter_set.counters, parts["counter"])
        if not names:
            raise _refusal(_NO_COUNTER)
        instances = [""]
        if not counter_set.is_single:
            if parts["instance"] is None:
                raise _refusal(_NO_INSTANCE)
            instances = _matching(self.instances(counter_set), parts["instance"])
            if not instances:
                raise _refusal(_NO_INSTANCE)
        shown = machine or self.host.name
        return [Counter(shown, counter_set, instance, name) for instance in instances for name in names]

    def _is_here(self, machine: str) -> bool:
        system = self.host.operating_system
        return machine.lower() in {*_LOCAL, self.host.name.lower(), system.fully_qualified_name.lower()}

    # -- samples --------------------------------------------------------------------------------

    def moment(self, counters: Iterable[Counter]) -> Moment:
        """What has been counted until now in the sets of these counters."""
        host = self.host
        with host.looking():
            seconds = host.operating_system.uptime().total_seconds()
            keys = {each.counter_set.key for each in counters}
            return seconds, {
                key: {
                    each.name.lower(): (each, values(each, key, seconds, totals=True))
                    for each in _SETS[key](host)
                }
                for key in keys
            }

    def samples(self, counters: Iterable[Counter], before: Moment, now: Moment) -> list[CounterSample]:
        """The samples at the second moment; counters of instances that are gone are left out."""
        return [found for each in counters if (found := self._sample(each, before, now)) is not None]

    def _sample(self, counter: Counter, before: Moment, now: Moment) -> CounterSample | None:
        key, instance = counter.counter_set.key, counter.instance.lower()
        present = now[1][key].get(instance)
        if present is None:
            return None
        of_instance, totals = present
        name = counter.counter_set.counters[counter.name]
        kind = _kind(of_instance, name)
        raw = totals.get(name, 0)
        second = int(now[0] * _HUNDRED_NANOSECONDS)
        if kind in (CounterKind.VALUE, CounterKind.FRACTION):
            return CounterSample(counter, kind, float(raw), raw, 0)
        earlier = before[1].get(key, {}).get(instance)
        passed = now[0] - before[0]
        gone = raw - (earlier[1].get(name, 0) if earlier is not None else raw)
        value = gone / passed if passed > 0 else 0.0
        if kind is CounterKind.SHARE_OF_TIME:
            value = min(100.0, value / _HUNDRED_NANOSECONDS * 100)
        return CounterSample(counter, kind, max(0.0, value), raw, second)


def _refusal(face: tuple[int, str]) -> CounterPathError:
    number, text = face
    problem = CounterPathError(text, hresult=number)
    problem.names_item = face in (_NO_INSTANCE, _NO_COUNTER)
    return problem


def _matching(names: Iterable[str], pattern: str) -> list[str]:
    wanted = pattern.lower().replace("[", "[[]")
    return [name for name in names if fnmatchcase(name.lower(), wanted)]


def _kind(counters: Counters, name: str) -> CounterKind:
    figure = counters.figures.get(name)
    if figure is None:
        # What nothing counts is what its name says, and zero.
        if name.endswith(("Persec", "PerSec")):
            return CounterKind.RATE
        return CounterKind.SHARE_OF_TIME if name.startswith("Percent") else CounterKind.VALUE
    if isinstance(figure, Sum):
        return _kind(counters, figure.parts[0])
    if isinstance(figure, Gauge):
        return CounterKind.VALUE
    if isinstance(figure, Part):
        return CounterKind.FRACTION
    return CounterKind.RATE if isinstance(figure, Rate) else CounterKind.SHARE_OF_TIME
