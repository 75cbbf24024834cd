"""Enumerate, Pull and Release (WS-Enumeration; DSP0226 section 8)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from emulator.cim.class_object import ClassObject
from emulator.cim.datetime_text import parse_iso_datetime
from emulator.cim.errors import CimError
from emulator.wsman import templates
from emulator.wsman.base_properties import BaseProperties
from emulator.wsman.envelope import MAXIMUM_TIMEOUT, child, text_of
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import property_order
from emulator.wsman.operation_options import provider_options
from emulator.wsman.operations import configuration, shell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.filters import (
    AssociationFilter,
    Filter,
    SelectorFilter,
    WqlFilter,
    parse_filter,
)
from emulator.wsman.operations.wmi_target import fault_of, keys_of, namespace_name
from emulator.wsman.resource_uri import (
    ClassSchemaTarget,
    ConfigurationTarget,
    ShellTarget,
    Target,
    WmiTarget,
)
from emulator.wsman.text import format_seconds, parse_duration
from emulator.xml_document import Element

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.wmi.namespace import Namespace

_URI = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_OBJECTS, _REFERENCES, _BOTH = "", "enumerateepr", "enumerateobjectandepr"
_MODES = (_OBJECTS, _REFERENCES, _BOTH)
_INCLUDE, _EXCLUDE, _NONE = "includesubclassproperties", "excludesubclassproperties", "none"
#: Bytes of an EnumerateResponse or PullResponse around its items.
_FRAME = 400


def enumerate_resources(call: Call, target: Target) -> Answer:
    """Start an enumeration; with w:OptimizeEnumeration the answer holds the first items."""
    body = call.body("Enumerate")
    mode = _mode(body)
    polymorphism = _polymorphism(body)
    chosen = parse_filter(body)
    lifetime = _lifetime(body)
    if child(body, "EndTo") is not None:
        # DSP0226 8.2.1: nobody is told of the end of an enumeration.
        raise WsmanFault("ERROR_WSMAN_UNSUPPORTED_ADDRESSING_MODE")
    if isinstance(target, WmiTarget):
        items = _wmi_items(call, target, chosen, mode, polymorphism)
    elif isinstance(target, ShellTarget):
        if mode != _OBJECTS:
            raise WsmanFault("ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED")
        if isinstance(chosen, WqlFilter | AssociationFilter):
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED")
        items = shell.enumerate_items(call, target, chosen)
    elif isinstance(target, ClassSchemaTarget):
        if mode != _OBJECTS:
            raise WsmanFault("ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED")
        # Class declarations load with the first request for one, here and in Get.
        from emulator.wsman.operations import class_schema

        items = class_schema.enumerate_items(call, target, chosen)
    elif isinstance(target, ConfigurationTarget):
        if chosen is not None:
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED")
        items = [_shown(mode, *item) for item in configuration.enumerate_items(call, target)]
    else:
        raise call.unsupported(f"Enumerate of {call.envelope.resource_uri}")
    action = _URI + "EnumerateResponse"
    parts = [b"<n:EnumerateResponse>"]
    if lifetime is not None:
        parts.append(f"<n:Expires>{format_seconds(lifetime)}</n:Expires>".encode())
    if child(body, "OptimizeEnumeration") is None:
        identifier = call.contexts.open(call.account.sid, items, 0, lifetime)
        return _answer(action, *parts, _context(identifier), b"</n:EnumerateResponse>")
    count = _fitting(call, items, 0, body, action)
    if count < len(items):
        parts.append(_context(call.contexts.open(call.account.sid, items, count, lifetime)))
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
    _check_time(body)
    context = child(body, "EnumerationContext")
    identifier = "" if context is None else text_of(context)
    _maximum(body, "MaxElements", 1)
    enumeration = call.contexts.take(identifier, call.account.sid)
    action = _URI + "PullResponse"
    items, start = enumeration.items, enumeration.position
    try:
        end = start + _fitting(call, items, start, body, action)
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


def _polymorphism(body: Element) -> str:
    """DSP0227 9.3. `winrm enumerate` sends it for -shallow and -basepropertiesonly."""
    found = child(body, "PolymorphismMode")
    mode = _INCLUDE if found is None else text_of(found).lower()
    if mode not in (_INCLUDE, _EXCLUDE, _NONE):
        raise WsmanFault("ERROR_WSMAN_POLYMORPHISM_MODE_UNSUPPORTED")
    return mode


def _lifetime(body: Element) -> float | None:
    """Seconds that the client wants the context to live, None when it does not say.

    Raises INVALID_EXPIRATION_TIME, UNSUPPORTED_EXPIRATION_TYPE for a moment instead of a duration.
    """
    found = child(body, "Expires")
    if found is None:
        return None
    text = text_of(found)
    try:
        seconds = parse_duration(text)
    except ValueError:
        try:
            parse_iso_datetime(text)
        except ValueError:
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME") from None
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_UNSUPPORTED_EXPIRATION_TYPE") from None
    if not 0 < seconds <= MAXIMUM_TIMEOUT:
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME")
    return seconds


def _check_time(body: Element) -> None:
    """n:MaxTime must be a duration; the items are there already, so nobody ever waits for it."""
    found = child(body, "MaxTime")
    if found is not None:
        try:
            parse_duration(text_of(found))
        except ValueError:
            raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR") from None


def _maximum(body: Element, name: str, default: int) -> int:
    """A positive number of the body. Raises INVALID_PARAMETER."""
    found = child(body, name)
    if found is None:
        return default
    text = text_of(found)
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) > 0):
        raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER")
    return int(text)


def _fitting(call: Call, items: Sequence[bytes], start: int, body: Element, action: str) -> int:
    """How many items go into one response, by number (one without n:MaxElements), characters and octets.

    Raises MAX_ENVELOPE_SIZE_EXCEEDED when not even one does.
    """
    room = call.room(templates.ENUMERATION, action) - _FRAME
    limit = child(body, "MaxCharacters")
    characters = _maximum(body, "MaxCharacters", 0)
    count = min(_maximum(body, "MaxElements", 1), call.host.winrm.max_batch_items)
    last = min(len(items), start + count)
    if limit is None and sum(map(len, items[start:last])) <= room:
        return last - start
    for place in range(start, last):
        room -= len(items[place])
        if limit is not None:
            characters -= len(items[place].decode())
        if room < 0 or characters < 0:
            if place == start:
                raise WsmanFault("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED")
            return place - start
    return last - start


def _wmi_items(
    call: Call, target: WmiTarget, chosen: Filter | None, mode: str, polymorphism: str
) -> list[bytes]:
    if isinstance(chosen, WqlFilter):
        if target.class_name is not None or keys_of(call):
            raise WsmanFault("ERROR_WSMAN_INVALID_URI_WMI_ENUM_WQL")
    elif target.class_name is None and not isinstance(chosen, AssociationFilter):
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
    name = namespace_name(call, target)
    subject = chosen.query if isinstance(chosen, WqlFilter) else target.class_name or "*"
    operation = WmiOperation("ExecQuery" if chosen is not None else "CreateInstanceEnum", subject, name)
    try:
        namespace = call.namespace(name)
        options = provider_options(call.envelope)
        with namespace.reading():
            options.check_unread(namespace, target.class_name or "*")
            instances, properties, cache_key = _instances(namespace, target, chosen)
            if polymorphism != _INCLUDE and not isinstance(chosen, WqlFilter):
                instances = _of_class(namespace, target, instances, polymorphism)
            return _rendered(call, instances, properties, cache_key, mode)
    except CimError as error:
        raise fault_of(call, error, operation) from None


def _of_class(
    namespace: Namespace, target: WmiTarget, instances: Sequence[Instance], polymorphism: str
) -> Sequence[Instance]:
    """The instances of the class itself, or all of them with its properties only."""
    if target.class_name is None:
        return instances
    declaration = namespace.schema.find(target.class_name)
    if polymorphism == _NONE:
        return [each for each in instances if each.declaration.name == declaration.name]
    return [
        each if each.declaration.name == declaration.name else BaseProperties(each, declaration)
        for each in instances
    ]


def _instances(
    namespace: Namespace, target: WmiTarget, chosen: Filter | None
) -> tuple[Sequence[Instance], tuple[str, ...] | None, Hashable | None]:
    """The instances, the properties to show (None for all), and what tells this result from others."""
    if isinstance(chosen, WqlFilter):
        result = namespace.query(chosen.query)
        if result.classes:
            # WMI gives classes as objects without values; WinRM writes them as it writes instances.
            objects = [ClassObject(each, namespace.name, namespace.server) for each in result.classes]
            return objects, None, None
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
        return found, property_order(chosen.properties) or None, None
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


def _shown(mode: str, element: bytes, reference: bytes) -> bytes:
    """One item in the form that the enumeration mode asks for."""
    if mode == _OBJECTS:
        return element
    return reference if mode == _REFERENCES else b"".join((b"<w:Item>", element, reference, b"</w:Item>"))
