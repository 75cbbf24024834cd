"""The filters of Enumerate: WQL, selectors, associations (DSP0226 8.2.1, DSP0227 section 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.wsman.envelope import SelectorValue, child, parse_reference, parse_selectors, text_of
from emulator.wsman.faults import WsmanFault
from emulator.wsman.references import object_path
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.cim.object_path import ObjectPath

#: WQL, and CQL: what both have (SELECT .. FROM .. WHERE) means the same.
_WQL = (
    "http://schemas.microsoft.com/wbem/wsman/1/wql",
    "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf",
)
_SELECTOR = "http://schemas.dmtf.org/wbem/wsman/1/wsman/selectorfilter"
#: As DSP0227 and as MS-WSMV and winrm.vbs spell it; compared without case.
_ASSOCIATION = (
    "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationfilter",
    "http://schemas.microsoft.com/wbem/wsman/1/cimbinding/associationfilter",
)
_MAXIMUM_QUERY = 65_536


@dataclass(frozen=True, slots=True)
class WqlFilter:
    """A query; it names the class itself."""

    query: str


@dataclass(frozen=True, slots=True)
class SelectorFilter:
    """Values that properties of the instances must have."""

    selectors: tuple[tuple[str, SelectorValue], ...]

    def value(self, name: str) -> str | None:
        """The text of one selector, None when it is not there."""
        for key, value in self.selectors:
            if key.lower() == name.lower() and isinstance(value, str):
                return value
        return None

    def accepts(self, instance: Instance) -> bool:
        """Whether every selector names a property that has the value; text compares without case."""
        for name, wanted in self.selectors:
            declared = instance.declaration.find_property(name)
            if declared is None or not isinstance(wanted, str):
                return False
            actual = instance.value(declared.name)
            if actual is None or str(actual).casefold() != wanted.casefold():
                return False
        return True


@dataclass(frozen=True, slots=True)
class AssociationFilter:
    """Instances associated with an object, or (`references`) the associations that refer to it."""

    path: ObjectPath
    references: bool
    association_class: str | None
    result_class: str | None
    role: str | None
    result_role: str | None
    properties: tuple[str, ...]


Filter = WqlFilter | SelectorFilter | AssociationFilter


def parse_filter(enumerate_body: Element) -> Filter | None:
    """The filter of an n:Enumerate, in w: or n:. Raises FILTER_DIALECT..., CANNOT_PROCESS_FILTER."""
    filters = [each for each in enumerate_body if local_name(each) == "Filter"]
    if not filters:
        return None
    if len(filters) > 1:
        # DSP0226 8.2.1: one in each namespace is one too many.
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
    found = filters[0]
    dialect = (found.get("Dialect") or "").strip().lower().rstrip("/")
    if dialect in _WQL:
        query = found.text or ""
        if not query.strip() or len(query) > _MAXIMUM_QUERY:
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
        return WqlFilter(query)
    if dialect == _SELECTOR:
        selector_set = child(found, "SelectorSet")
        if selector_set is None:
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")
        return SelectorFilter(parse_selectors(selector_set))
    if dialect in _ASSOCIATION:
        return _association(found)
    raise WsmanFault("ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE")


def _association(element: Element) -> AssociationFilter:
    chosen = element[0] if len(element) else None
    kind = "" if chosen is None else local_name(chosen)
    target = None if chosen is None else child(chosen, "Object")
    if chosen is None or target is None or kind not in ("AssociatedInstances", "AssociationInstances"):
        raise WsmanFault("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER")

    def text(name: str) -> str | None:
        found = child(chosen, name)
        return (text_of(found) or None) if found is not None else None

    return AssociationFilter(
        path=object_path(parse_reference(target)),
        references=kind == "AssociationInstances",
        association_class=text("AssociationClassName"),
        result_class=text("ResultClassName"),
        role=text("Role"),
        result_role=text("ResultRole"),
        properties=tuple(
            text_of(each) for each in chosen if local_name(each) == "IncludeResultProperty" and text_of(each)
        ),
    )
