"""Object paths as WS-Addressing endpoint references and back (DSP0230 section 7.2).

A reference of a property or parameter holds Address and ReferenceParameters directly; only in lists of
references and inside selectors an a:EndpointReference wraps them.
"""

from __future__ import annotations

from emulator.cim.errors import InvalidObjectPath
from emulator.cim.object_path import KeyValue, ObjectPath
from emulator.wsman.envelope import EndpointReference, SelectorValue
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import ADDRESSING, ANONYMOUS, DMTF_CLASSES, WMI, WSMAN
from emulator.wsman.resource_uri import WmiTarget, parse_resource_uri
from emulator.wsman.templates import selector_set
from emulator.wsman.text import escape

_MAXIMUM_DEPTH = 8
NAMESPACE_SELECTOR = "__cimnamespace"


def class_uri(namespace: str, class_name: str, is_dmtf: bool = False) -> str:
    """The resource URI of a WMI class, in Microsoft's or the DMTF's family."""
    return DMTF_CLASSES + class_name if is_dmtf else f"{WMI}{namespace}/{class_name}"


def reference_content(
    path: ObjectPath, namespace: str, depth: int = 0, *, address: str = ANONYMOUS, is_dmtf: bool = False
) -> str:
    """Address and ReferenceParameters of a path; `namespace` where the path has none.

    A reference in the DMTF's family has the namespace in the selector __cimnamespace (DSP0227 5.3).
    """
    if depth > _MAXIMUM_DEPTH:
        raise InvalidObjectPath("references are nested too deeply")
    place = (path.namespace or namespace).lower()
    uri = class_uri(place, path.class_name, is_dmtf)
    selectors = tuple((name, _selector_value(value, namespace, depth, is_dmtf)) for name, value in path.keys)
    if is_dmtf:
        selectors = ((NAMESPACE_SELECTOR, escape(place)), *selectors)
    return (
        f"<a:Address>{escape(address)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(uri)}</w:ResourceURI>{selector_set(selectors)}</a:ReferenceParameters>"
    )


def endpoint_reference(path: ObjectPath, namespace: str, is_dmtf: bool = False) -> str:
    """The path as an a:EndpointReference that stands for itself."""
    content = reference_content(path, namespace, is_dmtf=is_dmtf)
    return f"<a:EndpointReference>{content}</a:EndpointReference>"


#: What a reference property declares for its content (recorded).
REFERENCE_NAMESPACES = f' xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}"'


def _selector_value(value: KeyValue, namespace: str, depth: int, is_dmtf: bool) -> str:
    if isinstance(value, ObjectPath):
        content = reference_content(value, namespace, depth + 1, is_dmtf=is_dmtf)
        return f"<a:EndpointReference>{content}</a:EndpointReference>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def object_path(reference: EndpointReference, server: str | None = None) -> ObjectPath:
    """The path that a reference names. Raises INVALID_SELECTOR_VALUE when it is no WMI instance."""
    target = parse_resource_uri(reference.resource_uri)
    if not isinstance(target, WmiTarget) or target.class_name is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_SELECTOR_VALUE")
    namespace = target.namespace
    keys: list[tuple[str, KeyValue]] = []
    for name, value in reference.selectors:
        if name.lower() == NAMESPACE_SELECTOR:
            namespace = str(value) if isinstance(value, str) else namespace
        else:
            keys.append((name, key_value(value)))
    return ObjectPath(target.class_name, keys, namespace=namespace, server=server, is_singleton=not keys)


def key_value(value: SelectorValue) -> KeyValue:
    """A selector's value as the key of a path."""
    return value if isinstance(value, str) else object_path(value)
