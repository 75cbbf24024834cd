"""The objects between the format cmdlets and the out cmdlets, and how one is recognized."""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, builtin

NAMESPACE = "Microsoft.PowerShell.Commands.Internal.Format."
DESERIALIZED = f"Deserialized.{NAMESPACE}"


class _Plan(NamedTuple):
    """What every object of a class begins with: the defaults, and the types of the fields that are lists."""

    defaults: dict[str, Any]
    lists: tuple[tuple[str, PSType], ...]


_PLANS: dict[str, _Plan] = {}


def _plan_of(kind: str) -> _Plan:
    from emulator.powershell.dotnet.library.formatting import all_fields, list_type

    fields = all_fields(kind)
    made = _Plan(
        {name: default for name, (_, default) in fields.items()},
        tuple(
            (name, found)
            for name, (declared, _) in fields.items()
            if (found := list_type(declared)) is not None
        ),
    )
    _PLANS[kind] = made
    return made


class FormatInfo:
    """An object of one of the classes of `emulator.powershell.dotnet.library.formatting`. ``fields`` are its
    values by name, those of its bases among them; what is not given has its default.

    Raises KeyError for a field that the class does not have.
    """

    __slots__ = ("fields", "kind")

    def __init__(self, kind: str, **given: Any) -> None:
        plan = _PLANS.get(kind) or _plan_of(kind)
        self.kind = kind
        self.fields: dict[str, Any] = {**plan.defaults, **given}
        if len(self.fields) != len(plan.defaults):
            raise KeyError(next(name for name in given if name not in plan.defaults))
        for name, list_type in plan.lists:
            self.fields[name] = GenericList(self.fields[name] or (), list_type)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def ps_type(self) -> PSType:
        """Its class."""
        return builtin(NAMESPACE + self.kind)

    @property
    def is_packet(self) -> bool:
        """Whether it is one of a sequence, and not a part of one."""
        return self.kind.endswith("Data")


def packet_of(value: Any) -> FormatInfo | None:
    """The object of a sequence that a value is, also one that came from another computer; None for any other
    value."""
    base = value.base if type(value) is PSObject and value.base is not None else value
    if type(base) is FormatInfo:
        return base if base.is_packet else None
    if type(base) is PSObject and base.type_names and base.type_names[0].startswith(DESERIALIZED):
        from emulator.powershell.format.sequence_reader import rehydrated

        made = rehydrated(base)
        return made if made is not None and made.is_packet else None
    return None
