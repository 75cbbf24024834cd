"""CIM instances as WS-CIM XML (DSP0230), byte for byte in the manner of Windows, and their cache.

Properties come in the order of the declaration (alphabetical over all inherited ones), every one present;
NULL is xsi:nil, an array a repeated element. Rendered bytes are kept under the instance's `cache_key`; values
that change without it (uptime, load) are left out of the kept bytes and filled in each time.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from emulator.cim import cim_xml, datetime_text
from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.cim.system_properties import SYSTEM_PROPERTIES
from emulator.cim.types import CimType
from emulator.wsman.namespaces import CIM, WSMAN, XSI
from emulator.wsman.references import (
    REFERENCE_NAMESPACES,
    class_uri,
    endpoint_reference,
    reference_content,
)
from emulator.wsman.text import escape, escape_attribute

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.types import CimScalar, CimValue

#: Objects embedded in objects: more levels than any class of Windows has.
MAXIMUM_NESTING = 8
_CIM_NAMESPACE = f' xmlns:cim="{CIM}"'


def scalar_content(value: CimScalar, namespace: str, is_dmtf: bool = False) -> str:
    """The content of a property element for a value that is not NULL; the prefixes cim, a and w are bound."""
    if isinstance(value, str):
        return escape(value)
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"<cim:Datetime>{datetime_text.format_iso_datetime(value)}</cim:Datetime>"
    if isinstance(value, timedelta):
        return f"<cim:Interval>{datetime_text.format_iso_duration(value)}</cim:Interval>"
    if isinstance(value, ObjectPath):
        return reference_content(value, namespace, is_dmtf=is_dmtf)
    if isinstance(value, float):
        return repr(value)
    raise TypeError(f"no element content for {type(value).__name__}")


def value_elements(
    tag: str,
    value: CimValue,
    namespace: str,
    *,
    as_text: bool = False,
    null_arrays: bool = True,
    is_array: bool = False,
    depth: int = 0,
    is_dmtf: bool = False,
) -> str:
    """A property or parameter as elements named `tag` (with its prefix): one, or one for each array element.

    `as_text` writes an embedded instance as the CIM-XML text that a string property holds.
    """
    if value is None or value == []:
        return f'<{tag} xsi:nil="true"/>' if null_arrays or not is_array else ""
    values: Sequence[CimScalar] = value if isinstance(value, list) else (value,)
    return "".join([_element(tag, each, namespace, as_text, depth, is_dmtf) for each in values])


def _element(tag: str, value: CimScalar, namespace: str, as_text: bool, depth: int, is_dmtf: bool) -> str:
    if value is None:
        return f'<{tag} xsi:nil="true"/>'
    if isinstance(value, Instance):
        if as_text:
            return f"<{tag}>{escape(cim_xml.format_instance(value))}</{tag}>"
        return _embedded_object(tag, value, namespace, depth, is_dmtf)
    if isinstance(value, ObjectPath):
        content = reference_content(value, namespace, is_dmtf=is_dmtf)
        return f"<{tag}{REFERENCE_NAMESPACES}>{content}</{tag}>"
    return f"<{tag}>{scalar_content(value, namespace)}</{tag}>"


def _embedded_object(tag: str, value: Instance, namespace: str, depth: int, is_dmtf: bool) -> str:
    """An embedded object: its properties as children in the namespace of its own class."""
    if depth >= MAXIMUM_NESTING:
        return f'<{tag} xsi:nil="true"/>'
    prefix = f"p{depth + 1}"
    name = value.declaration.name
    uri = class_uri((value.namespace or namespace).lower(), name, is_dmtf)
    inner = "".join(
        [
            value_elements(
                f"{prefix}:{each.name}",
                value.value(each.name),
                namespace,
                as_text=each.type is CimType.STRING,
                is_array=each.is_array,
                depth=depth + 1,
                is_dmtf=is_dmtf,
            )
            for each in value.declaration.properties
        ]
    )
    return f'<{tag} xmlns:{prefix}="{escape_attribute(uri)}" xsi:type="{prefix}:{name}_Type">{inner}</{tag}>'


Kept = TypeVar("Kept")


class ByteCache(Generic[Kept]):
    """A bounded cache in two generations: what is used moves to the young one, the old one is dropped whole.

    As good as least-recently-used for this purpose, and a hit costs one dictionary look-up without a lock.
    """

    def __init__(self, maximum_bytes: int) -> None:
        self._half = maximum_bytes // 2
        self._size = 0
        self._young: dict[Hashable, tuple[Kept, int]] = {}
        self._old: dict[Hashable, tuple[Kept, int]] = {}

    def get(self, key: Hashable) -> Kept | None:
        found = self._young.get(key)
        if found is not None:
            return found[0]
        found = self._old.get(key)
        if found is None:
            return None
        self.put(key, *found)
        return found[0]

    def put(self, key: Hashable, value: Kept, size: int) -> None:
        if self._size + size > self._half:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[key] = (value, size)
        self._size += size

    def clear(self) -> None:
        self._young, self._old, self._size = {}, {}, 0

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())


@dataclass(frozen=True, slots=True)
class _Slot:
    """A property with the fixed text around its value."""

    declared: PropertyDeclaration
    tag: str
    opening: str
    closing: str
    null: str
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Bytes of an instance around the values that must be filled in: one more piece than there are gaps."""

    pieces: tuple[bytes, ...]
    gaps: tuple[_Slot, ...]

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return sum(map(len, self.pieces)) + 200


