"""Security of a virtual machine: its key protector, its TPM and its shielding (2016 and later)."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag
from emulator.host.errors import InUse, InvalidParameter, InvalidState, NotSupported
from emulator.host.host_object import operation
from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.drives import KeyStorageDrive
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_PROTECTOR = 1 << 16
#: What a machine shows that never had one (four bytes, the last one the length; general knowledge).
NO_PROTECTOR = b"\0\0\0\4"
TPM_GUID = "4D9B9B5F-8B6E-4A6F-9C0D-5B1E2C3D4F50"
_FIRST_BUILD = 14393
_FLAGS = frozenset(
    {
        "bind_to_host_tpm",
        "data_protection_requested",
        "encrypt_state_and_migration",
        "ksd_enabled",
        "shielding_requested",
        "tpm_enabled",
        "virtualization_based_security_opt_out",
    }
)


class SecuritySettings(Device):
    """The settings of one machine. A TPM needs a key protector, and shielding needs a TPM."""

    __slots__ = (
        "_last_protector",
        "bind_to_host_tpm",
        "data_protection_requested",
        "encrypt_state_and_migration",
        "key_protector",
        "ksd_enabled",
        "policy",
        "shielding_requested",
        "tpm_enabled",
        "virtualization_based_security_opt_out",
    )

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self.key_protector = NO_PROTECTOR
        self._last_protector = NO_PROTECTOR
        self.policy = b""
        self.bind_to_host_tpm = False
        self.data_protection_requested = False
        self.encrypt_state_and_migration = False
        self.ksd_enabled = False
        self.shielding_requested = False
        self.tpm_enabled = False
        self.virtualization_based_security_opt_out = False

    @property
    def name(self) -> str:
        return "Security Settings"

    @property
    def setting_id(self) -> str:
        return "SecuritySettings"

    @property
    def device_id(self) -> str:
        return TPM_GUID

    @operation
    def configure(self, **changes: Any) -> None:
        """Change flags, all or none; the machine must be off.

        Raises InvalidState, NotSupported (generation 1, but for key storage; before 2016), InvalidParameter,
        InUse (key storage with its drive).
        """
        unknown = changes.keys() - _FLAGS
        if unknown:
            raise InvalidParameter(f"There is no security setting '{sorted(unknown)[0]}'.")
        wanted = {name: check_flag(name, value) for name, value in changes.items()}
        if "ksd_enabled" in wanted:
            self._check_key_storage(wanted["ksd_enabled"])
        if wanted.keys() - {"ksd_enabled"}:
            self._require()
        tpm = wanted.get("tpm_enabled", self.tpm_enabled)
        if tpm and self.key_protector == NO_PROTECTOR:
            raise InvalidState("The virtual machine needs a key protector before it can have a TPM.")
        if wanted.get("shielding_requested", self.shielding_requested) and not tpm:
            raise InvalidState("A shielded virtual machine needs a TPM.")
        for name, value in wanted.items():
            setattr(self, name, value)
        self.touch()

    @operation
    def set_key_protector(self, protector: bytes) -> None:
        """Give the machine a key protector. Raises as ``configure``."""
        self._require()
        if not len(NO_PROTECTOR) < len(protector) <= MAXIMUM_PROTECTOR:
            raise InvalidParameter("The key protector is not valid.")
        self._last_protector, self.key_protector = self.key_protector, protector
        self.touch()

    @operation
    def make_local_key_protector(self) -> None:
        """Give the machine a new key protector of this host's own guardian. Raises as ``configure``."""
        owner = f"UntrustedGuardian {self.host.new_guid()}"
        self.set_key_protector(f'<Protector Guardian="{owner}" Machine="{self.vm.id}"/>'.encode("utf-16-le"))

    @operation
    def restore_key_protector(self) -> None:
        """Go back to the key protector before. Raises InvalidState when there was none."""
        self._require()
        if self._last_protector == NO_PROTECTOR:
            raise InvalidState("The virtual machine has no earlier key protector.")
        self.key_protector = self._last_protector
        self.touch()

    @operation
    def set_policy(self, policy: bytes) -> None:
        """Set the security policy. Raises as ``configure``."""
        self._require()
        if not 0 < len(policy) <= MAXIMUM_PROTECTOR:
            raise InvalidParameter("The security policy is not valid.")
        self.policy = policy
        self.touch()

    def _check_key_storage(self, wanted: bool) -> None:
        """Key storage is for machines without a TPM: those of generation 1."""
        if wanted and not self.vm.can_have_key_storage:
            raise NotSupported("Key storage needs generation 1 and configuration version 8.0 or later.")
        self.vm.require(VirtualMachineState.OFF)
        if not wanted and any(isinstance(drive, KeyStorageDrive) for drive in self.vm.drives):
            raise InUse("The virtual machine has a key storage drive.")

    def _require(self) -> None:
        if self.host.release.build < _FIRST_BUILD or self.vm.generation == 1:
            raise NotSupported("Only virtual machines of generation 2 have security settings.")
        self.vm.require(VirtualMachineState.OFF)
