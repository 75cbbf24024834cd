"""Enumerate, Pull and Release (WS-Enumeration; DSP0226 section 8)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.wsman import templates
from emulator.wsman.envelope import Element, child, text_of
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import property_order
from emulator.wsman.operations import shell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.filters import (
    AssociationFilter,
    Filter,
    SelectorFilter,
    WqlFilter,
    parse_filter,
)
from emulator.wsman.operations.wmi_target import fault_of, keys_of, namespace_name
from emulator.wsman.resource_uri import ShellTarget, Target, WmiTarget

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.wmi.namespace import Namespace

_URI = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_OBJECTS, _REFERENCES, _BOTH = "", "enumerateepr", "enumerateobjectandepr"
_MODES = (_OBJECTS, _REFERENCES, _BOTH)
#: Bytes of an EnumerateResponse or PullResponse around its items.
_FRAME = 400


def enumerate_resources(call: Call, target: Target) -> Answer:
    """Start an enumeration; with w:OptimizeEnumeration the answer holds the first items."""
    body = call.body("Enumerate")
    mode = _mode(body)
    chosen = parse_filter(body)
    if isinstance(target, WmiTarget):
        items = _wmi_items(call, target, chosen, mode)
    elif isinstance(target, ShellTarget):
        if mode != _OBJECTS:
            raise WsmanFault("ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED")
        items = shell.enumerate_items(call, target, chosen)
    else:
        raise call.unsupported(f"Enumerate of {call.envelope.resource_uri}")
    action = _URI + "EnumerateResponse"
    if child(body, "OptimizeEnumeration") is None:
        identifier = call.contexts.open(call.account.sid, items, 0)
        return _answer(action, b"<n:EnumerateResponse>", _context(identifier), b"</n:EnumerateResponse>")
    count = _fitting(call, items, 0, _maximum_elements(call, body), action)
    parts = [b"<n:EnumerateResponse>"]
    if count < len(items):
        parts.append(_context(call.contexts.open(call.account.sid, items, count)))
    else:
        parts.append(b"<n:EnumerationContext></n:EnumerationContext>")
    if items:
        parts += (b"<w:Items>", *items[:count], b"</w:Items>")
    if count == len(items):
        parts.append(b"<w:EndOfSequence/>")
    return _answer(action, *parts, b"</n:EnumerateResponse>")


def pull(call: Call) -> Answer:
    """The next items; without n:MaxElements exactly one, as DSP0226 has it and clients rely on.

    The resource URI of the request does not matter. When not even one item fits the envelope, the enumeration
    stays as it was, so that the client can ask again with a larger one.
    """
    body = call.body("Pull")
    maximum = _maximum_elements(call, body)
    context = child(body, "EnumerationContext")
    identifier = "" if context is None else text_of(context)
    enumeration = call.contexts.take(identifier, call.account.sid)
    action = _URI + "PullResponse"
    items, start = enumeration.items, enumeration.position
    try:
        end = start + _fitting(call, items, start, maximum, action)
    except WsmanFault:
        call.contexts.restore(identifier, enumeration)
        raise
    taken = items[start:end]
    parts = [b"<n:PullResponse>"]
    if end < len(items):
        enumeration.position = end
        enumeration.size -= sum(map(len, taken))
        parts.append(_context(call.contexts.put_back(enumeration)))
    if taken:
        parts += (b"<n:Items>", *taken, b"</n:Items>")
    else:
        parts.append(b"<n:Items/>")
    if end == len(items):
        parts.append(b"<n:EndOfSequence/>")
    return _answer(action, *parts, b"</n:PullResponse>")


def release(call: Call) -> Answer:
    """Forget an enumeration; the answer's body is empty."""
    context = child(call.body("Release"), "EnumerationContext")
    call.contexts.take("" if context is None else text_of(context), call.account.sid)
    return Answer(templates.ENUMERATION, _URI + "ReleaseResponse", ())


