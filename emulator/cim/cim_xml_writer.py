"""Writing instances as CIM-XML (DSP0201), the way Windows does.

The form is that of "Getting the virtual machine DNS name" (HyperV_v2): properties in alphabetical order,
`PROPAGATED` on inherited ones, an element without VALUE for NULL. A NULL array is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from emulator.cim.instance import Instance
from emulator.cim.object_path import KeyValue, ObjectPath
from emulator.cim.types import CimType, format_value

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.types import CimScalar, CimValue

_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def format_instance(instance: Instance, properties: Iterable[str] | None = None) -> str:
    """The instance as one line of CIM-XML; `properties` (without regard to case) limits what is written."""
    declaration = instance.declaration
    wanted = None if properties is None else {name.lower() for name in properties}
    parts = [f'<INSTANCE CLASSNAME="{_escape(declaration.name)}">']
    parts.extend(
        _format_property(declared, declaration, instance.value(declared.name))
        for declared in declaration.properties
        if wanted is None or declared.name.lower() in wanted
    )
    parts.append("</INSTANCE>")
    return "".join(parts)


def _format_property(declared: PropertyDeclaration, declaration: ClassDeclaration, value: CimValue) -> str:
    name = f'NAME="{declared.name}"'
    if declared.class_origin != declaration.name:
        name += ' PROPAGATED="true"'
    if declared.type is CimType.REFERENCE and not declared.is_array:
        reference = f' REFERENCECLASS="{declared.reference_class}"' if declared.reference_class else ""
        inner = "" if value is None else _format_reference(value)
        return f"<PROPERTY.REFERENCE {name}{reference}>{inner}</PROPERTY.REFERENCE>"
    cim_type, embedded = declared.type.value, ""
    if declared.type is CimType.OBJECT:
        # DSP0201 5.2.3.9: an embedded object is text of type string.
        cim_type, embedded = CimType.STRING.value, ' EmbeddedObject="object"'
    elif declared.type is CimType.REFERENCE:
        cim_type = CimType.STRING.value
    if declared.is_array:
        if not isinstance(value, list):
            return ""
        items = "".join(
            "<VALUE.NULL/>" if item is None else f"<VALUE>{_item_text(item)}</VALUE>" for item in value
        )
        body = f"<VALUE.ARRAY>{items}</VALUE.ARRAY>"
        return f'<PROPERTY.ARRAY {name} TYPE="{cim_type}"{embedded}>{body}</PROPERTY.ARRAY>'
    inner = "" if value is None or isinstance(value, list) else f"<VALUE>{_item_text(value)}</VALUE>"
    return f'<PROPERTY {name} TYPE="{cim_type}"{embedded}>{inner}</PROPERTY>'


def _item_text(value: CimScalar) -> str:
    if value is None:
        return ""
    return _escape(format_instance(value) if isinstance(value, Instance) else format_value(value))


def _format_reference(value: CimValue) -> str:
    path = value if isinstance(value, ObjectPath) else ObjectPath.parse(str(value))
    keys = "".join(
        f'<KEYBINDING NAME="{_escape(name)}">{_format_key(key)}</KEYBINDING>' for name, key in path.keys
    )
    instance = f'<INSTANCENAME CLASSNAME="{_escape(path.class_name)}">{keys}</INSTANCENAME>'
    if path.namespace is None:
        return f"<VALUE.REFERENCE>{instance}</VALUE.REFERENCE>"
    parts = "".join(f'<NAMESPACE NAME="{_escape(part)}"/>' for part in path.namespace.split("/"))
    location = f"<HOST>{_escape(path.server or '.')}</HOST><LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH>"
    return (
        f"<VALUE.REFERENCE><INSTANCEPATH><NAMESPACEPATH>{location}</NAMESPACEPATH>{instance}"
        "</INSTANCEPATH></VALUE.REFERENCE>"
    )


def _format_key(value: KeyValue) -> str:
    if isinstance(value, ObjectPath):
        return _format_reference(value)
    kind = "boolean" if isinstance(value, bool) else "numeric" if isinstance(value, int) else "string"
    return f'<KEYVALUE VALUETYPE="{kind}">{_escape(format_value(value))}</KEYVALUE>'


def _escape(text: str) -> str:
    """Text for an element or attribute; characters that XML cannot hold become the replacement character."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=True).replace("&#x27;", "'")
