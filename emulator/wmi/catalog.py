"""The views and associations of one namespace, bound to its schema and found by class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from emulator.wmi.association import AssociationView, End, Link
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace

AnyView = View[Any]
V = TypeVar("V", bound=AnyView)


class ViewCatalog:
    """What a namespace can show.

    Views and associations whose class this release does not have are left out, so the tables of a namespace
    list those of every release. A view is bound to its class when it is first needed.
    """

    def __init__(
        self, namespace: Namespace, view_types: Iterable[type[AnyView]], links: Iterable[Link]
    ) -> None:
        self._namespace = namespace
        self._schema = namespace.schema
        self._types: dict[str, list[type[AnyView]]] = {}
        self._views: dict[type[AnyView], AnyView] = {}
        self._links: dict[str, list[Link]] = {}
        self._associations: dict[str, AssociationView] = {}
        self._joins: dict[type[AnyView], list[tuple[Link, End, End]]] = {}
        self._deep: dict[str, tuple[AnyView, ...]] = {}
        for view_type in view_types:
            if view_type.class_name in self._schema:
                self._types.setdefault(view_type.class_name.lower(), []).append(view_type)
        for link in links:
            self._add_link(link)

    def view(self, view_type: type[V]) -> V:
        """The bound view of this type; InvalidClass when the release has no such class."""
        found = self._views.get(view_type)
        if found is None:
            found = self._views[view_type] = view_type(self._namespace)
        return cast("V", found)

    def views_of(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views of the class and of its subclasses."""
        found = self._deep.get(declaration.name)
        if found is None:
            names = (declaration.name, *self._schema.subclasses(declaration.name))
            found = tuple(view for name in names for view in self._views_exactly(name.lower()))
            self._deep[declaration.name] = found
        return found

    def exact_views(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views of the class itself, without its subclasses."""
        return self._views_exactly(declaration.name.lower())

    def all_views(self) -> Sequence[AnyView]:
        """Every view of the namespace, associations too."""
        names = dict.fromkeys((*self._types, *self._links))
        return [view for name in names for view in self._views_exactly(name)]

    def joins(self, view: AnyView) -> Sequence[tuple[Link, End, End]]:
        """(link, near end, far end) of every association in which the view's objects take part."""
        return self._joins.get(type(view), ())

    def association(self, link: Link) -> AssociationView:
        """The view of the association class of a link."""
        name = link.association.lower()
        found = self._associations.get(name)
        if found is None:
            rows = tuple(self._links[name])
            found = self._associations[name] = AssociationView(self._namespace, link.association, rows)
        return found

    def _views_exactly(self, name: str) -> list[AnyView]:
        views: list[AnyView] = [self.view(view_type) for view_type in self._types.get(name, ())]
        return [*views, self.association(self._links[name][0])] if name in self._links else views

    def _add_link(self, link: Link) -> None:
        own = (end.view.class_name for end in (link.left, link.right) if end.namespace is None)
        if not all(name in self._schema for name in (link.association, *own)):
            return
        self._links.setdefault(link.association.lower(), []).append(link)
        for view_type in dict.fromkeys((link.left.view, link.right.view)):
            joins = self._joins.setdefault(view_type, [])
            joins.extend((link, near, far) for near, far in link.ends_at(view_type))
