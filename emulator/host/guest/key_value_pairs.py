"""Key-value pairs that host and guest exchange (Hyper-V "Data Exchange", registry keys External, Guest and
Guest\\Parameters of the guest).
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, cast

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, NotFound, QuotaExceeded
from emulator.host.host_object import Part, operation

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Characters of a name and of a value: 512 and 2048 bytes of UTF-16 with the final NUL (the exchange's
#: message format).
MAXIMUM_NAME = 255
MAXIMUM_VALUE = 1023
#: Pairs of one source; bounds what clients can make a machine hold.
MAXIMUM_PAIRS = 1024


class PairSource(IntEnum):
    """Msvm_KvpExchangeDataItem.Source: who wrote the pair, and who may see it."""

    HOST = 0
    GUEST = 1
    GUEST_INTRINSIC = 2
    HOST_ONLY = 4


class KeyValuePairs(Part):
    """The pairs of one machine. ``host`` pairs reach the guest, ``host_only`` pairs stay on the host, and
    ``guest`` pairs come from the guest's programs. Names are unique within a source without regard to case.
    """

    __slots__ = ("_pairs",)

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self._pairs: dict[PairSource, dict[str, str]] = {}

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    def items(self, source: PairSource) -> dict[str, str]:
        """The pairs of a source in the order of their making."""
        return dict(self._pairs.get(source, {}))

    def kept(self) -> dict[PairSource, dict[str, str]]:
        """The pairs of every source."""
        return {source: dict(pairs) for source, pairs in self._pairs.items()}

    def take_over(self, pairs: Mapping[PairSource, Mapping[str, str]]) -> None:
        """Have exactly these; nobody is told."""
        self._pairs = {source: dict(each) for source, each in pairs.items()}

    def add(self, source: PairSource, pairs: Mapping[str, str]) -> None:
        """Add pairs, all or none. Raises AlreadyExists, InvalidParameter, QuotaExceeded."""
        self.change([(source, name, value, "add") for name, value in pairs.items()])

    @operation
    def change(self, changes: list[tuple[PairSource, str, str, str]]) -> None:
        """Apply (source, name, value, ``add``, ``modify``, ``set`` or ``remove``) in one step, all or none.

        Raises AlreadyExists (add), NotFound (modify, remove), InvalidParameter, QuotaExceeded.
        """
        self.vm.require_alive()
        after = {source: dict(pairs) for source, pairs in self._pairs.items()}
        for source, name, value, action in changes:
            check_text("Name", name, MAXIMUM_NAME, shortest=1)
            check_text("Data", value, MAXIMUM_VALUE)
            pairs = after.setdefault(source, {})
            present = next((each for each in pairs if each.casefold() == name.casefold()), None)
            if action == "add" and present is not None:
                raise AlreadyExists(f"A key-value pair of the name '{name}' exists.")
            if action in ("modify", "remove") and present is None:
                raise NotFound(f"There is no key-value pair of the name '{name}'.")
            if action == "remove":
                pairs.pop(cast("str", present))
                continue
            pairs[present or name] = value
            if len(pairs) > MAXIMUM_PAIRS:
                raise QuotaExceeded(f"A virtual machine has at most {MAXIMUM_PAIRS} key-value pairs.")
        self._pairs = after
        self.touch()

    @operation
    def replace(self, source: PairSource, pairs: Mapping[str, str]) -> None:
        """Let a source have exactly these pairs. Raises InvalidParameter, QuotaExceeded."""
        before = self.items(source)
        gone = [(source, name, "", "remove") for name in before]
        self.change([*gone, *((source, name, value, "add") for name, value in pairs.items())])
