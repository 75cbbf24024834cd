"""One WMI namespace: get, enumerate, query, follow associations, call methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.cim.declaration import ClassDeclaration
from emulator.cim.errors import InvalidMethod, InvalidObjectPath, NotFound, ProviderNotCapable, TypeMismatch
from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.host.errors import HostError
from emulator.host.security.callers import may_administer
from emulator.wmi import errors, planner
from emulator.wmi.association import End, Link, Pair
from emulator.wmi.catalog import AnyView, ViewCatalog
from emulator.wmi.changes import put_changes
from emulator.wmi.keys import Keys
from emulator.wmi.method import EmbeddedInstanceError, MethodResult, bind, refusal
from emulator.wmi.operation_options import NO_OPTIONS
from emulator.wmi.planner import QueryResult
from emulator.wmi.providers import provider_of
from emulator.wmi.revision_memory import RevisionMemory
from emulator.wmi.view import View, ViewInstance

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.schema import Schema
    from emulator.cim.types import CimValue
    from emulator.host.security.accounts import Account
    from emulator.wmi.events import EventSubscription
    from emulator.wmi.events.source import EventSource
    from emulator.wmi.operation_options import OperationOptions
    from emulator.wmi.service import WmiService

Item = TypeVar("Item")
V = TypeVar("V", bound=AnyView)

__all__ = ["AmbiguousKeys", "Namespace", "QueryResult"]

#: Instances that the results of remembered queries may hold together.
_REMEMBERED_INSTANCES = 50_000


class AmbiguousKeys(InvalidObjectPath):
    """The keys that were given fit more than one instance."""


class Namespace:
    """The classes, instances and methods of one namespace.

    Every call settles the host's due events and reads under its lock. Instances read the host when asked
    for a value, so a door renders them inside ``reading()``.
    """

    def __init__(
        self,
        service: WmiService,
        schema: Schema,
        views: Iterable[type[AnyView]],
        links: Iterable[Link],
    ) -> None:
        self.service = service
        self.host = service.host
        self.name = schema.namespace
        self.schema = schema
        self._catalog = ViewCatalog(self, views, links)
        self._events: EventSource | None = None
        self._queries: RevisionMemory[QueryResult] = RevisionMemory(self.host, _REMEMBERED_INSTANCES)

    @property
    def server(self) -> str:
        """The NetBIOS name of the host."""
        return self.host.name

    def reading(self) -> AbstractContextManager[Any]:
        """Hold the host still while instances are read."""
        return self.host.looking()

    # Reading.

    def get(self, class_name: str, keys: Mapping[str, CimValue]) -> Instance:
        """The instance that the full set of keys names.

        Raises InvalidClass, InvalidObjectPath (a key is missing or is none of this class), NotFound.
        """
        with self.host.looking():
            declaration = self.schema.find(class_name)
            given = Keys(keys)
            missing = [name for name in declaration.keys if name not in given]
            if missing:
                raise InvalidObjectPath(f"{declaration.name}: no value for the key {', '.join(missing)}")
            return self._only(declaration, given)

    def resolve(self, class_name: str, keys: Mapping[str, CimValue]) -> ViewInstance[Any]:
        """The one instance that these keys fit; keys may be left out while only one instance fits.

        Raises InvalidClass, InvalidObjectPath (a name is no key), AmbiguousKeys, NotFound.
        """
        with self.host.looking():
            return self._only(self.schema.find(class_name), Keys(keys))

    def find(self, path: ObjectPath | str) -> ViewInstance[Any]:
        """The instance that a path names, in whichever namespace the path says.

        Raises InvalidObjectPath, InvalidNamespace, InvalidClass, NotFound.
        """
        wanted = ObjectPath.parse(path) if isinstance(path, str) else path
        with self.host.looking():
            if wanted.namespace and wanted.namespace.lower() != self.name:
                other = self.service.namespace(wanted.namespace)
                return other.find(
                    ObjectPath(wanted.class_name, wanted.keys, is_singleton=wanted.is_singleton)
                )
            declaration = self.schema.find(wanted.class_name)
            if wanted.is_class:
                raise InvalidObjectPath(f"{wanted} names a class, not an instance")
            return self._only(declaration, Keys(wanted.named_keys(declaration.keys)))

    def instances(self, class_name: str) -> Sequence[Instance]:
        """Every instance of the class and of its subclasses."""
        with self.host.looking():
            views = self.views_of(self.schema.find(class_name))
            return [view.instance(item) for view in views for item in view.objects()]

    def associators(
        self,
        path: ObjectPath | str,
        association_class: str | None = None,
        result_class: str | None = None,
        role: str | None = None,
        result_role: str | None = None,
        required_association_qualifier: str | None = None,
    ) -> Sequence[Instance]:
        """The instances at the other end of the associations of one instance, each once.

        ``role`` is the part that the instance of ``path`` plays, ``result_role`` that of the results; the
        association class must have the qualifier ``required_association_qualifier``.
        """
        with self.host.looking():
            wanted = None if result_class is None else self.schema.find(result_class).name
            source = self.find(path)
            found: dict[tuple[AnyView, object], Instance] = {}
            for link, near, far in self._joins_of(source, association_class, role, result_role):
                if required_association_qualifier is not None and not self.has_qualifier(
                    self.schema.find(link.association), required_association_qualifier
                ):
                    continue
                view = self.view_at(far)
                if wanted is None or view.declaration.is_a(wanted):
                    for other in near.across(self, source.item):
                        found.setdefault((view, view.object_id(other)), view.instance(other))
            return list(found.values())

    def references(
        self, path: ObjectPath | str, result_class: str | None = None, role: str | None = None
    ) -> Sequence[Instance]:
        """The association instances that refer to one instance."""
        with self.host.looking():
            source = self.find(path)
            found: list[Instance] = []
            for link, near, _far in self._joins_of(source, result_class, role, None):
                view = self._catalog.association(link)
                for other in near.across(self, source.item):
                    ends = (source.item, other) if near is link.left else (other, source.item)
                    found.append(view.instance(Pair(link, *ends)))
            return found

    def subscribe(self, query: str) -> EventSubscription:
        """Begin to collect the events of a WQL event query; how to take them: `emulator.wmi.events`.

        Raises InvalidQuery and its kinds, InvalidClass, NotSupported (not emulated), QuotaViolation.
        """
        with self.host.looking():
            if self._events is None:
                from emulator.wmi.events.source import EventSource

                self._events = EventSource(self)
        return self._events.subscribe(query)

    def query(self, text: str) -> QueryResult:
        """Run a WQL query of any kind. Raises InvalidQuery, InvalidClass, NotSupported (events)."""
        with self.host.looking():
            found = self._queries.get(text)
            if found is None:
                found = planner.run(self, text)
                if found.cache_key is not None:
                    self._queries.keep(text, found, 10 + len(found.instances))
            return found

    # Calling.

    def invoke(
        self,
        target: Instance | ClassDeclaration,
        method: str,
        arguments: Mapping[str, CimValue],
        caller: Account | None = None,
        options: OperationOptions = NO_OPTIONS,
    ) -> MethodResult:
        """Call a method of an instance, or a static method of a class, for a user.

        Without a ``caller`` the call is the machine's own.

        What the host refuses comes back as the return value that Windows gives. Raises InvalidMethod,
        InvalidMethodParameters, TypeMismatch, InvalidObjectPath, NotFound, ProviderNotCapable for a method
        that is not emulated, and AccessDenied.
        """
        with self.host.looking():
            declared = (target if isinstance(target, ClassDeclaration) else target.declaration).method(method)
            if isinstance(target, ClassDeclaration) and not declared.is_static:
                raise InvalidMethod(f"{declared.name} is a method of the instances of {target.name}")
            view, item = self._called(target)
            body = None if view is None else view.method(declared.name)
            if view is None or body is None:
                owner = target if isinstance(target, ClassDeclaration) else target.declaration
                class_name = owner.name
                self.service.record_gap(self.name, class_name, declared.name)
                raise ProviderNotCapable(f"{class_name}.{declared.name} is not emulated")
            options.check_unread(self, view.class_name)
            if not may_administer(caller):
                # Administrators do not come this way, so that their requests load none of it.
                from emulator.wmi.administration import refusal_for_others

                code = refusal_for_others(view.class_name, declared.name)
                if code is not None:
                    return refusal(declared, code)
            try:
                bound = bind(self, declared, arguments, caller)
                return body(item, bound)
            except HostError as refused:
                return refusal(declared, view.return_value(refused))
            except EmbeddedInstanceError as bad:
                mismatch = isinstance(bad.reason, TypeMismatch)
                code = errors.FAILED if mismatch else errors.INVALID_PARAMETER
                return refusal(declared, code)

    # Writing.

    def put(
        self, target: ViewInstance[Any], given: ValueInstance, options: OperationOptions = NO_OPTIONS
    ) -> Instance:
        """Change an instance to the values that were given; it shows what it has then.

        Properties that are absent, NULL or as before change nothing. Raises ProviderNotCapable for a class
        whose provider takes no Put, ReadOnly, InvalidParameter and what else `errors.cim_error` gives.
        """
        with self.host.looking():
            view, item = target.view, target.item
            if not view.writable and not view.options:
                raise ProviderNotCapable(f"Put of {view.class_name}")
            try:
                changes = put_changes(view, item, given, view.writable)
                if options:
                    changes.update(options.settings(view))
                if changes:
                    view.write(item, changes)
            except HostError as refused:
                raise errors.cim_error(refused) from refused
            return view.instance(view.refreshed(item))

    def create(self, given: ValueInstance, options: OperationOptions = NO_OPTIONS) -> Instance:
        """Make an instance. Raises ProviderNotCapable, IllegalNull, AlreadyExists, InvalidParameter ..."""
        with self.host.looking():
            declaration = given.declaration
            views = [each for each in self.views_of(declaration) if each.declaration is declaration]
            if not views:
                raise ProviderNotCapable(f"Create of {declaration.name}")
            view = next((each for each in views if each.creates(given)), views[0])
            try:
                return view.instance(view.create_with(given, options.settings(view)))
            except HostError as refused:
                raise errors.cim_error(refused) from refused

    def delete(self, target: ViewInstance[Any], options: OperationOptions = NO_OPTIONS) -> None:
        """Remove an instance. Raises ProviderNotCapable, AccessDenied, NotFound ..."""
        with self.host.looking():
            options.check_unread(self, target.view.class_name)
            try:
                target.view.delete(target.item)
            except HostError as refused:
                raise errors.cim_error(refused) from refused

    # What views and the query planner use.

    def provider(self, declaration: ClassDeclaration) -> str | None:
        """The name of the WMI provider of a class, None when it is not known."""
        return provider_of(self.name, declaration)

    def has_qualifier(self, declaration: ClassDeclaration, name: str) -> bool:
        """Whether a class has a qualifier that is not FALSE."""
        # Few queries ask for qualifiers.
        from emulator.cim import qualifiers

        return qualifiers.has_qualifier(
            qualifiers.class_qualifiers(declaration, self.provider(declaration)), name
        )

    def view(self, view_type: type[V]) -> V:
        """The bound view of this type."""
        return self._catalog.view(view_type)

    def view_at(self, end: End) -> AnyView:
        """The view at an end of an association; it may be in another namespace."""
        home = self if end.namespace is None else self.service.namespace(end.namespace)
        return home.view(end.view)

    def association(self, link: Link) -> AnyView:
        """The view of the association class of a link."""
        return self._catalog.association(link)

    def views_of(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views of a class and of its subclasses; a class without any is noted as a gap."""
        found = self._catalog.views_of(declaration)
        if not found:
            self.service.record_gap(self.name, declaration.name)
        return found

    def exact_views(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views of a class itself, without its subclasses; none is no gap."""
        return self._catalog.exact_views(declaration)

    def pick(self, path: ObjectPath, view_type: type[View[Item]]) -> Item | None:
        """The object of one view that a path names, None when the path names something else."""
        view: View[Item] = self._catalog.view(view_type)
        if not view.declaration.is_a(path.class_name):
            return None
        return view.pick(Keys(path.named_keys(view.declaration.keys)))

    def _only(self, declaration: ClassDeclaration, keys: Keys) -> ViewInstance[Any]:
        known = {name.lower() for name in declaration.keys}
        foreign = [name for name in keys.names() if name not in known]
        if foreign:
            raise InvalidObjectPath(f"{declaration.name} has no key {', '.join(foreign)[:256]}")
        found: ViewInstance[Any] | None = None
        for view in self.views_of(declaration):
            for item in view.fitting(keys):
                if found is not None:
                    raise AmbiguousKeys(f"more than one {declaration.name} fits the keys")
                found = view.instance(item)
                if view.is_unique(keys):
                    return found
        if found is None:
            raise NotFound(f"no {declaration.name} with these keys")
        return found

    def _joins_of(
        self,
        source: ViewInstance[Any],
        association_class: str | None,
        role: str | None,
        result_role: str | None,
    ) -> Iterator[tuple[Link, End, End]]:
        wanted = None if association_class is None else self.schema.find(association_class).name
        for link, near, far in self._catalog.joins(source.view):
            if wanted is not None and not self.schema.is_a(link.association, wanted):
                continue
            if role is not None and role.lower() != near.role.lower():
                continue
            if result_role is None or result_role.lower() == far.role.lower():
                yield link, near, far

    def _called(self, target: Instance | ClassDeclaration) -> tuple[AnyView | None, Any]:
        if isinstance(target, ViewInstance):
            return target.view, target.item
        if isinstance(target, ClassDeclaration):
            views = self._catalog.views_of(target)
            return (views[0] if views else None), None
        found = self.find(target.path)
        return found.view, found.item
