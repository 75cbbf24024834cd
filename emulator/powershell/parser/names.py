"""Names inside scripts: variable paths and type names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from emulator.powershell.parser.extents import Extent

_SCOPES = frozenset({"global", "local", "private", "script"})


class VariablePath:
    """What stands after the ``$``: ``x``, ``script:x``, ``env:Path``, ``C:\\file`` (about_Scopes).

    ``user_path`` is the text as written. ``qualifier`` is the lower-case word before the first colon (None
    without one) and ``unqualified_path`` what follows it. A scope qualifier makes a scoped variable,
    ``variable:`` an unscoped one; any other qualifier names a drive.
    """

    __slots__ = ("drive_name", "qualifier", "unqualified_path", "user_path")

    def __init__(self, user_path: str) -> None:
        self.user_path = user_path
        before, colon, after = user_path.partition(":")
        if before.lower() == "variable" and after.partition(":")[0].lower() in _SCOPES and ":" in after:
            before, colon, after = after.partition(":")
        self.qualifier: str | None = None
        self.drive_name: str | None = None
        self.unqualified_path = user_path
        if colon and before:
            self.qualifier = before.lower()
            self.unqualified_path = after
            if self.qualifier not in _SCOPES and self.qualifier != "variable":
                self.drive_name = before

    @property
    def scope(self) -> str | None:
        """``global``, ``local``, ``private`` or ``script`` when the name carries a scope."""
        return self.qualifier if self.qualifier in _SCOPES else None

    @property
    def is_global(self) -> bool:
        """True for ``$global:x``."""
        return self.qualifier == "global"

    @property
    def is_local(self) -> bool:
        """True for ``$local:x``."""
        return self.qualifier == "local"

    @property
    def is_private(self) -> bool:
        """True for ``$private:x``."""
        return self.qualifier == "private"

    @property
    def is_script(self) -> bool:
        """True for ``$script:x``."""
        return self.qualifier == "script"

    @property
    def is_unqualified(self) -> bool:
        """True when there is no qualifier at all."""
        return self.qualifier is None

    @property
    def is_unscoped_variable(self) -> bool:
        """True for a variable without a scope: ``$x`` and ``$variable:x``."""
        return self.qualifier is None or self.qualifier == "variable"

    @property
    def is_variable(self) -> bool:
        """True for a variable, scoped or not; false for an item of a drive."""
        return self.drive_name is None

    @property
    def is_drive_qualified(self) -> bool:
        """True for ``$env:x``, ``$function:x`` and the like."""
        return self.drive_name is not None

    def __str__(self) -> str:
        return self.user_path

    def __repr__(self) -> str:
        return f"VariablePath({self.user_path!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VariablePath) and other.user_path == self.user_path

    def __hash__(self) -> int:
        return hash(self.user_path)


def variable_path(user_path: str) -> VariablePath:
    """A path object for the text, shared when it is short (scripts repeat few names very often)."""
    return _shared_path(user_path) if len(user_path) < _LONG else VariablePath(user_path)


_LONG = 128
_shared_path = lru_cache(maxsize=2048)(VariablePath)


@dataclass(slots=True, eq=False)
class TypeName:
    """A plain type name, for example ``int`` or ``System.IO.Path``; nested types are joined by ``+``."""

    extent: Extent
    name: str
    assembly_name: str | None = None

    is_array: ClassVar[bool] = False
    is_generic: ClassVar[bool] = False

    @property
    def full_name(self) -> str:
        """The name, with the assembly name when one was written."""
        return f"{self.name},{self.assembly_name}" if self.assembly_name else self.name

    def extents(self) -> Iterator[Extent]:
        """The extents of this name and of the names in it."""
        yield self.extent

    def __str__(self) -> str:
        return self.full_name


@dataclass(slots=True, eq=False)
class GenericTypeName:
    """A constructed generic type: ``Dictionary[string,int]``."""

    extent: Extent
    type_name: TypeName
    generic_arguments: tuple[AnyTypeName, ...]

    is_array: ClassVar[bool] = False
    is_generic: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """The name with its arguments, without an assembly name."""
        arguments = ",".join(
            f"[{item.full_name}]" if item.assembly_name else item.full_name for item in self.generic_arguments
        )
        return f"{self.type_name.name}[{arguments}]"

    @property
    def assembly_name(self) -> str | None:
        """The assembly name of the generic type definition."""
        return self.type_name.assembly_name

    @property
    def full_name(self) -> str:
        """The name, with the assembly name when one was written."""
        return f"{self.name},{self.assembly_name}" if self.assembly_name else self.name

    def extents(self) -> Iterator[Extent]:
        """The extents of this name and of the names in it."""
        yield self.extent
        yield from self.type_name.extents()
        for argument in self.generic_arguments:
            yield from argument.extents()

    def __str__(self) -> str:
        return self.full_name


@dataclass(slots=True, eq=False)
class ArrayTypeName:
    """An array type: ``int[]`` has rank 1, ``int[,]`` rank 2; ``int[][]`` is an array of arrays."""

    extent: Extent
    element_type: AnyTypeName
    rank: int

    is_array: ClassVar[bool] = True
    is_generic: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The element's name and the brackets."""
        return f"{self.element_type.name}[{',' * (self.rank - 1)}]"

    @property
    def assembly_name(self) -> str | None:
        """The assembly name of the element type."""
        return self.element_type.assembly_name

    @property
    def full_name(self) -> str:
        """The name, with the assembly name when one was written."""
        return f"{self.name},{self.assembly_name}" if self.assembly_name else self.name

    def extents(self) -> Iterator[Extent]:
        """The extents of this name and of the names in it."""
        yield self.extent
        yield from self.element_type.extents()

    def __str__(self) -> str:
        return self.full_name


AnyTypeName = TypeName | GenericTypeName | ArrayTypeName
