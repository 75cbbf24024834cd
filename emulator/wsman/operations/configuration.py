"""winrm/config, read only: what `winrm get winrm/config` shows (recorded from Server 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from emulator.wsman.namespaces import CONFIGURATION
from emulator.wsman.text import escape

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wsman.resource_uri import ConfigurationTarget

Tree: TypeAlias = "dict[str, Tree | str | int | bool]"

_UNLIMITED = 4294967295
_ROOT_SDDL = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


def get(host: Host, target: ConfigurationTarget) -> bytes | None:
    """The element of the whole configuration or of a part of it; None when there is no such part here."""
    name, tree = "Config", configuration(host)
    for part in target.path.split("/") if target.path else ():
        found = next((key for key in tree if key.lower() == part.lower()), None)
        branch = tree[found] if found is not None else None
        if found is None or not isinstance(branch, dict):
            return None
        name, tree = found, branch
    head = f'<cfg:{name} xmlns:cfg="{CONFIGURATION}">'
    return f"{head}{_render(tree)}</cfg:{name}>".encode()


def _render(tree: Tree) -> str:
    parts = []
    for name, value in tree.items():
        if isinstance(value, dict):
            content = _render(value)
        elif isinstance(value, bool):
            content = "true" if value else "false"
        else:
            content = escape(str(value))
        parts.append(f"<cfg:{name}>{content}</cfg:{name}>")
    return "".join(parts)


def configuration(host: Host) -> Tree:
    """The configuration by the names of Windows, in its order."""
    winrm = host.profile.winrm
    accepted = winrm.authentication
    ports: Tree = {"HTTP": winrm.http_port, "HTTPS": winrm.https_port}
    return {
        "MaxEnvelopeSizekb": winrm.max_envelope_size_kilobytes,
        "MaxTimeoutms": winrm.max_timeout_milliseconds,
        "MaxBatchItems": winrm.max_batch_items,
        "MaxProviderRequests": _UNLIMITED,
        "Client": {
            "NetworkDelayms": 5000,
            "URLPrefix": "wsman",
            "AllowUnencrypted": False,
            "Auth": {
                "Basic": True,
                "Digest": True,
                "Kerberos": True,
                "Negotiate": True,
                "Certificate": True,
                "CredSSP": False,
            },
            "DefaultPorts": {"HTTP": 5985, "HTTPS": 5986},
            "TrustedHosts": "",
        },
        "Service": {
            "RootSDDL": _ROOT_SDDL,
            "MaxConcurrentOperations": _UNLIMITED,
            "MaxConcurrentOperationsPerUser": winrm.max_concurrent_operations_per_user,
            "EnumerationTimeoutms": winrm.enumeration_timeout_milliseconds,
            "MaxConnections": winrm.max_connections,
            "MaxPacketRetrievalTimeSeconds": winrm.max_packet_retrieval_time_seconds,
            "AllowUnencrypted": winrm.allow_unencrypted,
            "Auth": {
                "Basic": accepted.basic,
                "Kerberos": accepted.kerberos,
                "Negotiate": accepted.negotiate,
                "Certificate": accepted.certificate,
                "CredSSP": accepted.credssp,
                "CbtHardeningLevel": winrm.channel_binding,
            },
            "DefaultPorts": ports,
            "IPv4Filter": "*",
            "IPv6Filter": "*",
            "EnableCompatibilityHttpListener": False,
            "EnableCompatibilityHttpsListener": False,
            "CertificateThumbprint": "",
            "AllowRemoteAccess": True,
        },
        "Winrs": {
            "AllowRemoteShellAccess": winrm.shells.allow_remote_shell_access,
            "IdleTimeout": winrm.shells.idle_timeout_milliseconds,
            "MaxConcurrentUsers": winrm.shells.max_concurrent_users,
            "MaxShellRunTime": 2147483647,
            "MaxProcessesPerShell": winrm.shells.max_processes_per_shell,
            "MaxMemoryPerShellMB": winrm.shells.max_memory_per_shell_megabytes,
            "MaxShellsPerUser": winrm.shells.max_shells_per_user,
        },
    }
