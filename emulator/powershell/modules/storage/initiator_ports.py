"""Get-InitiatorPort: the ports by which the machine reaches storage on a network."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.modules.storage.support import chosen, host_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_HOME = "root/microsoft/windows/storage"
#: ConnectionType of MSFT_InitiatorPort.
_CONNECTIONS = {"other": 0, "fibrechannel": 1, "iscsi": 2, "sas": 3}
_NAMES = ("NodeAddress", "ObjectId", "InstanceName")


@cmdlet("Get-InitiatorPort", reads=_NAMES)
def get_initiator_port(call: CmdletCall, connection_type: list[str] | None = None) -> Iterator[CimObject]:
    """The fibre channel ports of the machine; there are no iSCSI initiators."""
    host_of(call)
    home = call.service(Management).namespace(_HOME)
    with home.reading():
        instances = home.query("SELECT * FROM MSFT_InitiatorPort").instances
        ports = [CimObject(each, None, call.engine) for each in instances]
    wanted = None if connection_type is None else {_CONNECTIONS.get(each.lower()) for each in connection_type}
    found = [each for each in ports if wanted is None or each.values.get("ConnectionType") in wanted]
    names = [(name, name, lambda port, name=name: port.values.get(name)) for name in _NAMES]
    yield from chosen(call, "MSFT_InitiatorPort", found, names)
