"""The WMI service of the host: which namespaces there are, and what is not emulated."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidClass, InvalidNamespace
from emulator.wmi.namespaces import NAMESPACES

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.namespace import Namespace

#: The kind under which the host lists what clients asked WMI for and is not emulated.
GAP_KIND = "wmi"


_NAMES = frozenset(definition.name for definition in NAMESPACES)


class WmiService:
    """WMI of one host.

    A namespace exists as long as the release has it and, for Hyper-V's, the role is enabled: it is asked at
    every call, so that a namespace appears after the reboot that completes the role.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._namespaces: dict[str, Namespace] = {}

    def namespace(self, name: str) -> Namespace:
        """The namespace of this name ('root/cimv2', 'ROOT\\\\CIMV2'). Raises InvalidNamespace."""
        wanted = name.replace("\\", "/").strip("/").lower()
        if wanted not in _NAMES:
            self.record_gap(wanted)
            raise InvalidNamespace(f"there is no namespace {name}")
        with self.host.looking():
            definition = next(
                (each for each in NAMESPACES if each.name == wanted and each.exists(self.host)), None
            )
            if definition is None:
                raise InvalidNamespace(f"there is no namespace {name}")
            found = self._namespaces.get(wanted)
            if found is None:
                # The views and the CIM rooms load with the first namespace that a client opens.
                from emulator.wmi.namespace import Namespace
                from emulator.wmi.tables import load_schema

                system = import_module("emulator.wmi.system")
                package = None if definition.package is None else import_module(definition.package)
                views = system.VIEWS if package is None else (*system.VIEWS, *package.VIEWS)
                links = () if package is None else package.LINKS
                schema = load_schema(
                    definition.schema,
                    wanted,
                    self.host.release.key,
                    # Clients that try the old Hyper-V namespace first look for this error in it.
                    InvalidNamespace if definition.replaces else InvalidClass,
                )
                found = Namespace(self, schema, views, links)
                self._namespaces[wanted] = found
            return found

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
        """Remember that a client asked for something that is not emulated: `root/cimv2:Win32_Fan.Reset`."""
        name = namespace + (f":{class_name}" if class_name else "") + (f".{method}" if method else "")
        self.host.gaps.record(GAP_KIND, name)
