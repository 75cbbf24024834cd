"""Memory of a virtual machine. Sizes in bytes."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number
from emulator.host.errors import InvalidParameter, InvalidState, LimitExceeded
from emulator.host.host_object import operation
from emulator.host.resources.resource_kinds import MEMORY
from emulator.host.virtual_machine.device import MEMORY_DEVICE_GUID, MEMORY_SETTING_GUID, Device
from emulator.host.virtual_machine.device_operations import operating
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MEGABYTE = 1 << 20
LEAST = 32 * MEGABYTE
STEP = 2 * MEGABYTE
DEFAULT_STARTUP = 1024 * MEGABYTE
DEFAULT_MINIMUM = 512 * MEGABYTE
DEFAULT_MAXIMUM = 1 << 40
_FIRST_BUILD_WITH_RUNTIME_RESIZE = 14393
_SIZES = ("startup", "minimum", "maximum")
_CHANGEABLE_WHILE_RUNNING = frozenset({"buffer", "weight", "minimum", "maximum"})


class MemorySettings(Device):
    """``buffer`` in percent of demand, ``weight`` 0 to 10000 (PowerShell's ``priority`` is weight / 100).

    Minimum and maximum count with dynamic memory only.
    """

    __slots__ = (
        "buffer",
        "dynamic",
        "huge_pages",
        "maximum",
        "maximum_per_numa_node",
        "minimum",
        "pool_name",
        "startup",
        "weight",
    )

    def __init__(self, vm: "VirtualMachine", startup: int = DEFAULT_STARTUP) -> None:
        super().__init__(vm)
        self.startup = startup
        self.minimum = min(DEFAULT_MINIMUM, startup)
        self.maximum = max(DEFAULT_MAXIMUM, startup)
        self.dynamic = False
        #: Whether all of its memory is in pages of 1 GB (2 MB); not with dynamic memory.
        self.huge_pages = False
        self.buffer = 20
        self.weight = 5000
        self.pool_name = ""
        host = vm.host
        self.maximum_per_numa_node = max(STEP, host.memory.total // host.hardware.numa_nodes // STEP * STEP)

    @property
    def name(self) -> str:
        return "Memory"

    @property
    def setting_id(self) -> str:
        return MEMORY_SETTING_GUID

    @property
    def device_id(self) -> str:
        return f"{MEMORY_DEVICE_GUID}\\0"

    @property
    def pool(self) -> str:
        """The pool of administrators that it comes from; empty for the primordial one, also when the pool
        that came with the machine is not there."""
        return self.host.resource_pools.effective(MEMORY, self.pool_name)

    @property
    def resource_kind(self) -> str:
        return MEMORY

    @property
    def priority(self) -> int:
        """0 to 100, as PowerShell has it."""
        return self.weight // 100

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names, all or none.

        Raises InvalidParameter, LimitExceeded, InvalidState. While the machine runs only buffer, weight and,
        with dynamic memory, a smaller minimum and a larger maximum may change; from build 14393 on also the
        startup size of a machine with static memory (the host must have the memory: OutOfMemory).
        """
        self.apply(self.check(changes))

    def check(self, changes: dict[str, Any]) -> dict[str, Any]:
        """The changes as values to apply; raises what ``configure`` raises."""
        with operating(self.vm, "modify", "Memory"):
            return self._checked(changes)

    def _checked(self, changes: dict[str, Any]) -> dict[str, Any]:
        wanted = dict(changes)
        if "priority" in wanted:
            wanted["weight"] = check_number("priority", wanted.pop("priority"), 0, 100) * 100
        pool = wanted.pop("pool", None)
        checked = {name: self._check_one(name, value) for name, value in wanted.items()}
        if pool is not None:
            checked["pool_name"] = self.host.resource_pools.check_choice(MEMORY, pool)
        startup, minimum, maximum = (checked.get(name, getattr(self, name)) for name in _SIZES)
        dynamic = checked.get("dynamic", self.dynamic)
        if not dynamic:
            # Without dynamic memory the bounds only follow, so that switching it on starts from a legal
            # state.
            if "minimum" not in checked and startup < minimum:
                checked["minimum"] = minimum = startup
            if "maximum" not in checked and startup > maximum:
                checked["maximum"] = maximum = startup
        if dynamic and checked.get("huge_pages", self.huge_pages):
            raise InvalidParameter("A virtual machine with dynamic memory cannot have huge pages.")
        if not minimum <= startup <= maximum:
            raise InvalidParameter(
                "The startup memory must not be less than the minimum memory"
                " or greater than the maximum memory."
            )
        if self.vm._expansion is not None:
            self.vm._expansion.check_memory(dynamic, startup, minimum)
        changed = {name: value for name, value in checked.items() if value != getattr(self, name)}
        self._check_state(changed)
        return changed

    def apply(self, checked: dict[str, Any]) -> None:
        if "startup" in checked and self.vm.state.holds_memory:
            self.host.memory.take(self.vm.id, checked["startup"])
        for name, value in checked.items():
            setattr(self, name, value)
        if checked:
            self.touch()

    def _check_state(self, changed: dict[str, Any]) -> None:
        vm = self.vm
        if not changed or vm.state is VirtualMachineState.OFF:
            vm.require_idle()
            return
        legal_resize = (
            vm.state is VirtualMachineState.RUNNING
            and not self.dynamic
            and self.host.release.build >= _FIRST_BUILD_WITH_RUNTIME_RESIZE
        )
        if "startup" in changed and legal_resize:
            self.host.memory.require(vm.id, changed["startup"])
            changed = {name: value for name, value in changed.items() if name != "startup"}
        shrinks = changed.get("maximum", self.maximum) < self.maximum
        grows = changed.get("minimum", self.minimum) > self.minimum
        if changed.keys() - _CHANGEABLE_WHILE_RUNNING or (self.dynamic and (shrinks or grows)):
            raise InvalidState(legal=[VirtualMachineState.OFF.name])
        vm.require_idle()

    def _check_one(self, name: str, value: Any) -> Any:
        if name in _SIZES:
            return _check_size(self.vm, name, value)
        if name in ("dynamic", "huge_pages"):
            return check_flag(name, value)
        if name == "buffer":
            return check_number(name, value, 5, 2000)
        if name == "weight":
            return check_number(name, value, 0, 10_000)
        if name == "maximum_per_numa_node":
            return check_number(name, value, STEP, 1 << 50)
        raise InvalidParameter(f"There is no memory setting '{name}'.")


def _check_size(vm: "VirtualMachine", name: str, value: Any) -> int:
    """A memory size that this machine may have. Raises InvalidParameter, LimitExceeded."""
    size = check_number(name, value, LEAST, 1 << 60)
    if size % STEP:
        # Recorded when a virtual machine is made with an odd number of MB.
        what = f"Invalid memory value assigned for '{vm.name}'."
        raise InvalidParameter(
            f"{what} The memory value assigned ('{size >> 20}' MB) is not properly aligned. Try again with a"
            " memory value that is properly aligned.",
            summary=f"{what} Memory values must be properly aligned.",
        )
    limit = vm.host.release.limits.virtual_machine_memory(vm.generation)
    if size > limit and name != "maximum":
        raise LimitExceeded(f"The virtual machine can have at most {limit >> 20} MB of memory.")
    return size
