"""root/default: the registry. (In root/cimv2 too, where StdRegProv is registered a second time.)"""

from emulator.wmi.association import Link
from emulator.wmi.default.registry import RegistryProvider

VIEWS = (RegistryProvider,)
LINKS: tuple[Link, ...] = ()

__all__ = ["LINKS", "VIEWS"]
