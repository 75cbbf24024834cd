"""What of its WMI namespaces a host shows: computed from the host itself, so that it cannot say too much.

A class is live when a view shows it; a property counts when it is not NULL in some instance; a method counts
when something answers it. Classes that cannot have instances (abstract classes, system classes, embedded
objects without keys) do not count.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.service import WmiService


@dataclass(frozen=True, slots=True)
class ClassCoverage:
    """One class: how many instances, and the names of what is there and what is not."""

    name: str
    instances: int
    properties: list[str] = field(default_factory=list)
    null_properties: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    missing_methods: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NamespaceCoverage:
    """One namespace; ``missing_classes`` have no view."""

    namespace: str
    release: str
    classes: list[ClassCoverage]
    missing_classes: list[str]
    missing_methods: list[str]

    @property
    def live_classes(self) -> int:
        """Classes that have instances now."""
        return sum(each.instances > 0 for each in self.classes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def coverage(service: WmiService) -> list[NamespaceCoverage]:
    """The coverage of every namespace of a host that shows something."""
    found = [_namespace(service.namespace(name)) for name in service.namespaces()]
    return [each for each in found if each.classes]


def _namespace(namespace: Namespace) -> NamespaceCoverage:
    classes: list[ClassCoverage] = []
    missing: list[str] = []
    methods: list[str] = []
    with namespace.host.looking():
        for name in sorted(namespace.schema.names(), key=str.lower):
            declaration = namespace.schema.find(name)
            if not _can_have_instances(declaration):
                continue
            views = namespace.exact_views(declaration)
            if not views:
                missing.append(declaration.name)
                methods += [f"{declaration.name}.{each.name}" for each in declaration.methods]
                continue
            classes.append(_class(declaration, views))
            methods += [f"{declaration.name}.{each}" for each in classes[-1].missing_methods]
    return NamespaceCoverage(namespace.name, namespace.host.release.key, classes, missing, methods)


def _can_have_instances(declaration: ClassDeclaration) -> bool:
    return not declaration.is_abstract and not declaration.name.startswith("__") and bool(declaration.keys)


def _class(declaration: ClassDeclaration, views: Any) -> ClassCoverage:
    shown: set[str] = set()
    count = 0
    for view in views:
        for item in view.present():
            count += 1
            shown |= {
                each.name
                for each in declaration.properties
                if each.name not in shown and view.read(item, each.name) is not None
            }
    names = [each.name for each in declaration.properties]
    methods = [each.name for each in declaration.methods]
    done = {name for name in methods if any(view.method(name) is not None for view in views)}
    return ClassCoverage(
        declaration.name,
        count,
        [name for name in names if name in shown],
        [name for name in names if name not in shown],
        [name for name in methods if name in done],
        [name for name in methods if name not in done],
    )


def text(rows: list[NamespaceCoverage]) -> str:
    """The coverage for people."""
    lines: list[str] = []
    for row in rows:
        total = len(row.classes) + len(row.missing_classes)
        acting = sum(len(each.methods) for each in row.classes)
        lines += [
            f"{row.namespace} ({row.release}): {row.live_classes} of {total} classes have instances,"
            f" {acting} of {acting + len(row.missing_methods)} methods answer",
            *(
                f"  {each.name}: {each.instances} instances, {len(each.properties)} of"
                f" {len(each.properties) + len(each.null_properties)} properties"
                + (f"; {', '.join(each.methods)}" if each.methods else "")
                for each in row.classes
            ),
            f"  not there: {', '.join(row.missing_classes) or 'nothing'}",
            f"  methods not there: {', '.join(row.missing_methods) or 'none'}",
            "",
        ]
    return "\n".join(lines)
