"""Attributes of .NET as values: what `[Parameter()]` and the like make, and parameters made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class AttributeObject:
    """An attribute: ``values`` are its properties by lower-case name, ``arguments`` its constructor's."""

    __slots__ = ("arguments", "named", "ps_type", "values")

    def __init__(self, ps_type: PSType, *arguments: Any) -> None:
        self.ps_type = ps_type
        self.arguments = arguments
        self.values: dict[str, Any] = {}
        self.named: tuple[str, ...] = ()
        """The properties that the source gives by name."""


class RuntimeParameter:
    """System.Management.Automation.RuntimeDefinedParameter."""

    __slots__ = ("attributes", "is_set", "kind", "name", "value")

    def __init__(self, name: str, kind: PSType, attributes: Any) -> None:
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.value: Any = None
        self.is_set = False

    def take(self, value: Any, _engine: Engine) -> None:
        """Keep what the command line gives."""
        self.value, self.is_set = value, True


class ObjectParameter(RuntimeParameter):
    """A dynamic parameter that is a property of an object."""

    __slots__ = ("owner",)

    def __init__(self, owner: Any, name: str, kind: PSType, attributes: Any) -> None:
        super().__init__(name, kind, attributes)
        self.owner = owner

    def take(self, value: Any, engine: Engine) -> None:
        """Set the property. Raises what its setter says."""
        from emulator.powershell.runtime.members import set_member

        super().take(value, engine)
        set_member(self.owner, self.name, value, engine)
