"""Type names in scripts, looked up when they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import Value
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Frame


def type_not_found(name: str) -> PSError:
    """TypeNotFound, with the text of 5.1."""
    return error(f"Unable to find type [{name}].", "TypeNotFound", "InvalidOperation", name)


def type_of_name(node: ast.AnyTypeName, extent: Extent | None = None) -> Value:
    """A closure that gives the type. Raises TypeNotFound at the extent (with the brackets, when given)."""
    name = node.name

    def find(frame: Frame) -> Any:
        engine = frame.engine
        found = engine.types.find(name)
        if found is None:
            engine.gap("type", name)
            problem = type_not_found(name)
            problem.record.extent = extent
            raise problem
        return found

    return find
