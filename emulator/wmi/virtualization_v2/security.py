"""Security settings of virtual machines: key protectors, TPMs, shielding (2016 and later)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.security_settings import SecuritySettings
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, read_changes
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import (
    ENABLED_ELEMENT,
    DeviceSettingView,
    DeviceView,
    ServiceView,
)
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED, ElementRefusals
from emulator.wmi.virtualization_v2.settings_changes import changed_target

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_FLAGS = {
    "BindToHostTpm": "bind_to_host_tpm",
    "DataProtectionRequested": "data_protection_requested",
    "EncryptStateAndVmMigrationTraffic": "encrypt_state_and_migration",
    "KsdEnabled": "ksd_enabled",
    "ShieldingRequested": "shielding_requested",
    "TpmEnabled": "tpm_enabled",
    "VirtualizationBasedSecurityOptOut": "virtualization_based_security_opt_out",
}
_WRITABLE = {name: Rule("", setting, flag) for name, setting in _FLAGS.items()}


class SecuritySettingView(DeviceSettingView[SecuritySettings]):
    """The settings of one machine."""

    class_name = "Msvm_SecuritySettingData"
    constants = {"Caption": "Security Settings", "Description": "Security settings of a virtual machine."}

    def devices(self, vm: VirtualMachine) -> Iterable[SecuritySettings]:
        return (vm.security,)

    def KsdEnabled(self, settings: SecuritySettings) -> bool:
        return settings.ksd_enabled

    def BindToHostTpm(self, settings: SecuritySettings) -> bool:
        return settings.bind_to_host_tpm

    def DataProtectionRequested(self, settings: SecuritySettings) -> bool:
        return settings.data_protection_requested

    def EncryptStateAndVmMigrationTraffic(self, settings: SecuritySettings) -> bool:
        return settings.encrypt_state_and_migration

    def ShieldingRequested(self, settings: SecuritySettings) -> bool:
        return settings.shielding_requested

    def TpmEnabled(self, settings: SecuritySettings) -> bool:
        return settings.tpm_enabled

    def VirtualizationBasedSecurityOptOut(self, settings: SecuritySettings) -> bool:
        return settings.virtualization_based_security_opt_out


class SecurityElement(ElementRefusals, View[SecuritySettings]):
    """What is in force of the settings of one machine."""

    class_name = "Msvm_SecurityElement"
    index = ("SystemName",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Security Element",
        "CreationClassName": "Msvm_SecurityElement",
        "ElementName": "Security Element",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[SecuritySettings]:
        return [vm.security for vm in self.host.virtual_machines]

    def by_key(self, keys: Keys) -> SecuritySettings | None:
        vm = self.host.virtual_machines.get(keys.text("SystemName"))
        return None if vm is None else vm.security

    def object_id(self, item: SecuritySettings) -> str:
        return item.vm.id

    def owner_of(self, item: SecuritySettings) -> object:
        return item.vm

    def SystemName(self, settings: SecuritySettings) -> str:
        return settings.vm.id

    def Shielded(self, settings: SecuritySettings) -> bool:
        return settings.shielding_requested

    def EncryptStateAndVmMigrationTrafficEnabled(self, settings: SecuritySettings) -> bool:
        return settings.encrypt_state_and_migration


class TrustedPlatformModule(DeviceView[SecuritySettings]):
    """The TPM of a machine, when it has one."""

    class_name = "Msvm_TPM"
    constants = {
        "Caption": "Trusted Platform Module",
        "Description": "Microsoft Virtual TPM",
        "TPMSpecMajorVersion": 2,
        "TPMSpecMinorVersion": 0,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[SecuritySettings]:
        return (vm.security,) if vm.security.tpm_enabled else ()

    def ElementName(self, _settings: SecuritySettings) -> str:
        return "Trusted Platform Module"

    def Name(self, _settings: SecuritySettings) -> str:
        return "Trusted Platform Module"

    @wmi_method
    def RequestTPMStateChange(self, _settings: SecuritySettings, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def ChangeOwnerAuth(self, _settings: SecuritySettings, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)


class SecurityService(ServiceView):
    """Changing the security of machines; at once, without jobs."""

    class_name = "Msvm_SecurityService"
    constants = {
        "Caption": "Security Service",
        "Description": "Service for managing the security of virtual machines.",
        "ElementName": "Hyper-V Security Service",
        "Name": "SecurityService",
    }

    @wmi_method
    def ModifySecuritySettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change the flags."""
        settings = self._settings(arguments)
        given = arguments.embedded("SecuritySettingData")
        if given is not None:
            view = self.namespace.view(SecuritySettingView)
            changes = read_changes(view, settings, given, _WRITABLE).get("")
            if changes:
                settings.configure(**changes)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def GetKeyProtector(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The bytes of the key protector; four of them when there is none."""
        return arguments.result(errors.COMPLETED, KeyProtector=[*self._settings(arguments).key_protector])

    @wmi_method
    def SetKeyProtector(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Give a machine a key protector."""
        self._settings(arguments).set_key_protector(bytes(arguments.integers("KeyProtector")))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RestoreLastKnownGoodKeyProtector(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Go back to the key protector before."""
        self._settings(arguments).restore_key_protector()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def SetSecurityPolicy(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Set the security policy of a shielded machine."""
        self._settings(arguments).set_policy(bytes(arguments.integers("SecurityPolicy")))
        return arguments.result(errors.COMPLETED)

    def _settings(self, arguments: Arguments) -> SecuritySettings:
        given = arguments.embedded("SecuritySettingData")
        if given is None or not given.declaration.is_a(SecuritySettingView.class_name):
            raise InvalidParameter("SecuritySettingData does not hold security settings.")
        item = changed_target(self.namespace, given).item
        if not isinstance(item, SecuritySettings):
            raise InvalidParameter("SecuritySettingData does not name security settings.")
        return item


def element_of(namespace: Namespace, settings: SecuritySettings) -> Iterable[SecuritySettings]:
    """What is in force of settings: nothing of those of a checkpoint."""
    real = namespace.host.virtual_machines.get(settings.vm.id) is settings.vm
    return (settings,) if real else ()
