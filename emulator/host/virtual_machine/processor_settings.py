"""Processors of a virtual machine."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number
from emulator.host.errors import InvalidParameter, LimitExceeded, NotSupported
from emulator.host.host_object import operation
from emulator.host.resources.resource_kinds import PROCESSOR
from emulator.host.virtual_machine.device import PROCESSOR_GUID, Device
from emulator.host.virtual_machine.device_operations import operating
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

# 100 percent in the unit of Msvm_ProcessorSettingData.Limit and Reservation.
WHOLE = 100_000
_FIRST_BUILD_WITH_NESTING = 14393
#: Performance monitoring hardware: counters, last branches, event-based sampling, processor trace.
PERFMON = ("pmu", "lbr", "pebs", "ipt")


class ProcessorSettings(Device):
    """``limit`` and ``reservation`` in thousandths of a percent, as WMI has them (recorded defaults 100000
    and 0); ``maximum`` and ``reserve`` are the same in percent, as PowerShell has them."""

    __slots__ = (
        "allow_acount_mcount",
        "count",
        "enable_host_resource_protection",
        "expose_virtualization_extensions",
        "hw_thread_count_per_core",
        "legacy_apic_mode",
        "limit",
        "limit_features_for_migration",
        "limit_features_for_old_systems",
        "maximum_count_per_numa_node",
        "maximum_count_per_numa_socket",
        "perfmon",
        "pool_name",
        "relative_weight",
        "reservation",
    )

    def __init__(self, vm: "VirtualMachine", count: int) -> None:
        super().__init__(vm)
        self.count = count
        self.limit = WHOLE
        self.reservation = 0
        self.relative_weight = 100
        self.limit_features_for_migration = False
        self.limit_features_for_old_systems = False
        self.expose_virtualization_extensions = False
        self.enable_host_resource_protection = False
        self.hw_thread_count_per_core = 0
        self.legacy_apic_mode = False
        self.allow_acount_mcount = True
        #: What of the performance monitoring hardware the guest sees, of ``PERFMON``.
        self.perfmon: frozenset[str] = frozenset()
        hardware = vm.host.hardware
        self.maximum_count_per_numa_node = max(1, hardware.logical_processors // hardware.numa_nodes)
        self.maximum_count_per_numa_socket = 1
        self.pool_name = ""

    @property
    def name(self) -> str:
        return "Processor"

    @property
    def setting_id(self) -> str:
        return f"{PROCESSOR_GUID}\\0"

    @property
    def pool(self) -> str:
        """The pool of administrators that it comes from; empty for the primordial one, also when the pool
        that came with the machine is not there."""
        return self.host.resource_pools.effective(PROCESSOR, self.pool_name)

    @property
    def resource_kind(self) -> str:
        return PROCESSOR

    @property
    def maximum(self) -> int:
        """Percent of its processors that the machine may use."""
        return self.limit // 1000

    @property
    def reserve(self) -> int:
        """Percent of its processors that are kept for the machine."""
        return self.reservation // 1000

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names, all or none.

        Raises InvalidParameter, InvalidState (``count`` and features need the machine to be off),
        NotSupported, LimitExceeded.
        """
        self.apply(self.check(changes))

    def check(self, changes: dict[str, Any]) -> dict[str, Any]:
        """The changes as values to apply; raises what ``configure`` raises."""
        with operating(self.vm, "modify", "Processor"):
            return self._checked(changes)

    def _checked(self, changes: dict[str, Any]) -> dict[str, Any]:
        wanted = dict(changes)
        for percent, exact in (("maximum", "limit"), ("reserve", "reservation")):
            if percent in wanted:
                wanted[exact] = check_number(percent, wanted.pop(percent), 0, 100) * 1000
        checked: dict[str, Any] = {}
        if "pool" in wanted:
            checked["pool_name"] = self.host.resource_pools.check_choice(PROCESSOR, wanted.pop("pool"))
        perfmon = self.perfmon
        for part in PERFMON:
            if f"perfmon_{part}" in wanted:
                shown = check_flag(part, wanted.pop(f"perfmon_{part}"))
                perfmon = perfmon | {part} if shown else perfmon - {part}
        checked["perfmon"] = perfmon
        for name, value in wanted.items():
            checked[name] = self._check_one(name, value)
        if checked.get("reservation", self.reservation) > checked.get("limit", self.limit):
            raise InvalidParameter("The processor reserve is greater than the processor limit.")
        changed = {name: value for name, value in checked.items() if value != getattr(self, name)}
        if changed.keys() - {"limit", "reservation", "relative_weight"}:
            self.vm.require(VirtualMachineState.OFF)
        return changed

    def apply(self, checked: dict[str, Any]) -> None:
        for name, value in checked.items():
            setattr(self, name, value)
        if checked:
            self.touch()

    def _check_one(self, name: str, value: Any) -> Any:
        if name == "count":
            return _check_count(self.vm, value)
        if name in ("limit", "reservation"):
            return check_number(name, value, 0, WHOLE)
        if name == "relative_weight":
            return check_number(name, value, 1, 10_000)
        if name == "hw_thread_count_per_core":
            return _check_threads(self.vm, value)
        if name in ("maximum_count_per_numa_node", "maximum_count_per_numa_socket"):
            return check_number(name, value, 1, 64)
        if name == "perfmon":
            parts = frozenset(str(each).lower() for each in value)
            if not parts <= frozenset(PERFMON):
                raise InvalidParameter(f"The performance monitoring hardware is one of {', '.join(PERFMON)}.")
            return parts
        if name not in self.__slots__:
            raise InvalidParameter(f"There is no processor setting '{name}'.")
        flag = check_flag(name, value)
        nesting = name in ("expose_virtualization_extensions", "enable_host_resource_protection")
        if flag and nesting and self.host.release.build < _FIRST_BUILD_WITH_NESTING:
            raise NotSupported()
        return flag


def _check_threads(vm: "VirtualMachine", value: Any) -> int:
    """A number of threads for each core; 0 is the host's. Raises InvalidParameter (text recorded)."""
    most = 2
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise InvalidParameter(
            "Cannot assign the specified number of threads per core for virtual machine"
            f" '{vm.name}' is out of range. The range is 1 through {most}.",
            summary="Cannot assign the specified number of threads per core.",
        )
    return value


def _check_count(vm: "VirtualMachine", value: Any) -> int:
    """A number of virtual processors that this machine may have. Raises InvalidParameter, LimitExceeded."""
    count = check_number("count", value, 1, 1 << 31)
    limit = vm.host.release.limits.virtual_processors(vm.generation)
    if count > limit:
        raise LimitExceeded(f"The virtual machine can have at most {limit} virtual processors.")
    return count
