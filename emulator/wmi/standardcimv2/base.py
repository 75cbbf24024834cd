"""What the classes of this namespace share: their providers answer a refused call with an error, not with a
return value, and most keys of theirs are empty."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.cim.errors import InvalidParameter
from emulator.host.network.network_interfaces import Interface, find_interface
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host

Item = TypeVar("Item")
IPV4, IPV6 = 2, 23
ACTIVE_STORE, PERSISTENT_STORE = 1, 0
#: Keys that these providers leave empty.
EMPTY_KEYS: dict[str, Any] = {"CreationClassName": "", "SystemCreationClassName": "", "SystemName": ""}


class ShownView(View[Item]):
    """What is made anew at every look: no revision covers it, and its keys tell it apart."""

    def object_id(self, item: Item) -> Hashable:
        return tuple(self.read(item, name) for name in self.declaration.keys)

    def revision(self, item: Item) -> Hashable | None:  # noqa: ARG002  values, not objects
        return None


def given_interface(host: Host, index: CimValue, alias: CimValue) -> Interface:
    """The interface that an index, a name or both name. Raises InvalidParameter (none, or not found)."""
    if index is None and not alias:
        raise InvalidParameter("Neither InterfaceIndex nor InterfaceAlias is given.")
    found = find_interface(
        host,
        index=index if isinstance(index, int) else None,
        alias=None if not alias else str(alias),
    )
    if found is None:
        raise InvalidParameter("No network interface of this index or name was found.")
    return found


def text_value(values: ValueInstance, name: str) -> str | None:
    """A text that was given, None for NULL."""
    value = values.value(name)
    return None if value is None else str(value)


def number_value(values: ValueInstance, name: str) -> int | None:
    """A number that was given, None for NULL."""
    value = values.value(name)
    return int(value) if isinstance(value, int) else None
