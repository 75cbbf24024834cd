"""Running WQL: which objects a query has to look at, and what it gives back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.cim import wql
from emulator.cim.errors import InvalidObjectPath, NotSupported
from emulator.wmi import schema_associations
from emulator.wmi.keys import Keys
from emulator.wmi.keys_only import KeysOnlyInstance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.instance import Instance
    from emulator.cim.types import CimScalar
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.namespace import Namespace


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query gave.

    ``properties`` are the selected ones by their canonical names, None for all of them. ``classes`` is filled
    instead of ``instances`` by queries for class declarations (meta_class, ClassDefsOnly). Equal values of
    ``cache_key`` mean equal results (apart from volatile values); None when the query cannot tell.
    """

    instances: Sequence[Instance]
    properties: tuple[str, ...] | None = None
    classes: tuple[ClassDeclaration, ...] = ()
    cache_key: Hashable | None = None


def run(namespace: Namespace, text: str) -> QueryResult:
    """Run one query. The caller holds the host still."""
    query = wql.parse(text)
    if isinstance(query, wql.SelectQuery):
        return _select(namespace, query, text)
    if isinstance(query, wql.SchemaQuery):
        return _classes(namespace, query)
    if query.schema_only:
        return QueryResult((), classes=_schema_only(namespace, query))
    if isinstance(query, wql.AssociatorsQuery):
        found = namespace.associators(
            query.path,
            query.assoc_class,
            query.result_class,
            query.role,
            query.result_role,
            query.required_assoc_qualifier,
        )
    else:
        found = namespace.references(query.path, query.result_class, query.role)
    if query.required_qualifier is not None:
        wanted = query.required_qualifier
        found = [each for each in found if namespace.has_qualifier(each.declaration, wanted)]
    if query.class_defs_only:
        classes = {each.declaration.name: each.declaration for each in found}
        return QueryResult((), classes=tuple(classes.values()))
    return QueryResult([KeysOnlyInstance(each) for each in found] if query.keys_only else found)


def _schema_only(
    namespace: Namespace, query: wql.AssociatorsQuery | wql.ReferencesQuery
) -> tuple[ClassDeclaration, ...]:
    """The classes that can be associated with a class. Raises InvalidObjectPath for an instance's path."""
    if not query.path.is_class:
        raise InvalidObjectPath(f"SchemaOnly needs the path of a class: {query.path}")
    schema = namespace.schema
    source = schema.find(query.path.class_name)
    found: dict[str, ClassDeclaration] = {}
    if isinstance(query, wql.ReferencesQuery):
        for association, _near in schema_associations.referring_classes(schema, source, query.role):
            found.setdefault(association.name, association)
    else:
        pairs = schema_associations.associated_classes(schema, source, query.role, query.result_role)
        assoc_class = None if query.assoc_class is None else schema.find(query.assoc_class).name
        for association, other in pairs:
            if assoc_class is not None and not association.is_a(assoc_class):
                continue
            required = query.required_assoc_qualifier
            if required is None or namespace.has_qualifier(association, required):
                found.setdefault(other.name, other)
    result_class = None if query.result_class is None else schema.find(query.result_class).name
    return tuple(
        each
        for each in found.values()
        if (result_class is None or each.is_a(result_class))
        and (query.required_qualifier is None or namespace.has_qualifier(each, query.required_qualifier))
    )


def _select(namespace: Namespace, query: wql.SelectQuery, text: str) -> QueryResult:
    declaration = namespace.schema.find(query.class_name)
    if query.within is not None or query.group_by or declaration.is_a("__Event"):
        raise NotSupported(f"events are subscribed to, not queried: {declaration.name}")
    properties = wql.resolve(query, declaration)
    views = namespace.views_of(declaration)
    instances = list(_matching(views, declaration, query.where))
    # A class without views is a gap, which counts each time that it is asked for.
    follows = bool(views) and _follows_revision(views, query.where)
    key = (namespace.name, text, namespace.host.revision) if follows else None
    return QueryResult(instances, properties, cache_key=key)


def _follows_revision(views: Sequence[AnyView], where: wql.Expression | None) -> bool:
    """Whether a query gives the same objects as long as the machine does not change."""
    names = wql.property_names(where)
    return all(view.follows_revision and names.isdisjoint(map(str.lower, view.volatile)) for view in views)


def _matching(
    views: Sequence[AnyView], declaration: ClassDeclaration, where: wql.Expression | None
) -> Iterator[Instance]:
    """The instances that fit, without a scan where the query fixes what a view finds its objects by."""
    keys = Keys({**_equalities(where), **wql.key_equalities(where, declaration)})
    for view in views:
        items = view.candidates(keys) if len(keys) else None
        for item in view.objects() if items is None else items:
            instance = view.instance(item)
            if wql.evaluate(where, instance):
                yield instance


def _classes(namespace: Namespace, query: wql.SchemaQuery) -> QueryResult:
    """The class declarations that a meta_class query asks for."""
    wql.check_schema_query(query)
    schema = namespace.schema
    names: Iterable[str] | None = None
    for system_property, class_name in wql.class_names_wanted(query.where):
        if class_name not in schema:
            continue
        if system_property == "__SUPERCLASS":
            narrowed = schema.subclasses(class_name, deep=False)
        else:
            narrowed = (class_name, *(() if system_property == "__CLASS" else schema.subclasses(class_name)))
        names = narrowed if names is None else names
    declarations = (schema.find(name) for name in (schema.names() if names is None else names))
    found = tuple(each for each in declarations if wql.evaluate_class(query.where, each))
    return QueryResult((), classes=found)


def _equalities(where: wql.Expression | None) -> dict[str, CimScalar]:
    """Properties that every match must have with this value: ``property = constant`` terms joined by AND."""
    terms = where.terms if isinstance(where, wql.And) else (where,)
    return {
        term.left.parts[0]: term.right.value
        for term in terms
        if isinstance(term, wql.Comparison)
        and term.operator == "="
        and isinstance(term.left, wql.Property)
        and isinstance(term.right, wql.Constant)
        and len(term.left.parts) == 1
    }
