"""Class declarations as resources: Get and Enumerate of `cim-xml/2/cim-schema/2/*`, as Get-CimClass asks.

The selectors are `__cimnamespace` and `ClassName`; the answer is a CIM-XML CLASS (DSP0201) in no namespace.
The options IncludeInheritanceHierarchy, IncludeInheritedElements, IncludeQualifiers and IncludeClassOrigin,
also with the prefix `wmi:`, say how much of the class is wanted (microsoft/omi, `Unix/wsman/wstags.txt` and
`Unix/doc/xml/GetClassRequest.xml`). Windows registers Get and Enumerate for this URI and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.cim.class_xml import ClassDetail, format_class
from emulator.cim.errors import CimError
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.operations.filters import Filter, WqlFilter
from emulator.wsman.operations.wmi_target import fault_of

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace
    from emulator.wsman.operations.call import Call
    from emulator.wsman.resource_uri import ClassSchemaTarget

_NAMESPACE, _CLASS_NAME = "__cimnamespace", "classname"
_DEFAULT_NAMESPACE = "root/cimv2"


def get(call: Call, target: ClassSchemaTarget) -> bytes:
    """The CLASS that the URI or the selector ClassName names. Raises the fault of one that does not exist."""
    _check_format(call, target)
    namespace_name, class_name = _addressed(call, target)
    if not class_name:
        raise WsmanFault("ERROR_WSMAN_INSUFFCIENT_SELECTORS")
    if call.envelope.fragment is not None:
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED")
    try:
        namespace = call.namespace(namespace_name)
        return _class_bytes(namespace, namespace.schema.find(class_name), _detail(call))
    except CimError as error:
        raise fault_of(call, error, WmiOperation("GetObject", class_name, namespace_name)) from None


def enumerate_items(call: Call, target: ClassSchemaTarget, chosen: Filter | None) -> list[bytes]:
    """Every class of the namespace, with a ClassName those that derive from it, with WQL what it asks for."""
    _check_format(call, target)
    namespace_name, class_name = _addressed(call, target)
    if chosen is not None and not isinstance(chosen, WqlFilter):
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE")
    subject = chosen.query if chosen is not None else class_name
    operation = WmiOperation(
        "ExecQuery" if chosen is not None else "CreateClassEnum", subject, namespace_name
    )
    try:
        namespace = call.namespace(namespace_name)
        found = _chosen(namespace, class_name, chosen)
        detail = _detail(call)
        return [_class_bytes(namespace, each, detail) for each in found]
    except CimError as error:
        raise fault_of(call, error, operation) from None


def _chosen(namespace: Namespace, class_name: str, chosen: WqlFilter | None) -> Iterable[ClassDeclaration]:
    if chosen is not None:
        result = namespace.query(chosen.query)
        if result.instances:
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
        return result.classes
    schema = namespace.schema
    names = schema.subclasses(class_name) if class_name else schema.names()
    return [schema.find(name) for name in names]


def _check_format(call: Call, target: ClassSchemaTarget) -> None:
    """WS-CIM, the other form of a class, is registered by neither Windows nor its Unix server."""
    if target.is_ws_cim:
        raise call.unsupported("class schema in WS-CIM form")


def _addressed(call: Call, target: ClassSchemaTarget) -> tuple[str, str]:
    """Namespace and class name ('' for all). Raises UNEXPECTED_SELECTORS, DIFFERENT_CIM_SELECTOR."""
    for name, value in call.envelope.selectors:
        if name.lower() not in (_NAMESPACE, _CLASS_NAME) or not isinstance(value, str):
            raise WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS")
    namespace = (call.envelope.selector(_NAMESPACE) or _DEFAULT_NAMESPACE).replace("\\", "/").strip("/")
    class_name = (call.envelope.selector(_CLASS_NAME) or "").strip()
    if target.class_name is None:
        return namespace, class_name
    if class_name and class_name.lower() != target.class_name.lower():
        raise WsmanFault("ERROR_WSMAN_DIFFERENT_CIM_SELECTOR")
    return namespace, target.class_name


def _detail(call: Call) -> ClassDetail:
    def wanted(name: str) -> bool:
        return call.envelope.flag(name) or call.envelope.flag(f"wmi:{name}")

    return ClassDetail(
        inheritance_hierarchy=wanted("IncludeInheritanceHierarchy"),
        inherited_elements=wanted("IncludeInheritedElements"),
        qualifiers=wanted("IncludeQualifiers"),
        class_origin=wanted("IncludeClassOrigin"),
    )


def _class_bytes(namespace: Namespace, declaration: ClassDeclaration, detail: ClassDetail) -> bytes:
    return format_class(declaration, detail, namespace.provider(declaration)).encode()
