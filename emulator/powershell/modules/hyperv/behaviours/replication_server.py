"""Get- and Set-VMReplicationServer, the authorization entries, and Test-VMReplicationConnection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host.replication.replication import test_connection
from emulator.host.replication.replication_relationship import ReplicationTerms
from emulator.host.replication.replication_settings import (
    AuthorizationEntry,
    ReplicationAuthentication,
    ReplicationSettings,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.replication import EntryOfHost, entries_of
from emulator.powershell.modules.hyperv.support import (
    given,
    has_wildcard,
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SETTINGS = {
    "ReplicationEnabled": "enabled",
    "AllowedAuthenticationType": "authentication",
    "CertificateThumbprint": "certificate_thumbprint",
    "KerberosAuthenticationPort": "http_port",
    "CertificateAuthenticationPort": "https_port",
}
_TIMES = {"MonitoringInterval": "monitoring_interval", "MonitoringStartTime": "monitoring_start"}
_ENTRY = "authorization entry"


@cmdlet("Get-VMReplicationServer", reads=("ComputerName",))
def get_vm_replication_server(
    call: CmdletCall, _computer_name: object = None
) -> Iterator[ReplicationSettings]:
    """The settings of this host as a replica server."""
    if ready(call):
        yield host_of(call).replication


@cmdlet("Set-VMReplicationServer", reads=("ComputerName", *_SETTINGS, *_TIMES))
def set_vm_replication_server(
    call: CmdletCall,
    replication_allowed_from_any_server: bool | None = None,
    default_storage_location: str | None = None,
    passthru: bool = False,
) -> Iterator[ReplicationSettings]:
    """Change the settings of this host as a replica server."""
    if not ready(call):
        return
    host = host_of(call)
    if not should_process(call, f'configure the Replica server "{host.name}".', host.name):
        return
    with reporting(call):
        changes = given(call, _SETTINGS)
        for name, setting in _TIMES.items():
            value = call.get(name)
            if isinstance(value, TimeSpan):
                changes[setting] = value.to_python()
        storage = None if default_storage_location is None else path_of(call, default_storage_location)
        host.replication.set_up(any_server=replication_allowed_from_any_server, storage=storage, **changes)
        if passthru:
            yield host.replication


@cmdlet("New-VMReplicationAuthorizationEntry", reads=("ComputerName",))
def new_vm_replication_authorization_entry(
    call: CmdletCall, allowed_primary_server: str, replica_storage_location: str, trust_group: str
) -> Iterator[EntryOfHost]:
    """Let primary servers send replicas."""
    if not ready(call):
        return
    host = host_of(call)
    sentence = f'create a new authorization entry for the primary server "{allowed_primary_server}".'
    if not should_process(call, sentence, allowed_primary_server):
        return
    with reporting(call):
        wanted = AuthorizationEntry(
            allowed_primary_server, path_of(call, replica_storage_location), trust_group
        )
        yield EntryOfHost(host, host.replication.add_entry(wanted))


def _chosen(call: CmdletCall, server: str | None, trust_group: str | None = None) -> list[EntryOfHost]:
    """The entries of a call; a server without entry is an error."""
    if not ready(call):
        return []
    entries = call.get("VMReplicationAuthorizationEntry")
    if entries is not None:
        return list(entries)
    host = host_of(call)
    with host.looking():
        found = entries_of(host.replication)
    if trust_group is not None:
        found = [each for each in found if each.entry.trust_group.casefold() == trust_group.casefold()]
    if server is None:
        return found
    # The name of an entry may begin with an asterisk itself.
    named = [each for each in found if each.entry.server.casefold() == server.casefold()]
    if not named and has_wildcard(server):
        return [each for each in found if like(each.entry.server, server)]
    if not named:
        call.error(not_found_record(call, _ENTRY, server))
    return named


@cmdlet("Get-VMReplicationAuthorizationEntry", reads=("ComputerName",))
def get_vm_replication_authorization_entry(
    call: CmdletCall,
    allowed_primary_server: str | None = None,
    replica_storage_location: str | None = None,
    trust_group: str | None = None,
) -> Iterator[EntryOfHost]:
    """Who may send replicas."""
    for each in _chosen(call, allowed_primary_server, trust_group):
        if replica_storage_location is None or like(each.entry.storage, replica_storage_location):
            yield each


@cmdlet("Set-VMReplicationAuthorizationEntry", reads=("ComputerName", "VMReplicationAuthorizationEntry"))
def set_vm_replication_authorization_entry(
    call: CmdletCall,
    allowed_primary_server: str | None = None,
    replica_storage_location: str | None = None,
    trust_group: str | None = None,
    passthru: bool = False,
) -> Iterator[EntryOfHost]:
    """Change where replicas of primary servers are kept, or their trust group."""
    for each in _chosen(call, allowed_primary_server):
        sentence = f'modify the authorization entry for the primary server "{each.entry.server}".'
        if not should_process(call, sentence, each.entry.server):
            continue
        with reporting(call):
            changes = {} if trust_group is None else {"trust_group": trust_group}
            if replica_storage_location is not None:
                changes["storage"] = path_of(call, replica_storage_location)
            changed = each.host.replication.change_entry(each.entry.server, **changes)
            if passthru:
                yield EntryOfHost(each.host, changed)


@cmdlet("Remove-VMReplicationAuthorizationEntry", reads=("ComputerName", "VMReplicationAuthorizationEntry"))
def remove_vm_replication_authorization_entry(
    call: CmdletCall,
    allowed_primary_server: str | None = None,
    trust_group: str | None = None,
    passthru: bool = False,
) -> Iterator[EntryOfHost]:
    """Let primary servers send replicas no longer."""
    for each in _chosen(call, allowed_primary_server, trust_group):
        sentence = f'remove the authorization entry for the primary server "{each.entry.server}".'
        if not should_process(call, sentence, each.entry.server):
            continue
        with reporting(call):
            each.host.replication.remove_entry(each.entry.server)
            if passthru:
                yield each


@cmdlet("Test-VMReplicationConnection", reads=("ComputerName",))
def ask_replica_server(
    call: CmdletCall,
    replica_server_name: str,
    replica_server_port: int,
    authentication_type: EnumValue,
    certificate_thumbprint: str | None = None,
) -> Iterator[Any]:
    """Whether this host could replicate to a server."""
    if not ready(call):
        return
    host = host_of(call)
    wanted = ReplicationTerms(
        replica_server_name,
        int(replica_server_port),
        authentication=ReplicationAuthentication(authentication_type.number),
        certificate_thumbprint=certificate_thumbprint or "",
    )
    with reporting(call):
        with host.looking():
            job = test_connection(host, wanted)
        wait_for(call, job)
        # Documented output.
        yield "The connection to the specified Replica server with the specified parameters was successful."
