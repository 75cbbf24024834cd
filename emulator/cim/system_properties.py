"""The system properties of every object (WmiSdk, "WMI System Properties"), as declarations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emulator.cim.declaration import PropertyDeclaration
from emulator.cim.types import CimType

_TYPES = {
    "__CLASS": CimType.STRING,
    "__DERIVATION": CimType.STRING,
    "__DYNASTY": CimType.STRING,
    "__GENUS": CimType.SINT32,
    "__NAMESPACE": CimType.STRING,
    "__PATH": CimType.STRING,
    "__PROPERTY_COUNT": CimType.SINT32,
    "__RELPATH": CimType.STRING,
    "__SERVER": CimType.STRING,
    "__SUPERCLASS": CimType.STRING,
}

SYSTEM_PROPERTIES: Mapping[str, PropertyDeclaration] = MappingProxyType(
    {
        name: PropertyDeclaration(name, cim_type, class_origin="___SYSTEM", is_array=name == "__DERIVATION")
        for name, cim_type in _TYPES.items()
    }
)
"""By name in upper case."""
