"""root/StandardCimv2: the network of the host, with the same interfaces as Win32_NetworkAdapter."""

from __future__ import annotations

from emulator.wmi.standardcimv2 import firewall, interfaces, nat, protocols

LINKS = ()

VIEWS = (*firewall.VIEWS, *interfaces.VIEWS, *nat.VIEWS, *protocols.VIEWS)

__all__ = ["LINKS", "VIEWS"]
