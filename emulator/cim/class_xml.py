"""Writing class declarations as CIM-XML (DSP0201 5.2.4, CLASS), the way the MI clients of Windows read them.

Attributes and their order, `DERIVATION`, and which flavors are written follow Microsoft's own serializer and
its tests (microsoft/omi, `Unix/xmlserializer`): NAME, SUPERCLASS and DERIVATION of a class; NAME, TYPE or
REFERENCECLASS, CLASSORIGIN and PROPAGATED of a member; a flavor only where it differs from its default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from emulator.cim import qualifiers
from emulator.cim.types import CimType

if TYPE_CHECKING:
    from emulator.cim.declaration import (
        ClassDeclaration,
        MethodDeclaration,
        ParameterDeclaration,
        PropertyDeclaration,
    )
    from emulator.cim.qualifiers import Qualifier


@dataclass(frozen=True, slots=True)
class ClassDetail:
    """How much of a class is wanted; nothing but its own members without the qualifiers by default."""

    inheritance_hierarchy: bool = False
    inherited_elements: bool = False
    qualifiers: bool = False
    class_origin: bool = False


def format_class(declaration: ClassDeclaration, detail: ClassDetail, provider: str | None = None) -> str:
    """The class as one line of CIM-XML; `provider` is the WMI provider that serves it, if that is known."""
    return _ClassWriter(declaration, detail, provider).text()


class _ClassWriter:
    def __init__(self, declaration: ClassDeclaration, detail: ClassDetail, provider: str | None) -> None:
        self.declaration = declaration
        self.detail = detail
        self.provider = provider

    def text(self) -> str:
        declaration = self.declaration
        attributes = _attribute("NAME", declaration.name)
        if declaration.superclass:
            attributes += _attribute("SUPERCLASS", declaration.superclass)
        if self.detail.inheritance_hierarchy:
            attributes += _attribute("DERIVATION", ",".join(declaration.derivation[1:]))
        parts = [f"<CLASS{attributes}>"]
        parts.append(self._qualifiers(lambda: qualifiers.class_qualifiers(declaration, self.provider), True))
        parts.extend(self._property(each) for each in declaration.properties if self._is_wanted(each))
        parts.extend(self._method(each) for each in declaration.methods if self._is_wanted(each))
        parts.append("</CLASS>")
        return "".join(parts)

    def _is_wanted(self, member: PropertyDeclaration | MethodDeclaration) -> bool:
        return self.detail.inherited_elements or qualifiers.is_local(member, self.declaration)

    def _property(self, declared: PropertyDeclaration) -> str:
        if declared.type is CimType.REFERENCE and not declared.is_array:
            tag, kind = "PROPERTY.REFERENCE", _reference_class(declared.reference_class)
        else:
            tag = "PROPERTY.ARRAY" if declared.is_array else "PROPERTY"
            kind = _attribute("TYPE", _type_name(declared.type))
        head = f"{_attribute('NAME', declared.name)}{kind}{self._origin(declared)}"
        inner = self._qualifiers(
            lambda: qualifiers.property_qualifiers(declared, self.declaration),
            qualifiers.is_local(declared, self.declaration),
        )
        return f"<{tag}{head}>{inner}</{tag}>"

    def _method(self, method: MethodDeclaration) -> str:
        kind = _attribute("TYPE", _type_name(method.return_type))
        head = f"{_attribute('NAME', method.name)}{kind}{self._origin(method)}"
        inner = self._qualifiers(
            lambda: qualifiers.method_qualifiers(method, self.declaration, self.provider),
            qualifiers.is_local(method, self.declaration),
        )
        parameters = "".join([self._parameter(each, place) for place, each in enumerate(method.parameters)])
        return f"<METHOD{head}>{inner}{parameters}</METHOD>"

    def _parameter(self, parameter: ParameterDeclaration, place: int) -> str:
        if parameter.type is CimType.REFERENCE:
            tag = "PARAMETER.REFARRAY" if parameter.is_array else "PARAMETER.REFERENCE"
            kind = _reference_class(parameter.reference_class)
        else:
            tag = "PARAMETER.ARRAY" if parameter.is_array else "PARAMETER"
            kind = _attribute("TYPE", _type_name(parameter.type))
        inner = self._qualifiers(lambda: qualifiers.parameter_qualifiers(parameter, place), True)
        return f"<{tag}{_attribute('NAME', parameter.name)}{kind}>{inner}</{tag}>"

    def _origin(self, member: PropertyDeclaration | MethodDeclaration) -> str:
        text = _attribute("CLASSORIGIN", member.class_origin) if self.detail.class_origin else ""
        is_local = qualifiers.is_local(member, self.declaration)
        return text if is_local else text + ' PROPAGATED="true"'

    def _qualifiers(self, read: Callable[[], Iterable[Qualifier]], is_local: bool) -> str:
        """The qualifiers; those that do not go to subclasses are not written on inherited members."""
        if not self.detail.qualifiers:
            return ""
        return "".join([_format_qualifier(each) for each in read() if is_local or each.to_subclass])


def _format_qualifier(qualifier: Qualifier) -> str:
    flavors = "" if qualifier.overridable else ' OVERRIDABLE="false"'
    if not qualifier.to_subclass:
        flavors += ' TOSUBCLASS="false"'
    if qualifier.translatable:
        flavors += ' TRANSLATABLE="true"'
    value = qualifier.value
    if isinstance(value, tuple):
        inner = f"<VALUE.ARRAY>{''.join([_value(each) for each in value])}</VALUE.ARRAY>"
    else:
        inner = _value(str(value).lower() if isinstance(value, bool) else str(value))
    kind = _attribute("TYPE", qualifier.type.value)
    return f"<QUALIFIER{_attribute('NAME', qualifier.name)}{kind}{flavors}>{inner}</QUALIFIER>"


def _type_name(cim_type: CimType) -> str:
    """The type as DSP0201 names it: an embedded object, and a reference that has no element, is a string."""
    return "string" if cim_type in (CimType.OBJECT, CimType.REFERENCE) else cim_type.value


def _reference_class(name: str | None) -> str:
    return _attribute("REFERENCECLASS", name) if name else ""


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"'


def _value(text: str) -> str:
    return f"<VALUE>{escape(text, quote=False)}</VALUE>"
