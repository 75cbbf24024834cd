"""Object paths as text inside properties such as Parent and HostResource, and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.cim.object_path import ObjectPath
from emulator.wmi.virtualization_v2.base import settings_id

if TYPE_CHECKING:
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace


def settings_path(namespace: Namespace, class_name: str, vm: VirtualMachine, tail: str = "") -> str:
    """The full path of the settings of a machine or device."""
    keys = [("InstanceID", settings_id(vm, tail))]
    return str(ObjectPath(class_name, keys, namespace=namespace.name, server=namespace.server))


def named_object(namespace: Namespace, path: str) -> object | None:
    """The host's object that a path text names; None when the text names nothing that exists."""
    try:
        return namespace.find(path).item if path else None
    except CimError:
        return None