def _answer(action: str, *parts: bytes) -> Answer:
    return Answer(templates.ENUMERATION, action, parts)


def _context(identifier: str) -> bytes:
    return f"<n:EnumerationContext>{identifier}</n:EnumerationContext>".encode()


def _mode(body: Element) -> str:
    found = child(body, "EnumerationMode")
    mode = "" if found is None else text_of(found).lower()
    if mode not in _MODES:
        raise WsmanFault("ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED")
    return mode


def _maximum_elements(call: Call, body: Element) -> int:
    found = child(body, "MaxElements")
    text = "1" if found is None else text_of(found)
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) > 0):
        raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER")
    return min(int(text), call.host.profile.winrm.max_batch_items)


def _fitting(call: Call, items: Sequence[bytes], start: int, maximum: int, action: str) -> int:
    """How many items go into one response. Raises MAX_ENVELOPE_SIZE_EXCEEDED when not even one does."""
    room = call.room(templates.ENUMERATION, action) - _FRAME
    last = min(len(items), start + maximum)
    if sum(map(len, items[start:last])) <= room:
        return last - start
    for place in range(start, last):
        room -= len(items[place])
        if room < 0:
            if place == start:
                raise WsmanFault("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED")
            return place - start
    return last - start


def _wmi_items(call: Call, target: WmiTarget, chosen: Filter | None, mode: str) -> list[bytes]:
    if isinstance(chosen, WqlFilter):
        if target.class_name is not None or keys_of(call):
            raise WsmanFault("ERROR_WSMAN_INVALID_URI_WMI_ENUM_WQL")
    elif target.class_name is None and not isinstance(chosen, AssociationFilter):
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
    name = namespace_name(call, target)
    subject = chosen.query if isinstance(chosen, WqlFilter) else target.class_name or "*"
    operation = WmiOperation("ExecQuery" if chosen is not None else "CreateInstanceEnum", subject, name)
    try:
        namespace = call.wmi.namespace(name)
        with namespace.reading():
            instances, properties, cache_key = _instances(call, namespace, target, chosen)
            return _rendered(call, instances, properties, cache_key, mode)
    except CimError as error:
        raise fault_of(call, error, operation) from None


def _instances(
    call: Call, namespace: Namespace, target: WmiTarget, chosen: Filter | None
) -> tuple[Sequence[Instance], tuple[str, ...] | None, Hashable | None]:
    """The instances, the properties to show (None for all), and what tells this result from others."""
    if isinstance(chosen, WqlFilter):
        result = namespace.query(chosen.query)
        if result.classes:
            raise call.unsupported("queries for class declarations")
        selected = result.properties
        properties = None if selected is None else property_order(selected)
        return result.instances, properties, result.cache_key
    if isinstance(chosen, AssociationFilter):
        if chosen.references:
            found = namespace.references(chosen.path, chosen.result_class, chosen.role)
        else:
            found = namespace.associators(
                chosen.path,
                chosen.association_class,
                chosen.result_class,
                chosen.role,
                chosen.result_role,
            )
        return found, chosen.properties or None, None
    instances = namespace.instances(target.class_name or "")
    if isinstance(chosen, SelectorFilter):
        return [instance for instance in instances if chosen.accepts(instance)], None, None
    return instances, None, None


def _rendered(
    call: Call,
    instances: Sequence[Instance],
    properties: tuple[str, ...] | None,
    cache_key: Hashable | None,
    mode: str,
) -> list[bytes]:
    renderer = call.renderer
    if mode == _REFERENCES:
        return [renderer.reference(instance) for instance in instances]
    objects = renderer.objects(instances, properties, cache_key)
    if mode == _OBJECTS:
        return objects
    return [
        b"".join((b"<w:Item>", each, renderer.reference(instance), b"</w:Item>"))
        for each, instance in zip(objects, instances, strict=True)
    ]
