"""Extrinsic events that this machine raises: one row a class, with where it comes from and its values.

A further one is a row here. Its host object must be observed (`Host.observe`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.host.security.security_identifiers import binary_sid
from emulator.host.windows.processes import Process

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue
    from emulator.host.host import Change
    from emulator.wmi.namespace import Namespace


@dataclass(frozen=True, slots=True)
class Extrinsic:
    """`class_name` of `namespace` is raised when a thing of type `source` has `change`d."""

    namespace: str
    class_name: str
    source: type
    change: Change
    values: Callable[[Namespace, Any], Mapping[str, CimValue]]

    def exists(self, namespace: Namespace) -> bool:
        """Whether the namespace has the class in this release."""
        return namespace.name == self.namespace and self.class_name in namespace.schema

    def is_wanted(self, namespace: Namespace, declaration: ClassDeclaration) -> bool:
        """Whether a query for the events of a class gets this one."""
        return namespace.schema.is_a(self.class_name, declaration.name)


def _process(namespace: Namespace, process: Process) -> Mapping[str, CimValue]:
    """Win32_ProcessTrace: who, whose child, in which session, as whom."""
    account = namespace.host.accounts.find(process.account.rpartition("\\")[2])
    return {
        "ParentProcessID": process.parent_id,
        "ProcessID": process.id,
        "ProcessName": process.name,
        "SessionID": process.session_id,
        "Sid": None if account is None else list(binary_sid(account.sid)),
    }


def _stopped(namespace: Namespace, process: Process) -> Mapping[str, CimValue]:
    """The exit status is not kept: processes here end well."""
    return {**_process(namespace, process), "ExitStatus": 0}


EXTRINSIC = (
    Extrinsic("root/cimv2", "Win32_ProcessStartTrace", Process, "created", _process),
    Extrinsic("root/cimv2", "Win32_ProcessStopTrace", Process, "deleted", _stopped),
)
