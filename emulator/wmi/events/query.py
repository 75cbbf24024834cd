"""What an event query asks for, checked against the schema (WmiSdk, "Receiving a WMI Event").

Events come from three kinds of sources here:

- providers that raise events of their instances at once (EVENT_PROVIDERS): WITHIN is not needed, and ignored;
- WMI itself, which polls every WITHIN seconds and compares: what comes and goes between two polls is unseen;
- providers of extrinsic events (`extrinsic.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.cim import wql
from emulator.cim.errors import (
    InvalidClass,
    InvalidQuery,
    NotEventClass,
    NotSupported,
    RegistrationTooBroad,
    RegistrationTooPrecise,
    UnparsableQuery,
)
from emulator.wmi.association import AssociationView
from emulator.wmi.events.extrinsic import EXTRINSIC, Extrinsic
from emulator.wmi.tables import load_schema

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.host.host import Change
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.namespace import Namespace

#: The event classes of instances by what happened.
INTRINSIC: dict[Change, str] = {
    "created": "__InstanceCreationEvent",
    "modified": "__InstanceModificationEvent",
    "deleted": "__InstanceDeletionEvent",
}
#: DMTF's names, which WMI takes for its own event classes (Microsoft, Register-CimIndicationEvent).
_ALIASES = {
    "cim_instindication": "__InstanceOperationEvent",
    "cim_instcreation": "__InstanceCreationEvent",
    "cim_instmodification": "__InstanceModificationEvent",
    "cim_instdeletion": "__InstanceDeletionEvent",
}
#: Events of what never changes on this machine: the queries are taken, and nothing comes.
_UNCHANGING = ("__ClassOperationEvent",)
#: The namespaces whose providers raise events of all their instances, apart from associations (chosen).
EVENT_PROVIDERS = frozenset({"root/virtualization", "root/virtualization/v2"})
#: The shortest polling interval in seconds (WmiSdk, "WITHIN Clause").
SHORTEST_WITHIN = 0.001
_SYSTEM_CLASSES = "root_cimv2"


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A checked event query.

    `raised` are the views whose provider raises events, `polled` those that WMI polls every `within` seconds,
    `extrinsic` the extrinsic events; `kinds` says which changes of instances count.
    """

    text: str
    kinds: frozenset[Change]
    raised: tuple[AnyView, ...]
    polled: tuple[AnyView, ...]
    extrinsic: tuple[Extrinsic, ...]
    within: float
    properties: tuple[str, ...] | None
    where: wql.Expression | None
    group_within: float | None
    group_by: tuple[str, ...]
    having: wql.Expression | None


def event_class(namespace: Namespace, name: str) -> ClassDeclaration:
    """A class of the namespace; WMI's system classes are in every namespace. Raises InvalidClass."""
    found = namespace.schema.get(name)
    if found is None and name.startswith("__"):
        found = load_schema(_SYSTEM_CLASSES, namespace.name, namespace.host.release.key).get(name)
    if found is None:
        raise InvalidClass(f"no class {name[:256]} in {namespace.name}")
    return found


def parse_event_query(namespace: Namespace, text: str) -> EventQuery:
    """Read and check an event query.

    Raises UnparsableQuery, NotEventClass, InvalidClass, InvalidQuery (a name that does not exist, WITHIN too
    short), RegistrationTooBroad, RegistrationTooPrecise, and NotSupported for events that are not emulated.
    """
    try:
        query = wql.parse(text)
    except InvalidQuery as error:
        raise UnparsableQuery(error.detail) from error
    if not isinstance(query, wql.SelectQuery):
        raise UnparsableQuery("an event query begins with SELECT")
    for seconds in (query.within, query.group_within):
        if seconds is not None and seconds < SHORTEST_WITHIN:
            raise InvalidQuery(f"WITHIN {seconds:g} is less than {SHORTEST_WITHIN:g} seconds")
    _check_group(namespace, query)
    alias = _ALIASES.get(query.class_name.lower(), query.class_name)
    declaration = event_class(namespace, alias)
    if not declaration.is_a("__Event"):
        raise NotEventClass(f"{declaration.name} is not derived from __Event")
    kinds = frozenset(
        kind for kind, name in INTRINSIC.items() if event_class(namespace, name).is_a(declaration.name)
    )
    extrinsic = tuple(
        each for each in EXTRINSIC if each.exists(namespace) and each.is_wanted(namespace, declaration)
    )
    if kinds and extrinsic:
        raise RegistrationTooBroad(f"{declaration.name} stands for every event there is")
    if not kinds and not extrinsic and not any(declaration.is_a(name) for name in _UNCHANGING):
        namespace.service.record_gap(namespace.name, f"{declaration.name} (events)")
        raise NotSupported(f"events of {declaration.name} are not emulated")
    raised, polled = _views(namespace, query, declaration) if kinds else ((), ())
    if polled and query.within is None:
        raise RegistrationTooPrecise(f"{polled[0].class_name} raises no events by itself")
    return EventQuery(
        text=text,
        kinds=kinds,
        raised=raised,
        polled=polled,
        extrinsic=extrinsic,
        within=query.within or 0.0,
        properties=None if query.group_within is not None else _selected(query, declaration),
        where=query.where,
        group_within=query.group_within,
        group_by=query.group_by,
        having=query.having,
    )


