"""Products of Windows Installer. A server's roles are features, so a fresh machine has few products.

The Hyper-V management tools are a feature everywhere but on clients before Windows 8, where they come with
the Remote Server Administration Tools.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.identifiers import derived_guid

if TYPE_CHECKING:
    from emulator.host.host import Host

_FIRST_BUILD_WITH_RUNTIME = 9200


@dataclass(frozen=True, slots=True)
class Product:
    """A product; ``code`` is its GUID in braces."""

    code: str
    name: str
    version: str
    package: str
    location: str
    installed: datetime


def installed_products(host: "Host") -> tuple[Product, ...]:
    """The products of the machine in order of names."""
    installed = host.operating_system.install_date
    found = []
    if host.role.management_tools:
        name = "Hyper-V Management Tools"
        found.append(
            _product(name, f"{host.release.version}.{host.release.update_revision}", "hypervtools", installed)
        )
    if host.release.build >= _FIRST_BUILD_WITH_RUNTIME:
        name = "Microsoft Visual C++ 2019 X64 Minimum Runtime - 14.29.30133"
        found.append(_product(name, "14.29.30133", "vc_runtimeMinimum_x64", installed))
    return tuple(found)


def _product(name: str, version: str, package: str, installed: datetime) -> Product:
    code = "{" + derived_guid("product", name, version) + "}"
    return Product(code, name, version, f"{package}.msi", f"C:\\Program Files\\{name}\\", installed)
