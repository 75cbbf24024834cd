"""How much time of the processors each process has used, from the machine's clock alone.

No load is modelled: a process uses a steady share of one processor since it was started, Windows' own process
the most of it, and the idle process has what all the others leave of all processors.
"""

from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.windows.processes import Process

_HUNDRED_NANOSECONDS = 10_000_000
#: Windows counts the time of processes in ticks of its clock interrupt: 1/64 s.
_TICK = _HUNDRED_NANOSECONDS // 64
IDLE, SYSTEM = 0, 4
#: Millionths of one processor that a process uses as kernel and as user; what its start took, in 100 ns.
_KERNEL_SHARE, _USER_SHARE, _START = 60, 140, 3 * _TICK
#: Millionths of each processor that Windows' own process uses, all of them in the kernel.
_SYSTEM_SHARE = 5000


class ProcessorTime(Record):
    """Time of the processors, in 100 ns."""

    kernel: int
    user: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.kernel + self.user


def processor_time(host: "Host", process: "Process") -> ProcessorTime:
    """What a process has used until now."""
    if process.id != IDLE:
        return _used(host, process)
    whole = _age(host, process) * host.hardware.logical_processors
    others = sum(_used(host, one).total for one in host.processes if one.id != IDLE)
    return ProcessorTime(_in_ticks(max(0, whole - others)), 0)


def processor_share(host: "Host", process: "Process") -> tuple[float, float]:
    """Percent of one processor that a process uses on average, as kernel and as user."""
    processors = host.hardware.logical_processors
    if process.id == SYSTEM:
        return _SYSTEM_SHARE * processors / 1e4, 0.0
    if process.id != IDLE:
        return _KERNEL_SHARE / 1e4, _USER_SHARE / 1e4
    others = (_KERNEL_SHARE + _USER_SHARE) * max(0, len(host.processes) - 2) / 1e4
    return max(0.0, 100.0 * processors - _SYSTEM_SHARE * processors / 1e4 - others), 0.0


def _used(host: "Host", process: "Process") -> ProcessorTime:
    age = _age(host, process)
    if process.id == SYSTEM:
        return ProcessorTime(
            _in_ticks(age * host.hardware.logical_processors * _SYSTEM_SHARE // 1_000_000), 0
        )
    kernel = _in_ticks(age * _KERNEL_SHARE // 1_000_000)
    return ProcessorTime(kernel, _in_ticks(min(age, _START) + age * _USER_SHARE // 1_000_000))


def _age(host: "Host", process: "Process") -> int:
    return max(0, int((host.clock.now() - process.started).total_seconds() * _HUNDRED_NANOSECONDS))


def _in_ticks(amount: int) -> int:
    return amount - amount % _TICK
