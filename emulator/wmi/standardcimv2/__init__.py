"""root/StandardCimv2: the network of the host, with the same interfaces as Win32_NetworkAdapter."""

from __future__ import annotations

from emulator.wmi.standardcimv2 import (
    adapter_bindings,
    adapter_properties,
    adapter_settings,
    connections,
    firewall,
    interfaces,
    ipv6,
    names,
    nat,
    protocols,
    teams,
)

LINKS = (
    *adapter_settings.LINKS,
    *adapter_bindings.LINKS,
    *adapter_properties.LINKS,
    *firewall.LINKS,
    *ipv6.LINKS,
    *protocols.LINKS,
    *teams.LINKS,
)

VIEWS = (
    *adapter_settings.VIEWS,
    *adapter_bindings.VIEWS,
    *adapter_properties.VIEWS,
    *connections.VIEWS,
    *firewall.VIEWS,
    *interfaces.VIEWS,
    *names.VIEWS,
    *nat.VIEWS,
    *protocols.VIEWS,
    # After those of IPv4, which have the methods of the classes.
    *ipv6.VIEWS,
    *teams.VIEWS,
)

__all__ = ["LINKS", "VIEWS"]