class InstanceRenderer:
    """Renders instances. Call it while the namespace is being read (`namespace.reading()`)."""

    def __init__(
        self, null_arrays: bool = True, maximum_bytes: int = 24 * 1024 * 1024, *, is_dmtf: bool = False
    ) -> None:
        """`null_arrays`: a NULL array is one xsi:nil element (recorded on Server 2012), else left out.

        `is_dmtf`: classes are named by the DMTF's URIs, as the client that asks did.
        """
        self._null_arrays = null_arrays
        self._is_dmtf = is_dmtf
        self._cache: ByteCache[_Rendered] = ByteCache(maximum_bytes)
        # Mostly the same bytes again: a list keeps those of its instances alive.
        self._lists: ByteCache[list[_Rendered]] = ByteCache(maximum_bytes)
        self._heads: dict[tuple[str, str], bytes] = {}
        self._slots: dict[tuple[ClassDeclaration, str], tuple[_Slot, ...]] = {}

    def clear(self) -> None:
        """Forget everything rendered."""
        self._cache.clear()
        self._lists.clear()

    def instance(self, instance: Instance) -> bytes:
        """The class element with every property."""
        return self._filled(self._rendered(instance, None), instance)

    def fragment(self, instance: Instance, properties: tuple[str, ...]) -> bytes:
        """w:XmlFragment with the selected properties in no namespace, the answer to a projected query."""
        return self._filled(self._rendered(instance, properties), instance)

    def objects(
        self,
        instances: Sequence[Instance],
        properties: tuple[str, ...] | None = None,
        cache_key: Hashable | None = None,
    ) -> list[bytes]:
        """Every instance, whole or with the selected properties; `cache_key` is that of the result."""
        if cache_key is None:
            all_rendered = [self._rendered(instance, properties) for instance in instances]
        else:
            place = (cache_key, properties)
            kept = self._lists.get(place)
            if kept is None:
                kept = [self._rendered(instance, properties) for instance in instances]
                self._lists.put(place, kept, sum([each.size for each in kept]))
            all_rendered = kept
        filled = self._filled
        return [
            filled(each, instance) if each.gaps else each.pieces[0]
            for each, instance in zip(all_rendered, instances, strict=True)
        ]

    def reference(self, instance: Instance) -> bytes:
        """The instance's a:EndpointReference."""
        return endpoint_reference(instance.path, instance.namespace, self._is_dmtf).encode()

    def property_element(self, instance: Instance, declared: PropertyDeclaration) -> bytes:
        """One property in its class's namespace, standing alone (the answer to a fragment transfer)."""
        uri = class_uri(instance.namespace, instance.declaration.name, self._is_dmtf)
        text = self._property(self._slot("p:", declared), instance)
        head = f'<p:{declared.name} xmlns:xsi="{XSI}" xmlns:p="{escape_attribute(uri)}"{_CIM_NAMESPACE}'
        return text.replace(f"<p:{declared.name}", head).encode()

    def property_text(self, instance: Instance, declared: PropertyDeclaration) -> bytes:
        """The bare text of one property; empty for NULL, elements of an array one after the other."""
        value = instance.value(declared.name)
        values = value if isinstance(value, list) else [value]
        return "".join(
            [scalar_content(each, instance.namespace, self._is_dmtf) for each in values if each is not None]
        ).encode()

    def _rendered(self, instance: Instance, properties: tuple[str, ...] | None) -> _Rendered:
        key = instance.cache_key
        if key is None:
            return self._render(instance, properties)
        place = (key, properties)
        found = self._cache.get(place)
        if found is None:
            found = self._render(instance, properties)
            self._cache.put(place, found, found.size)
        return found

    def _render(self, instance: Instance, properties: tuple[str, ...] | None) -> _Rendered:
        return (
            self._render_instance(instance)
            if properties is None
            else self._render_fragment(instance, properties)
        )

    def _filled(self, rendered: _Rendered, instance: Instance) -> bytes:
        pieces = rendered.pieces
        if not rendered.gaps:
            return pieces[0]
        parts = [pieces[0]]
        place = 1
        for slot in rendered.gaps:
            parts += (self._property(slot, instance).encode(), pieces[place])
            place += 1
        return b"".join(parts)

    def _render_instance(self, instance: Instance) -> _Rendered:
        declaration = instance.declaration
        key = (declaration, "p:")
        slots = self._slots.get(key)
        if slots is None:
            slots = self._slots[key] = tuple(self._slot("p:", each) for each in declaration.properties)
        head = self._head(instance.namespace, declaration)
        return self._pieces(head, slots, f"</p:{declaration.name}>", instance)

    def _render_fragment(self, instance: Instance, properties: tuple[str, ...]) -> _Rendered:
        declaration = instance.declaration
        slots = tuple(self._selected_slot(declaration, name) for name in properties)
        needs_cim = any(slot.declared.type is CimType.DATETIME for slot in slots)
        head = f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:w="{WSMAN}"{_CIM_NAMESPACE if needs_cim else ""}>'
        return self._pieces(head.encode(), slots, "</w:XmlFragment>", instance)

    def _pieces(self, head: bytes, slots: Sequence[_Slot], tail: str, instance: Instance) -> _Rendered:
        volatile = instance.volatile
        pieces: list[bytes] = []
        gaps: list[_Slot] = []
        texts: list[str] = []
        start = head
        for slot in slots:
            if slot.declared.name in volatile:
                pieces.append(start + "".join(texts).encode())
                gaps.append(slot)
                texts.clear()
                start = b""
            else:
                texts.append(self._property(slot, instance))
        texts.append(tail)
        pieces.append(start + "".join(texts).encode())
        return _Rendered(tuple(pieces), tuple(gaps))

    def _selected_slot(self, declaration: ClassDeclaration, name: str) -> _Slot:
        """A selected property; one such as __PATH belongs to every class."""
        system = SYSTEM_PROPERTIES.get(name)
        if system is None:
            return self._slot("", declaration.property(name))
        return replace(self._slot("", system), is_system=True)

    def _slot(self, prefix: str, declared: PropertyDeclaration) -> _Slot:
        tag = prefix + declared.name
        null = "" if declared.is_array and not self._null_arrays else f'<{tag} xsi:nil="true"/>'
        return _Slot(declared, tag, f"<{tag}>", f"</{tag}>", null)

    def _property(self, slot: _Slot, instance: Instance) -> str:
        """The property's elements; the first four cases are nearly all there is, and quick."""
        name = slot.declared.name
        value = instance.system_value(name) if slot.is_system else instance.value(name)
        if value is None:
            return slot.null
        kind = value.__class__
        if kind is str:
            return f"{slot.opening}{escape(value)}{slot.closing}"  # type: ignore[arg-type]
        if kind is int:
            return f"{slot.opening}{value}{slot.closing}"
        if kind is bool:
            return f"{slot.opening}{'true' if value else 'false'}{slot.closing}"
        return value_elements(
            slot.tag,
            value,
            instance.namespace,
            as_text=slot.declared.type is CimType.STRING,
            null_arrays=self._null_arrays,
            is_array=slot.declared.is_array,
            is_dmtf=self._is_dmtf,
        )

    def _head(self, namespace: str, declaration: ClassDeclaration) -> bytes:
        key = (namespace, declaration.name)
        head = self._heads.get(key)
        if head is None:
            uri = escape_attribute(class_uri(namespace, declaration.name, self._is_dmtf))
            name = declaration.name
            head = (
                f'<p:{name} xmlns:xsi="{XSI}" xmlns:p="{uri}"{_CIM_NAMESPACE} xsi:type="p:{name}_Type">'
            ).encode()
            self._heads[key] = head
        return head


def property_order(names: Sequence[str]) -> tuple[str, ...]:
    """Selected properties as WMI returns them: in alphabetical order, as instances have them."""
    return tuple(sorted(names, key=str.lower))
