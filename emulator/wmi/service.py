"""The WMI service of the host: which namespaces there are, and what is not emulated."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from emulator.cim.errors import AccessDenied, InvalidClass, InvalidNamespace
from emulator.wmi.namespaces import NAMESPACES, NamespaceDefinition

if TYPE_CHECKING:
    from emulator.cim.schema import Schema
    from emulator.host import Account, Host
    from emulator.wmi.association import Link
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.namespace import Namespace

#: The kind under which the host lists what clients asked WMI for and is not emulated.
GAP_KIND = "wmi"
#: Namespaces that are kept for sets of operations; administrators of a store can make any number of sets.
_MOST_RESTRICTED = 64


#: A name can stand in the table twice, for releases that had something else under it.
_BY_NAME: dict[str, tuple[NamespaceDefinition, ...]] = {
    name: tuple(each for each in NAMESPACES if each.name == name)
    for name in {definition.name for definition in NAMESPACES}
}


class WmiService:
    """WMI of one host.

    A namespace exists as long as the release has it and, for Hyper-V's, the role is enabled: it is asked at
    every call, so that a namespace appears after the reboot that completes the role.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._namespaces: dict[str, Namespace] = {}
        self._restricted: dict[Hashable, Namespace] = {}
        self._server = host.name

    @classmethod
    def of(cls, host: Host) -> WmiService:
        """The service that all doors of a host share."""
        if not isinstance(host.management, WmiService):
            host.management = cls(host)
        return host.management

    def namespace(self, name: str) -> Namespace:
        """The namespace of this name ('root/cimv2', 'ROOT\\\\CIMV2'). Raises InvalidNamespace."""
        wanted = name.replace("\\", "/").strip("/").lower()
        if wanted not in _BY_NAME:
            self.record_gap(wanted)
            raise InvalidNamespace(f"there is no namespace {name}")
        with self.host.looking():
            definition = self._definition(wanted)
            if definition is None:
                raise InvalidNamespace(f"there is no namespace {name}")
            if self._server != self.host.name:
                # Paths, keys and remembered answers name the machine.
                self._server = self.host.name
                self._namespaces.clear()
                self._restricted.clear()
            key = wanted if self._is_provided(definition) else f"{wanted} without its provider"
            found = self._namespaces.get(key)
            if found is None:
                # The views and the CIM rooms load with the first namespace that a client opens.
                from emulator.wmi.namespace import Namespace

                found = Namespace(self, *self._parts(definition))
                self._namespaces[key] = found
            return found

    def namespace_for(
        self, account: Account, name: str, *, writes: bool = False, calls_method: bool = False
    ) -> Namespace:
        """The namespace as an account on another machine sees it.

        Whoever may enter a namespace of Hyper-V and has not every right there gets a restricted one; others
        than administrators do not write (default security of the namespaces). Raises InvalidNamespace,
        AccessDenied.
        """
        if account.is_administrator:
            return self.namespace(name)
        # Requests of administrators load none of it.
        from emulator.host.security.authorization import EVERY_OPERATION, REMOTE_READ, NamespaceRight

        with self.host.looking():
            whole = self.namespace(name)
            wanted = REMOTE_READ | (NamespaceRight.METHOD_EXECUTE if calls_method else NamespaceRight(0))
            if writes or wanted & ~self.host.authorization.namespace_rights(account, whole.name):
                raise AccessDenied(whole.name)
            definition = self._definition(whole.name)
            if definition is None or not definition.hyper_v or not self._is_provided(definition):
                return whole
            scopes = self.host.authorization.scoped_operations(account)
            if scopes[""] == EVERY_OPERATION:
                return whole
            key = (whole.name, tuple(scopes.items()))
            found = self._restricted.get(key)
            if found is None:
                from emulator.wmi.restricted_namespace import RestrictedNamespace

                if len(self._restricted) >= _MOST_RESTRICTED:
                    self._restricted.clear()
                found = RestrictedNamespace(self, *self._parts(definition), scopes)
                self._restricted[key] = found
            return found

    def _is_provided(self, definition: NamespaceDefinition) -> bool:
        """Whether somebody gives the instances: those of Hyper-V come from its management service, which is
        a decoupled provider. While it does not run, classes are there and have no instances."""
        return not definition.hyper_v or self.host.services.is_running("vmms")

    def _definition(self, name: str) -> NamespaceDefinition | None:
        return next((each for each in _BY_NAME.get(name, ()) if each.exists(self.host)), None)

    def _parts(
        self, definition: NamespaceDefinition
    ) -> tuple[Schema, Iterable[type[AnyView]], Iterable[Link]]:
        """Schema, views and associations of a namespace."""
        from emulator.wmi.tables import load_schema

        system = import_module("emulator.wmi.system")
        provided = definition.package is not None and self._is_provided(definition)
        package = import_module(definition.package) if definition.package and provided else None
        views = system.VIEWS if package is None else (*system.VIEWS, *package.VIEWS)
        links = () if package is None else package.LINKS
        schema = load_schema(
            definition.schema,
            definition.name,
            self.host.release.key,
            # Clients that try the old Hyper-V namespace first look for this error in it.
            InvalidNamespace if definition.replaces else InvalidClass,
        )
        return schema, views, links

    def namespaces(self) -> tuple[str, ...]:
        """The names of the namespaces that exist now."""
        with self.host.looking():
            return tuple(definition.name for definition in NAMESPACES if definition.exists(self.host))

    def children(self, parent: str) -> tuple[str, ...]:
        """The namespaces directly in another: the last parts of their names, as Windows spells them."""
        start = f"{parent}/"
        with self.host.looking():
            return tuple(
                definition.spelled[len(start) :]
                for definition in NAMESPACES
                if definition.name.startswith(start)
                and "/" not in definition.name[len(start) :]
                and definition.exists(self.host)
            )

    def record_gap(self, namespace: str, class_name: str = "", method: str = "") -> None:
        """Remember that a client asked for something that is not emulated: `root/cimv2:Win32_Fan.Reset`.

        What only waits for Hyper-V's management service is no gap.
        """
        definition = self._definition(namespace)
        if definition is not None and not self._is_provided(definition):
            return
        name = namespace + (f":{class_name}" if class_name else "") + (f".{method}" if method else "")
        self.host.gaps.record(GAP_KIND, name)
