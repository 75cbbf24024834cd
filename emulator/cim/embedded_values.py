"""What both notations of an embedded instance share: values by type, and references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidObjectPath, TypeMismatch
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType, parse_value

if TYPE_CHECKING:
    from emulator.cim.declaration import PropertyDeclaration
    from emulator.cim.schema import Schema
    from emulator.cim.types import CimScalar

ParseText = Callable[[str], ValueInstance]


class EmbeddedReader:
    """Base of the two readers: the schema, and how text that holds an embedded object is read."""

    def __init__(self, schema: Schema, parse_text: ParseText) -> None:
        self.schema = schema
        self.parse_text = parse_text

    def scalar_of(self, declared: PropertyDeclaration, text: str) -> CimScalar:
        """One value of a property from its text. Raises TypeMismatch that names the property."""
        if declared.type is CimType.OBJECT:
            return self.parse_text(text)
        try:
            return parse_value(declared.type, text)
        except TypeMismatch as error:
            raise TypeMismatch(f"{declared.name}: {error}") from error


def path_of(text: str) -> ObjectPath:
    """A reference given as the text of a path. Raises TypeMismatch."""
    try:
        return ObjectPath.parse(text)
    except InvalidObjectPath as error:
        raise TypeMismatch(f"not a reference: {error}") from error
