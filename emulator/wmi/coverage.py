"""What of its WMI namespaces a host shows: computed from the host itself, so that it cannot say too much.

A class has a standing:

- live: it has instances now;
- waiting: a view shows its instances as soon as there is something to show (a job, a checkpoint, a device);
- embedded: it has no instances on a real host either, only embedded ones, and a method that answers takes or
  returns them, or a class that is shown holds them;
- base: its instances are those of its subclasses, which are shown;
- elsewhere: the documentation has it, but another namespace does, or no live host;
- missing: nothing shows it.

A property counts when it is not NULL in some instance, a method when something answers it. Classes that
cannot have instances (abstract classes, system classes, embedded objects without keys) do not count, nor do
those that are elsewhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.service import WmiService


class Standing(Enum):
    """How much of a class there is."""

    LIVE = "live"
    WAITING = "waiting"
    EMBEDDED = "embedded"
    BASE = "base"
    MISSING = "missing"


#: Namespace -> classes that its table has from the documentation, and that count only where they are shown:
#: the pages of some name root/interop; the lists of live hosts (2019, 23H2) do not have the registrations of
#: components, nor what became Msvm_SecuritySettingData; nothing but the security element of 2016 is known to
#: be part of a system by Msvm_SystemComponent.
ELSEWHERE = {
    "root/virtualization/v2": frozenset(
        {
            "CIM_ReferencedProfile",
            "CIM_RegisteredProfile",
            "Msvm_ReferencedProfile",
            "Msvm_RegisteredProfile",
            "Msvm_ResourcePoolComponent",
            "Msvm_ResourceTypeDefinition",
            "Msvm_StandaloneV2ElementConformsToProfile",
            "Msvm_SystemComponent",
            "Msvm_TPMSettingData",
            "Msvm_VirtualSystemResourceComponent",
        }
    )
}


@dataclass(frozen=True, slots=True)
class ClassCoverage:
    """One class: its standing, how many instances, and the names of what is there and what is not."""

    name: str
    standing: str
    instances: int = 0
    properties: list[str] = field(default_factory=list)
    null_properties: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    missing_methods: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NamespaceCoverage:
    """One namespace; ``classes`` are all that count."""

    namespace: str
    release: str
    classes: list[ClassCoverage]

    def of(self, *standings: Standing) -> list[ClassCoverage]:
        """The classes of some standings."""
        wanted = {each.value for each in standings}
        return [each for each in self.classes if each.standing in wanted]

    @property
    def live_classes(self) -> int:
        """Classes that have instances now."""
        return len(self.of(Standing.LIVE))

    @property
    def missing_classes(self) -> list[str]:
        """The names of the classes that nothing shows."""
        return [each.name for each in self.of(Standing.MISSING)]

    @property
    def missing_methods(self) -> list[str]:
        """``Class.Method`` of each that nothing answers."""
        return [f"{each.name}.{name}" for each in self.classes for name in each.missing_methods]

    @property
    def answered_methods(self) -> int:
        """Methods that something answers."""
        return sum(len(each.methods) for each in self.classes)

    @property
    def class_share(self) -> float:
        """Percent of the classes that are not missing."""
        return _percent(len(self.classes) - len(self.missing_classes), len(self.classes))

    @property
    def method_share(self) -> float:
        """Percent of the methods that are answered."""
        return _percent(self.answered_methods, self.answered_methods + len(self.missing_methods))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **asdict(self),
            "class_share": self.class_share,
            "method_share": self.method_share,
            "missing_classes": self.missing_classes,
            "missing_methods": self.missing_methods,
        }


def coverage(service: WmiService) -> list[NamespaceCoverage]:
    """The coverage of every namespace of a host that shows something."""
    found = [_namespace(service.namespace(name)) for name in service.namespaces()]
    return [each for each in found if len(each.missing_classes) < len(each.classes)]


def _namespace(namespace: Namespace) -> NamespaceCoverage:
    elsewhere = ELSEWHERE.get(namespace.name, frozenset())
    with namespace.host.looking():
        names = sorted(namespace.schema.names(), key=str.lower)
        declarations = [namespace.schema.find(name) for name in names]
        counted = [
            each
            for each in declarations
            if _can_have_instances(each) and (each.name not in elsewhere or namespace.exact_views(each))
        ]
        embedded = _embedded(namespace, declarations)
        classes = [_class(namespace, each, embedded) for each in counted]
    return NamespaceCoverage(namespace.name, namespace.host.release.key, classes)


def _can_have_instances(declaration: ClassDeclaration) -> bool:
    return not declaration.is_abstract and not declaration.name.startswith("__") and bool(declaration.keys)


def _class(namespace: Namespace, declaration: ClassDeclaration, embedded: frozenset[str]) -> ClassCoverage:
    views = namespace.exact_views(declaration)
    if not views:
        standing = _without_view(namespace, declaration, embedded)
        # A base answers through its subclasses, and nobody calls a method of an embedded instance.
        is_missing = standing is Standing.MISSING
        return ClassCoverage(
            declaration.name,
            standing.value,
            null_properties=[each.name for each in declaration.properties] if is_missing else [],
            missing_methods=[each.name for each in declaration.methods] if is_missing else [],
        )
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
        (Standing.LIVE if count else Standing.WAITING).value,
        count,
        [name for name in names if name in shown],
        [name for name in names if name not in shown],
        [name for name in methods if name in done],
        [name for name in methods if name not in done],
    )


def _without_view(namespace: Namespace, declaration: ClassDeclaration, embedded: frozenset[str]) -> Standing:
    if declaration.name.lower() in embedded:
        return Standing.EMBEDDED
    below = (namespace.schema.find(name) for name in namespace.schema.subclasses(declaration.name))
    # A class of Hyper-V's own is no mere base: it has instances beside those of its subclasses.
    is_base = declaration.name.startswith("CIM_") and any(namespace.exact_views(each) for each in below)
    return Standing.BASE if is_base else Standing.MISSING


def _embedded(namespace: Namespace, declarations: Iterable[ClassDeclaration]) -> frozenset[str]:
    """Classes in lower case whose embedded instances travel in what is answered or shown."""
    found: set[str] = set()
    for declaration in declarations:
        views = namespace.exact_views(declaration)
        for method in declaration.methods:
            if any(view.method(method.name) is not None for view in views):
                found |= {each.embedded_class.lower() for each in method.parameters if each.embedded_class}
        if views:
            found |= {each.embedded_class.lower() for each in declaration.properties if each.embedded_class}
    return frozenset(found)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 100.0


#: Standing -> how a summary counts its classes.
_COUNTED = {
    Standing.LIVE: "have instances",
    Standing.WAITING: "have none now",
    Standing.EMBEDDED: "are only embedded",
    Standing.BASE: "are bases of others",
    Standing.MISSING: "are not there",
}


def counts(row: NamespaceCoverage) -> str:
    """One sentence on a namespace."""
    parts = [f"{len(row.of(standing))} {label}" for standing, label in _COUNTED.items() if row.of(standing)]
    total = row.answered_methods + len(row.missing_methods)
    return (
        f"of {len(row.classes)} classes {', '.join(parts)}: {row.class_share} %;"
        f" {row.answered_methods} of {total} methods answer: {row.method_share} %"
    )


def text(rows: list[NamespaceCoverage]) -> str:
    """The coverage for people."""
    lines: list[str] = []
    for row in rows:
        lines += [
            f"{row.namespace} ({row.release}): {counts(row)}",
            *(
                f"  {each.name}: {each.instances} instances, {len(each.properties)} of"
                f" {len(each.properties) + len(each.null_properties)} properties"
                + (f"; {', '.join(each.methods)}" if each.methods else "")
                for each in row.of(Standing.LIVE)
            ),
            f"  no instances now: {_listed(row, Standing.WAITING)}",
            f"  only embedded in calls: {_listed(row, Standing.EMBEDDED)}",
            f"  not there: {_listed(row, Standing.MISSING)}",
            f"  methods not there: {', '.join(row.missing_methods) or 'none'}",
            "",
        ]
    return "\n".join(lines)


def _listed(row: NamespaceCoverage, standing: Standing) -> str:
    return ", ".join(each.name for each in row.of(standing)) or "none"
