"""Which objects of TCP/IP belong to an interface; the same for both versions of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, Reach, itself
from emulator.wmi.standardcimv2.interfaces import NetAdapter

if TYPE_CHECKING:
    from emulator.host.network.network_interfaces import Interface
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.standardcimv2.base import ShownView


def protocol_links(
    protocol: type[ShownView[Any]], parts: Mapping[str, type[ShownView[Any]]]
) -> tuple[Link, ...]:
    """From an interface of the protocol to its adapter and to its ``parts``, which are views by the ends of
    the names of their associations."""
    return (
        Link(
            "MSFT_NetIPInterfaceAdapter",
            End("Antecedent", protocol, itself),
            End("Dependent", NetAdapter, _with_protocol),
        ),
        *(
            Link(
                f"MSFT_NetIPInterface{name}",
                End("Antecedent", protocol, _of_interface(view)),
                End("Dependent", view, _protocol_of),
            )
            for name, view in parts.items()
        ),
    )


def _of_interface(view: type[ShownView[Any]]) -> Reach:
    def reach(namespace: Namespace, interface: Interface) -> Iterable[Any]:
        found = namespace.view(view).objects()
        return [
            each for each in found if each.interface is not None and each.interface.guid == interface.guid
        ]

    return reach


def _protocol_of(_namespace: Namespace, item: Any) -> Iterable[Interface]:
    return () if item.interface is None else (item.interface,)


def _with_protocol(_namespace: Namespace, interface: Interface) -> Iterable[Interface]:
    return () if interface.is_bound else (interface,)
