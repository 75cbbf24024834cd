"""VMConnectAce: an account that may connect to the console of a machine."""

from __future__ import annotations

from typing import NamedTuple

from emulator.host import Host, VirtualMachine
from emulator.host.security_identifiers import SYSTEM_ACCOUNTS, binary_sid
from emulator.powershell.modules.hyperv.catalog import HyperVType, Readers
from emulator.powershell.modules.hyperv.objects.values import constant, guid


class ConnectAce(NamedTuple):
    """One account (``AUTHORITY\\name``) with access to one machine."""

    vm: VirtualMachine
    name: str

    @property
    def host(self) -> Host:
        """The machine."""
        return self.vm.host


class SecurityIdentifier(NamedTuple):
    """A SID in its text form, as .NET's own class shows it."""

    host: Host
    text: str


def _identifier(entry: ConnectAce) -> SecurityIdentifier | None:
    accounts = entry.host.accounts
    plain = entry.name.rpartition("\\")[2]
    found = accounts.find(entry.name) or accounts.group(plain)
    sid = SYSTEM_ACCOUNTS.get(plain) if found is None else found.sid
    return None if sid is None else SecurityIdentifier(entry.host, sid)


ACE: Readers = {
    "UserName": lambda entry: entry.name,
    "UserId": _identifier,
    "VMName": lambda entry: entry.vm.name,
    "VMId": lambda entry: guid(entry.vm.id),
    "ComputerName": lambda entry: entry.host.name,
    "Access": constant("VMConnectAceAccessType", "Allowed"),
}


def identifier_type() -> HyperVType:
    """System.Security.Principal.SecurityIdentifier."""
    return HyperVType(
        "System.Security.Principal.SecurityIdentifier",
        '[["BinaryLength","int"],["Value","string"]]',
        readers={
            "BinaryLength": lambda sid: len(binary_sid(sid.text)),
            "Value": lambda sid: sid.text,
        },
        to_text=lambda sid: sid.text,
    )
