"""$PSSenderInfo: who is at the other end of a remote session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.psobject import PSObject
from emulator.shells.powershell.requests import read_bag

if TYPE_CHECKING:
    from emulator.shells.powershell.pool import RunspacePoolShell

_REMOTING = "System.Management.Automation.Remoting."


def sender_info(pool: RunspacePoolShell) -> PSObject:
    """A System.Management.Automation.Remoting.PSSenderInfo."""
    identity = PSObject.custom(
        [
            ("AuthenticationType", pool.request.authentication_type),
            ("CertificateDetails", None),
            ("IsAuthenticated", True),
            ("Name", pool.owner.qualified_name),
        ],
        (_REMOTING + "PSIdentity",),
    )
    principal = PSObject.custom(
        [("Identity", identity), ("WindowsIdentity", None)], (_REMOTING + "PSPrincipal",)
    )
    return PSObject.custom(
        [
            ("UserInfo", principal),
            ("ClientTimeZone", None),
            ("ConnectionString", pool.request.connection_string),
            ("ApplicationArguments", application_arguments(pool)),
            ("ConfigurationName", pool.configuration),
        ],
        (_REMOTING + "PSSenderInfo",),
    )


def application_arguments(pool: RunspacePoolShell) -> Any:
    """The table that the client gave when it opened the pool; an empty one without."""
    given = read_bag(pool.opening_data, pool.decrypt).note("ApplicationArguments")
    return given if isinstance(given, Hashtable) else Hashtable()
