"""Get-Counter: samples of the machine's performance counters, and what counters there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Host
from emulator.host.windows.counter_paths import Counter, CounterPathError
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.counter_catalog import catalog_of
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.diagnostics.counter_types import SampleSet, SetOfCounters
from emulator.powershell.runtime.errors import PipelineStopped
from emulator.powershell.runtime.module import Cmdlet, cmdlet

#: What the cmdlet samples when nothing is named (open source).
_DEFAULTS = (
    "\\network interface(*)\\bytes total/sec",
    "\\processor(_total)\\% processor time",
    "\\memory\\% committed bytes in use",
    "\\memory\\cache faults/sec",
    "\\physicaldisk(_total)\\% disk time",
    "\\physicaldisk(_total)\\current disk queue length",
)
_EXCEPTION = "System.Exception"


#: Sampling without end is a loop like any other; so much of a script's budget takes one counter.
_STEPS_A_COUNTER = 200


@cmdlet("Get-Counter")
class GetCounter(Cmdlet):
    """Paths of the pipeline are gathered first: all are sampled at the same moments."""

    accepts = ("Counter", "SampleInterval", "MaxSamples", "Continuous", "ComputerName", "ListSet")

    def begin(self) -> None:
        """Look at the machine's counters."""
        call = self.call
        if call.get("Continuous") and call.has("MaxSamples"):
            raise call.failure(
                _EXCEPTION,
                "The Continuous parameter and the MaxSamples parameter cannot be used in the same command.",
                "CounterContinuousOrMaxSamples",
                "InvalidArgument",
            )
        self.host = call.service(Host)
        self.catalog = catalog_of(self.host, call.service(Management))
        self.paths: list[str] = []

    def process(self) -> None:
        """Take paths, or list sets."""
        if self.call.has("ListSet"):
            for pattern in self.call.get("ListSet"):
                self._list(str(pattern))
        else:
            self.paths += map(str, self.call.get("Counter") or _DEFAULTS)

    def end(self) -> None:
        """Sample what was gathered."""
        if self.paths:
            for sample_set in self._sampled(list(self._expanded())):
                self.call.write(sample_set)

    def _list(self, pattern: str) -> None:
        found = [each for each in self.catalog.sets if like(each.name, pattern)]
        for each in found:
            names = ["" if each.is_single else "*"]
            instances = [""] if each.is_single else self.catalog.instances(each) or ["*"]
            machine = next(iter(self.call.get("ComputerName") or ()), None)
            self.call.write(SetOfCounters(self.host, each, machine, names, instances))
        if not found:
            where = next(iter(self.call.get("ComputerName") or ()), "localhost")
            self.call.error(
                self.call.record(
                    _EXCEPTION,
                    f"Cannot find any performance counter sets on the {where} computer that match the"
                    f" following: {pattern}.",
                    "NoMatchingCounterSetsFound",
                    "ObjectNotFound",
                )
            )

    def _expanded(self) -> Iterator[Counter]:
        machines = [str(each).lstrip("\\") for each in self.call.get("ComputerName") or ()]
        for path in self.paths:
            whole = [path] if path.startswith("\\\\") or not machines else []
            whole = whole or [f"\\\\{machine}\\{path.lstrip(chr(92))}" for machine in machines]
            for each in whole:
                try:
                    yield from self.catalog.expand(each)
                except CounterPathError as problem:
                    self._refuse(each, problem)

    def _refuse(self, path: str, problem: CounterPathError) -> None:
        """A path without wildcards is looked at as it is; anything else is PDH's own error."""
        if problem.names_item and "*" not in path:
            shown = path if path.startswith("\\\\") else f"\\\\{self.host.name}{path}"
            text, error_id = (
                f"The {shown.lower()} performance counter path is not valid.",
                "CounterPathIsInvalid",
            )
        else:
            text, error_id = problem.text, "CounterApiError"
        self.call.error(self.call.record(_EXCEPTION, text, error_id, "InvalidResult"))

    def _sampled(self, counters: list[Counter]) -> Iterator[SampleSet]:
        """A first look, and then a set of samples after each interval."""
        if not counters:
            return
        call = self.call
        interval = int(call.get("SampleInterval") or 1)
        wanted: Any = None if call.get("Continuous") else int(call.get("MaxSamples") or 1)
        before = self.catalog.moment(counters)
        while wanted is None or wanted > 0:
            if not call.engine.clock.sleep(interval, call.stopping):
                raise PipelineStopped
            call.engine.fuel -= _STEPS_A_COUNTER * len(counters)
            if call.engine.fuel < 0:
                call.engine.refuel()
            now = self.catalog.moment(counters)
            yield SampleSet(self.host, self.host.clock.now(), self.catalog.samples(counters, before, now))
            before = now
            wanted = None if wanted is None else wanted - 1
