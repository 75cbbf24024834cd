"""Value records of the modules that every start loads.

A class of msgspec's costs a fortieth of what a dataclass costs to create, and its instances are as small as
those with slots. Elsewhere dataclasses do: their time is spent when something needs them.
"""

from typing import Any, Self

from msgspec import Struct, field, structs

__all__ = ["MutableRecord", "Record", "field", "names"]

MutableRecord = Struct
"""A record whose fields may be assigned."""


class Record(Struct, frozen=True):
    """A record that does not change. Equal, and of equal hash, when all fields are."""

    def replaced(self, **changes: Any) -> Self:
        """The same record with other values of some fields. Raises TypeError for an unknown field."""
        return structs.replace(self, **changes)


def names(record: type[Struct]) -> tuple[str, ...]:
    """Names of the fields in their order."""
    return record.__struct_fields__
