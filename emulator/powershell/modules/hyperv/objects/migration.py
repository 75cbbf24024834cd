"""Microsoft.HyperV.PowerShell.VMMigrationNetwork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.migration.migration_settings import MigrationNetwork
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.record import MutableRecord

if TYPE_CHECKING:
    from emulator.host import Host


class NetworkOfHost(MutableRecord, eq=False):
    """A migration network with the host that uses it."""

    host: Host
    network: MigrationNetwork


NETWORK: Readers = {
    "Subnet": lambda item: item.network.subnet,
    "Priority": lambda item: item.network.priority,
    "ComputerName": lambda item: item.host.name,
    "IsDeleted": lambda item: item.network not in item.host.migration.networks,
}
