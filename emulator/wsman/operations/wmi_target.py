"""The WMI class that a request addresses, and its instance by selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError, InvalidObjectPath, TypeMismatch
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType, parse_value
from emulator.wmi.namespace import AmbiguousKeys
from emulator.wsman.errors import WmiOperation, wmi_fault
from emulator.wsman.faults import WsmanFault
from emulator.wsman.references import NAMESPACE_SELECTOR, key_value

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.object_path import KeyValue
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import ViewInstance
    from emulator.wsman.operations.call import Call
    from emulator.wsman.resource_uri import WmiTarget

# Keys that the class or the machine implies.
_IMPLIED = {"creationclassname", "systemcreationclassname", "systemname", "cscreationclassname", "csname"}


def namespace_name(call: Call, target: WmiTarget) -> str:
    """The namespace of the request: of a WMI URI its own, of a DMTF URI that of __cimnamespace.

    Raises DIFFERENT_CIM_SELECTOR when a WMI URI and the selector name different ones.
    """
    chosen = call.envelope.selector(NAMESPACE_SELECTOR) if call.envelope.selectors else None
    if chosen is None:
        return target.namespace
    chosen = chosen.replace("\\", "/").strip("/")
    if not target.is_dmtf and chosen.lower() != target.namespace.lower():
        raise WsmanFault("ERROR_WSMAN_DIFFERENT_CIM_SELECTOR")
    return chosen


def keys_of(call: Call) -> dict[str, KeyValue]:
    """The selectors as key values, references as object paths."""
    return {
        name: key_value(value)
        for name, value in call.envelope.selectors
        if name.lower() != NAMESPACE_SELECTOR
    }


def resolve(namespace: Namespace, class_name: str, keys: dict[str, KeyValue]) -> ViewInstance[Any]:
    """The instance that the selectors name; they may be incomplete while only one instance fits.

    Raises UNEXPECTED_SELECTORS for a name that is no key, INSUFFICIENT_SELECTORS when more than one fits,
    INVALID_URI_WMI_SINGLETON when there are none and the class has many instances; CimError otherwise.
    """
    _check_types(namespace.schema.find(class_name), keys)
    try:
        return namespace.resolve(class_name, keys)
    except AmbiguousKeys:
        name = "ERROR_WSMAN_INSUFFCIENT_SELECTORS" if keys else "ERROR_WSMAN_INVALID_URI_WMI_SINGLETON"
        raise WsmanFault(name) from None
    except InvalidObjectPath:
        raise WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS") from None


def addressed(namespace: Namespace, class_name: str, keys: dict[str, KeyValue]) -> ViewInstance[Any]:
    """The instance that a Get addresses: the key that tells instances apart must be given.

    Names of classes and of the system may be left out, as clients of Hyper-V do. Raises as `resolve`, and
    INSUFFICIENT_SELECTORS for another key that is missing.
    """
    wanted = {name.lower() for name in namespace.schema.find(class_name).keys}
    given = {name.lower() for name in keys}
    if given - wanted:
        raise WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS")
    missing = wanted - given
    if missing and not given:
        raise WsmanFault("ERROR_WSMAN_INVALID_URI_WMI_SINGLETON")
    if missing - _IMPLIED:
        raise WsmanFault("ERROR_WSMAN_INSUFFCIENT_SELECTORS")
    return resolve(namespace, class_name, keys)


def _check_types(declaration: ClassDeclaration, keys: dict[str, KeyValue]) -> None:
    """Every key is of its property's type. Raises SELECTOR_TYPEMISMATCH."""
    for name, value in keys.items():
        declared = declaration.find_property(name)
        if declared is None or (declared.type is CimType.STRING and isinstance(value, str)):
            continue
        try:
            if declared.type is CimType.REFERENCE:
                if not isinstance(value, ObjectPath):
                    ObjectPath.parse(str(value))
            elif isinstance(value, ObjectPath):
                raise TypeMismatch(name)
            else:
                parse_value(declared.type, str(value))
        except (TypeMismatch, InvalidObjectPath):
            raise WsmanFault("ERROR_WSMAN_SELECTOR_TYPEMISMATCH") from None


def fault_of(call: Call, error: CimError, operation: WmiOperation) -> WsmanFault:
    """The fault of a WMI error in the shape of this release."""
    return wmi_fault(error, operation, has_wmi_error(call))


def has_wmi_error(call: Call) -> bool:
    """Whether the release's WinRM answers some errors with MSFT_WmiError (stack 3.0)."""
    return not call.host.release.winrm_stack.startswith("2.")
