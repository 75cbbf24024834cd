"""VMConnectAce: an account that may connect to the console of a machine."""

from __future__ import annotations

from typing import NamedTuple

from emulator.host import Host, VirtualMachine
from emulator.host.security.security_names import sid_of_name
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import constant, guid


class ConnectAce(NamedTuple):
    """One account (``AUTHORITY\\name``) with access to one machine."""

    vm: VirtualMachine
    name: str

    @property
    def host(self) -> Host:
        """The machine."""
        return self.vm.host


def _identifier(entry: ConnectAce) -> SecurityIdentifier | None:
    sid = sid_of_name(entry.host, entry.name)
    return None if sid is None else SecurityIdentifier(sid)


ACE: Readers = {
    "UserName": lambda entry: entry.name,
    "UserId": _identifier,
    "VMName": lambda entry: entry.vm.name,
    "VMId": lambda entry: guid(entry.vm.id),
    "ComputerName": lambda entry: entry.host.name,
    "Access": constant("VMConnectAceAccessType", "Allowed"),
}