def _check_group(namespace: Namespace, query: wql.SelectQuery) -> None:
    """HAVING knows the aggregate's own properties alone."""
    aggregate = event_class(namespace, "__AggregateEvent")
    for operand in _properties(query.having):
        if len(operand.parts) != 1 or aggregate.find_property(operand.parts[0]) is None:
            raise InvalidQuery(f"{aggregate.name} has no property {operand.name[:256]}")


def _views(
    namespace: Namespace, query: wql.SelectQuery, declaration: ClassDeclaration
) -> tuple[tuple[AnyView, ...], tuple[AnyView, ...]]:
    """The views of the target classes: those of providers that raise events, and the rest."""
    names = _target_classes(query.where)
    if names is None:
        raise RegistrationTooBroad("no TargetInstance ISA restricts the query to a class")
    targets = [namespace.schema.find(name) for name in sorted(names)]
    _check_names(namespace, query, declaration, targets)
    views = {view: None for target in targets for view in namespace.views_of(target)}
    has_provider = namespace.name in EVENT_PROVIDERS
    raised = [view for view in views if has_provider and not isinstance(view, AssociationView)]
    polled = [view for view in views if view not in raised]
    if raised and query.within is None:
        # A base class without WITHIN: the events of the classes that raise some.
        polled = []
    return tuple(raised), tuple(polled)


def _target_classes(where: wql.Expression | None) -> frozenset[str] | None:
    """The classes (lower case) that the target of every match must be of; None when any will do."""
    if isinstance(where, wql.IsA) and where.operand.parts[0].lower() in _TARGETS and _is_head(where.operand):
        return frozenset({where.class_name.lower()})
    if isinstance(where, wql.Comparison) and where.operator == "=" and isinstance(where.right, wql.Constant):
        left = where.left
        if isinstance(left, wql.Property) and len(left.parts) == 2 and left.parts[0].lower() in _TARGETS:
            return frozenset({str(where.right.value).lower()}) if left.parts[1].upper() == "__CLASS" else None
    if isinstance(where, wql.And):
        found = [each for each in map(_target_classes, where.terms) if each is not None]
        return min(found, key=len) if found else None
    if isinstance(where, wql.Or):
        sets = [_target_classes(term) for term in where.terms]
        known = [each for each in sets if each is not None]
        return frozenset().union(*known) if len(known) == len(sets) else None
    return None


_TARGETS = ("targetinstance", "previousinstance")


def _is_head(operand: wql.Property) -> bool:
    return len(operand.parts) == 1


def _check_names(
    namespace: Namespace,
    query: wql.SelectQuery,
    declaration: ClassDeclaration,
    targets: list[ClassDeclaration],
) -> None:
    """Every name must exist: in the event class or, after TargetInstance, in one of the target classes."""
    events = [event_class(namespace, name) for name in (declaration.name, *INTRINSIC.values())]
    for operand in (*_properties(query.where), *map(_property, query.group_by)):
        head = operand.parts[0]
        if head.startswith("__"):
            continue
        if not any(each.find_property(head) for each in events):
            raise InvalidQuery(f"{declaration.name} has no property {head[:256]}")
        if head.lower() not in _TARGETS or len(operand.parts) != 2 or operand.is_system:
            continue
        classes = [name for target in targets for name in namespace.schema.subclasses(target.name)]
        known = [*targets, *(namespace.schema.find(name) for name in classes)]
        if not any(each.find_property(operand.parts[1]) for each in known):
            raise InvalidQuery(f"{targets[0].name} has no property {operand.parts[1][:256]}")


def _property(name: str) -> wql.Property:
    return wql.Property(tuple(name.split(".")))


def _properties(where: wql.Expression | None) -> Iterator[wql.Property]:
    if isinstance(where, wql.And | wql.Or):
        for term in where.terms:
            yield from _properties(term)
    elif isinstance(where, wql.Not):
        yield from _properties(where.term)
    elif isinstance(where, wql.IsNull | wql.IsA):
        yield where.operand
    elif isinstance(where, wql.Comparison):
        yield from (side for side in (where.left, where.right) if isinstance(side, wql.Property))


def _selected(query: wql.SelectQuery, declaration: ClassDeclaration) -> tuple[str, ...] | None:
    """The selected properties as the class spells them; a part of an embedded object selects all of it."""
    if query.properties is None:
        return None
    heads = [name.partition(".")[0] for name in query.properties]
    if any(head.startswith("__") for head in heads):
        return None
    return tuple(dict.fromkeys(declaration.property(head).name for head in heads))
