"""Get- and Set-VMSecurity, the TPM and the key protector of machines (2016 and later)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.host import InvalidParameter, VirtualMachine
from emulator.host.virtual_machine.security_settings import SecuritySettings
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    given,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")
_SETTINGS = {
    "EncryptStateAndVmMigrationTraffic": "encrypt_state_and_migration",
    "VirtualizationBasedSecurityOptOut": "virtualization_based_security_opt_out",
}


@cmdlet("Get-VMSecurity", reads=_BY_MACHINE)
def get_vm_security(call: CmdletCall, _vm_name: object = None) -> Iterator[SecuritySettings]:
    """The security settings of machines."""
    for vm in chosen_machines(call, "VMName"):
        yield vm.security


def _change(
    call: CmdletCall, sentence: str, change: Callable[[SecuritySettings], None], passthru: bool
) -> Iterator[VirtualMachine]:
    for vm in chosen_machines(call, "VMName"):
        if should_process(call, f'{sentence} virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                change(vm.security)
                if passthru:
                    yield vm


@cmdlet("Set-VMSecurity", reads=(*_BY_MACHINE, *_SETTINGS))
def set_vm_security(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Change security settings of machines that are off."""
    changes = given(call, _SETTINGS)
    yield from _change(
        call,
        "configure the security settings of",
        lambda security: security.configure(**changes),
        passthru,
    )


@cmdlet("Enable-VMTPM", reads=_BY_MACHINE)
def enable_vm_tpm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Give machines a virtual TPM; they need a key protector."""
    yield from _change(
        call, "enable the TPM of", lambda security: security.configure(tpm_enabled=True), passthru
    )


@cmdlet("Disable-VMTPM", reads=_BY_MACHINE)
def disable_vm_tpm(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Take the virtual TPM away."""
    yield from _change(
        call, "disable the TPM of", lambda security: security.configure(tpm_enabled=False), passthru
    )


@cmdlet("Get-VMKeyProtector", reads=_BY_MACHINE)
def get_vm_key_protector(call: CmdletCall, _vm_name: object = None) -> Iterator[Any]:
    """The bytes of each machine's key protector as an array."""
    for vm in chosen_machines(call, "VMName"):
        yield bytearray(vm.security.key_protector)


@cmdlet("Set-VMKeyProtector", reads=_BY_MACHINE)
def set_vm_key_protector(
    call: CmdletCall,
    key_protector: Any = None,
    new_local_key_protector: bool = False,
    restore_last_known_good_key_protector: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Give machines a key protector: bytes, a new one of this host, or the one before."""

    def change(security: SecuritySettings) -> None:
        ways = (key_protector is not None, new_local_key_protector, restore_last_known_good_key_protector)
        if sum(ways) != 1:
            raise InvalidParameter("Exactly one key protector must be given.")
        if key_protector is not None:
            security.set_key_protector(bytes(int(each) for each in key_protector))
        elif new_local_key_protector:
            security.make_local_key_protector()
        else:
            security.restore_key_protector()

    yield from _change(call, "set the key protector of", change, passthru)


@cmdlet("Set-VMSecurityPolicy", reads=_BY_MACHINE)
def set_vm_security_policy(
    call: CmdletCall,
    shielded: bool | None = None,
    bind_to_host_tpm: bool | None = None,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Shield machines, which need a TPM for it, or tie their keys to the host's TPM."""
    wanted = {"shielding_requested": shielded, "bind_to_host_tpm": bind_to_host_tpm}
    changes = {name: value for name, value in wanted.items() if value is not None}
    yield from _change(
        call,
        "configure the security policy of",
        lambda security: security.configure(**changes),
        passthru,
    )
