"""Views whose instances are rows of values, for classes that only show facts.

A row says its values by property name; what it leaves out is NULL or one of the view's constants. A test
holds every name against the schema, since nothing here would notice a name that the class does not have.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.cim.types import CimValue


class Row(NamedTuple):
    """One instance: what tells it apart, its values, and the host object that it shows, if any."""

    identity: Hashable
    values: Mapping[str, Any]
    shown: Any = None


class RowView(View[Row]):
    """A view of rows that are made when somebody looks."""

    @abstractmethod
    def rows(self) -> Iterable[Row]:
        """Every row, in a stable order."""

    def objects(self) -> Iterable[Row]:
        return self.rows()

    def object_id(self, item: Row) -> Hashable:
        return item.identity

    def revision(self, item: Row) -> Hashable | None:  # noqa: ARG002  rows are made anew each time
        return None

    def read(self, item: Row, name: str) -> CimValue:
        value: CimValue = item.values.get(name)
        return self._fixed.get(name) if value is None else value

    def row(self, identity: Hashable) -> Iterable[Row]:
        """The row of an identity, or none."""
        return [row for row in self.rows() if row.identity == identity]
