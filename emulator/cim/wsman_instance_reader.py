"""Reading an instance in the notation of WS-Man: an element of the class, one element a property value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.cim import datetime_text
from emulator.cim.embedded_values import EmbeddedReader, path_of
from emulator.cim.errors import InvalidInstanceText, TypeMismatch
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import KeyValue, ObjectPath
from emulator.cim.types import CimType, check_value
from emulator.cim.xml_reader import attribute, namespace, text
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.types import CimScalar, CimValue

CLASS_URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
"""Start of the resource URIs of WMI classes, in lower case; namespace and class follow."""
DMTF_CLASS_URI = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
"""The same for the DMTF's family, where a selector has the namespace (DSP0227 5.3)."""
_NAMESPACE_SELECTOR = "__cimnamespace"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WSMAN = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"


class WsmanInstanceReader(EmbeddedReader):
    """Reads `<p:Class xmlns:p="..uri">`; an array is its element again and again, NULL is `xsi:nil`."""

    def instance(self, element: Element) -> ValueInstance:
        """The instance that the element is; its namespace is the class URI."""
        return self._read(element, namespace(element).rpartition("/")[2])

    def of_class(self, declaration: ClassDeclaration, elements: Iterable[Element]) -> ValueInstance:
        """The instance of a class from the elements of its properties."""
        groups: dict[str, tuple[PropertyDeclaration, list[Element]]] = {}
        for each in elements:
            declared = declaration.property(local_name(each))
            groups.setdefault(declared.name, (declared, []))[1].append(each)
        values: dict[str, CimValue] = {}
        for name, (declared, elements) in groups.items():
            if declared.is_array:
                present = [each for each in elements if not _is_nil(each)]
                values[name] = [self._value(each, declared) for each in present] if present else None
            elif len(elements) > 1:
                raise InvalidInstanceText(f"the property {name} occurs twice")
            else:
                values[name] = self._value(elements[0], declared)
        return ValueInstance(declaration, values, namespace=self.schema.namespace)

    def _read(self, element: Element, class_name: str) -> ValueInstance:
        return self.of_class(self.schema.find(class_name), element)

    def _value(self, element: Element, declared: PropertyDeclaration) -> CimScalar:
        if _is_nil(element):
            return None
        if declared.type is CimType.REFERENCE:
            return _endpoint(element) if len(element) else path_of(text(element))
        if declared.type is CimType.OBJECT and len(element):
            class_name = namespace(element[0]).rpartition("/")[2]
            is_wrapped = local_name(element[0]).lower() == class_name.lower()
            return self._read(element[0] if is_wrapped else element, class_name)
        if declared.type is CimType.DATETIME:
            return _time(text(element[0] if len(element) else element), declared)
        if len(element):
            raise InvalidInstanceText(
                f"{declared.name} has an element {local_name(element[0])[:64]} in its value"
            )
        return self.scalar_of(declared, text(element))


def _is_nil(element: Element) -> bool:
    return str(element.attrib.get(_NIL, "")).strip() in ("true", "1")


def _time(text: str, declared: PropertyDeclaration) -> CimScalar:
    """A datetime or interval in XML Schema or DMTF text."""
    stripped = text.strip()
    try:
        return check_value(CimType.DATETIME, datetime_text.parse_xml(stripped))
    except ValueError:
        reason = f"{declared.name} is of type datetime, the text is {stripped[:64]!r}"
        raise TypeMismatch(reason) from None


def _endpoint(element: Element) -> ObjectPath:
    """The path in a WS-Addressing reference: its resource URI names the class, its selectors the keys."""
    uri = next((text(each).strip() for each in element.iter(f"{_WSMAN}ResourceURI")), "")
    if uri.lower().startswith(DMTF_CLASS_URI):
        place, class_name = "", uri[len(DMTF_CLASS_URI) :]
    elif uri.lower().startswith(CLASS_URI):
        place, _, class_name = uri[len(CLASS_URI) :].rpartition("/")
    else:
        raise TypeMismatch(f"a reference has the resource URI {uri[:200]!r}")
    keys: list[tuple[str, KeyValue]] = []
    selectors = next(element.iter(f"{_WSMAN}SelectorSet"), None)
    for selector in selectors if selectors is not None else ():
        name = attribute(selector, "Name")
        if name.lower() == _NAMESPACE_SELECTOR:
            place = text(selector).strip().replace("\\", "/")
        else:
            keys.append((name, _endpoint(selector[0]) if len(selector) else text(selector)))
    return ObjectPath(class_name, keys, namespace=place)
