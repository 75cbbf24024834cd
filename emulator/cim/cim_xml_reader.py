"""Reading `<INSTANCE>` of CIM-XML (DSP0201) and what may be around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.embedded_values import EmbeddedReader, path_of
from emulator.cim.errors import InvalidInstanceText, TypeMismatch
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import KeyValue, ObjectPath
from emulator.cim.types import CimType, parse_value
from emulator.cim.xml_reader import attribute, child, children, text
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.declaration import PropertyDeclaration
    from emulator.cim.types import CimScalar, CimValue


def _mismatch(declared: PropertyDeclaration, found: str) -> TypeMismatch:
    array = " array" if declared.is_array else ""
    return TypeMismatch(f"{declared.name} is of type {declared.type.value}{array}, the text gives {found}")


class CimXmlReader(EmbeddedReader):
    """Reads `<INSTANCE>` and what may be around it."""

    def instance(self, element: Element) -> ValueInstance:
        if local_name(element) != "INSTANCE":
            inner = child(element, "INSTANCE")
            if inner is None:
                raise InvalidInstanceText(f"no INSTANCE in {local_name(element)}")
            element = inner
        class_name = attribute(element, "CLASSNAME")
        if not class_name:
            raise InvalidInstanceText("an INSTANCE has no CLASSNAME")
        declaration = self.schema.find(class_name)
        values: dict[str, CimValue] = {}
        for each in element:
            kind = local_name(each)
            if kind == "QUALIFIER":
                continue
            reader = _PROPERTY_READERS.get(kind)
            if reader is None:
                raise InvalidInstanceText(f"unexpected element {kind[:64]} in an INSTANCE")
            declared = declaration.property(attribute(each, "NAME"))
            if declared.name in values:
                raise InvalidInstanceText(f"the property {declared.name} occurs twice")
            values[declared.name] = reader(self, each, declared)
        return ValueInstance(declaration, values, namespace=self.schema.namespace)

    def scalar(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        self._check_type(element, declared, is_array=False)
        value = child(element, "VALUE")
        if value is not None and len(value):
            embedded = value[0]
            if declared.type is CimType.OBJECT and local_name(embedded) == "INSTANCE":
                return self.instance(embedded)
            raise InvalidInstanceText(
                f"{declared.name} has an element {local_name(embedded)[:64]} in its VALUE"
            )
        reference = child(element, "VALUE.REFERENCE")
        if reference is not None and declared.type is CimType.REFERENCE:
            return self._reference(reference)
        return None if value is None else self.scalar_of(declared, text(value))

    def array(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        self._check_type(element, declared, is_array=True)
        array = child(element, "VALUE.ARRAY")
        if array is None:
            return None
        items: list[CimScalar] = []
        for each in array:
            kind = local_name(each)
            if kind == "VALUE.NULL":
                items.append(None)
            elif kind == "VALUE":
                items.append(self.scalar_of(declared, text(each)))
            else:
                raise InvalidInstanceText(f"unexpected element {kind[:64]} in the array {declared.name}")
        return items

    def reference(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        if declared.type is not CimType.REFERENCE or declared.is_array:
            raise TypeMismatch(
                f"{declared.name} is of type {declared.type.value}, the text gives a reference"
            )
        value = child(element, "VALUE.REFERENCE")
        if value is None:
            value = child(element, "VALUE")
        return None if value is None else self._reference(value)

    def reference_array(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        if declared.type is not CimType.REFERENCE or not declared.is_array:
            raise _mismatch(declared, "references")
        array = child(element, "VALUE.REFARRAY")
        return (
            None if array is None else [self._reference(each) for each in children(array, "VALUE.REFERENCE")]
        )

    def object(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        """WMI's own way to write an embedded object."""
        if declared.type is not CimType.OBJECT or declared.is_array:
            raise _mismatch(declared, "an object")
        value = child(element, "VALUE.OBJECT")
        return None if value is None else self.instance(value if not len(value) else value[0])

    def object_array(self, element: Element, declared: PropertyDeclaration) -> CimValue:
        if declared.type is not CimType.OBJECT or not declared.is_array:
            raise _mismatch(declared, "objects")
        array = child(element, "VALUE.OBJECTARRAY")
        if array is None:
            return None
        return [self.instance(child[0] if len(child) else child) for child in children(array, "VALUE.OBJECT")]

    def _check_type(self, element: Element, declared: PropertyDeclaration, is_array: bool) -> None:
        """TYPE and the array form must be as declared; for an integer any integer type is good."""
        given = attribute(element, "TYPE").lower()
        expected = declared.type
        if is_array is not declared.is_array:
            raise TypeMismatch(f"{declared.name} is {'an array' if declared.is_array else 'no array'}")
        if not given or given == expected.value:
            return
        if expected is CimType.OBJECT and given == CimType.STRING.value:
            return
        if expected is CimType.REFERENCE and given == CimType.STRING.value:
            return
        if expected.is_integer and any(given == each.value and each.is_integer for each in CimType):
            return
        raise TypeMismatch(f"{declared.name} is of type {expected.value}, the text says {given[:32]}")

    def _reference(self, element: Element) -> ObjectPath:
        """VALUE.REFERENCE with an INSTANCEPATH, INSTANCENAME, CLASSPATH .. inside, or with a path as text."""
        if not len(element):
            return path_of(text(element))
        outer = element[0]
        host, namespace = None, None
        for node in outer.iter():
            if local_name(node) == "HOST":
                host = text(node).strip()
            elif local_name(node) == "LOCALNAMESPACEPATH":
                namespace = "/".join(attribute(part, "NAME") for part in children(node, "NAMESPACE"))
                break
        named = next(
            (node for node in outer.iter() if local_name(node) in ("INSTANCENAME", "CLASSNAME")), None
        )
        if named is None:
            raise InvalidInstanceText(f"no object named in {local_name(outer)[:64]}")
        if local_name(named) == "CLASSNAME":
            return ObjectPath(attribute(named, "NAME"), namespace=namespace, server=host)
        keys = [
            (attribute(binding, "NAME"), self._key(binding[0]))
            for binding in children(named, "KEYBINDING")
            if len(binding)
        ]
        bare = child(named, "KEYVALUE")
        if bare is not None:
            keys.append(("", self._key(bare)))
        return ObjectPath(attribute(named, "CLASSNAME"), keys, namespace=namespace, server=host)

    def _key(self, element: Element) -> KeyValue:
        if local_name(element) == "VALUE.REFERENCE":
            return self._reference(element)
        kind, value = attribute(element, "VALUETYPE").lower(), text(element)
        if kind == "boolean":
            return bool(parse_value(CimType.BOOLEAN, value))
        if kind == "numeric":
            number = parse_value(CimType.SINT64 if value.strip().startswith("-") else CimType.UINT64, value)
            return number if isinstance(number, int) else value
        return value


_PROPERTY_READERS = {
    "PROPERTY": CimXmlReader.scalar,
    "PROPERTY.ARRAY": CimXmlReader.array,
    "PROPERTY.REFERENCE": CimXmlReader.reference,
    "PROPERTY.REFARRAY": CimXmlReader.reference_array,
    "PROPERTY.OBJECT": CimXmlReader.object,
    "PROPERTY.OBJECTARRAY": CimXmlReader.object_array,
}
