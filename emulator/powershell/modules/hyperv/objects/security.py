"""VMSecurity."""

from __future__ import annotations

from emulator.powershell.modules.hyperv.catalog import Readers

SECURITY: Readers = {
    "TpmEnabled": lambda security: security.tpm_enabled,
    "KsdEnabled": lambda security: security.ksd_enabled,
    "Shielded": lambda security: security.shielding_requested,
    "EncryptStateAndVmMigrationTraffic": lambda security: security.encrypt_state_and_migration,
    "VirtualizationBasedSecurityOptOut": lambda security: security.virtualization_based_security_opt_out,
    "BindToHostTpm": lambda security: security.bind_to_host_tpm,
    "ComputerName": lambda security: security.vm.host.name,
    "IsDeleted": lambda security: security.vm.deleted,
}
