"""Who may connect to a machine's console (Grant-VMConnectAccess, Msvm_TerminalService)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from emulator.host.errors import InvalidParameter, QuotaExceeded
from emulator.host.host_object import Part, operation
from emulator.host.security.trustees import trustee_name

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_TRUSTEES = 256


class ConnectAccess(Part):
    """The accounts with access beside administrators, as ``AUTHORITY\\name``, in order of being granted."""

    __slots__ = ("_trustees",)

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self._trustees: list[str] = []

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._trustees))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(each.casefold() == name.casefold() for each in self._trustees)

    @operation
    def grant(self, names: Iterable[str]) -> None:
        """Give accounts access, all or none; those that have it keep it.

        Raises InvalidParameter for a name that is no account or group of the host, QuotaExceeded.
        """
        self.vm.require_alive()
        found = list(self._trustees)
        for name in self._resolved(names):
            if not any(each.casefold() == name.casefold() for each in found):
                found.append(name)
        if len(found) > MAXIMUM_TRUSTEES:
            raise QuotaExceeded(f"At most {MAXIMUM_TRUSTEES} accounts can have access to a virtual machine.")
        self._trustees = found
        self.touch()

    @operation
    def revoke(self, names: Iterable[str]) -> None:
        """Take access away, all or none. Raises InvalidParameter (no such account, or it has no access)."""
        self.vm.require_alive()
        resolved = self._resolved(names)
        known = {each.casefold() for each in self._trustees}
        for name in resolved:
            if name.casefold() not in known:
                raise InvalidParameter(f"'{name}' has no access to the virtual machine.")
        gone = {name.casefold() for name in resolved}
        self._trustees = [each for each in self._trustees if each.casefold() not in gone]
        self.touch()

    def _resolved(self, names: Iterable[str]) -> list[str]:
        found = []
        for name in names:
            full = trustee_name(self.host, name)
            if full is None:
                raise InvalidParameter(f"There is no account or group '{name!s:.128}'.")
            found.append(full)
        if not found:
            raise InvalidParameter("No account is named.")
        return found
