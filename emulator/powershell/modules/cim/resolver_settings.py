"""Set-DnsClientServerAddress: which servers an interface asks, or again those of DHCP."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.cim.instance import ValueInstance
from emulator.powershell.modules.cim.management import management_of, reporting
from emulator.powershell.modules.cim.noun_cmdlets import Noun, chosen, same_names, shown
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SERVERS = Noun("MSFT_DNSClientServerAddress", same_names("InterfaceIndex", "InterfaceAlias"))


@cmdlet(
    "Set-DnsClientServerAddress",
    reads=(
        "InterfaceAlias",
        "InterfaceIndex",
        "InputObject",
        "AddressFamily",
    ),
)
def set_dns_client_server_address(
    call: CmdletCall,
    server_addresses: list[str] | None = None,
    reset_server_addresses: bool = False,
    pass_thru: bool = False,
) -> Iterator[CimObject]:
    """Set the servers of interfaces, IPv4 ones on the IPv4 list and IPv6 ones on the other."""
    wanted = [] if reset_server_addresses or server_addresses is None else list(server_addresses)
    for _, found in list(chosen(call, _SERVERS)):
        family = found.value("AddressFamily")
        own = [each for each in wanted if (":" in each) is (family == _IPV6)]
        if wanted and not own:
            continue
        target = shown(call, found.view.namespace, found)
        if not call.should_process(str(target)):
            continue
        with reporting(call, target):
            namespace = management_of(call).namespace(_SERVERS.namespace, writes=True)
            given = ValueInstance(found.declaration, {"ServerAddresses": [*own]})
            after = namespace.put(namespace.find(found.path), given)
            if pass_thru:
                yield shown(call, namespace, after)


_IPV6 = 23
