"""Key protectors, TPMs, hibernation and interrupts through WMI."""

import pytest

from emulator.host import GuestState
from emulator.host import VirtualMachineState as State

V2 = "root/virtualization/v2"
PROTECTOR = [1, 2, 3, 4, 5, 6]


@pytest.fixture
def vm(wmi):
    return wmi.host.virtual_machines.create("shielded", 2)


def call(wmi, vm, method, flags=None, **arguments):
    instance_id = f"Microsoft:{vm.id}\\SecuritySettings"
    text = wmi.embedded("Msvm_SecuritySettingData", {"InstanceID": instance_id, **(flags or {})})
    service = wmi[V2].resolve("Msvm_SecurityService", {})
    return wmi[V2].invoke(service, method, {"SecuritySettingData": text, **arguments})


def test_a_tpm_needs_a_key_protector_and_shielding_needs_a_tpm(wmi, vm):
    assert call(wmi, vm, "GetKeyProtector").out["KeyProtector"] == [0, 0, 0, 4]
    assert call(wmi, vm, "ModifySecuritySettings", {"TpmEnabled": True}).return_value == 32775
    assert call(wmi, vm, "SetKeyProtector", KeyProtector=PROTECTOR).return_value == 0
    assert call(wmi, vm, "GetKeyProtector").out["KeyProtector"] == PROTECTOR
    assert call(wmi, vm, "ModifySecuritySettings", {"ShieldingRequested": True}).return_value == 32775
    assert wmi[V2].instances("Msvm_TPM") == []
    both = {"TpmEnabled": True, "ShieldingRequested": True}
    assert call(wmi, vm, "ModifySecuritySettings", both).return_value == 0
    (tpm,) = wmi[V2].instances("Msvm_TPM")
    assert tpm.value("SystemName") == vm.id
    element = wmi[V2].resolve("Msvm_SecurityElement", {"SystemName": vm.id})
    assert element.value("Shielded") is True
    (settings,) = wmi[V2].associators(element.path, "Msvm_SettingsDefineState")
    assert settings.value("TpmEnabled") is True


def test_an_earlier_key_protector_comes_back(wmi, vm):
    assert call(wmi, vm, "RestoreLastKnownGoodKeyProtector").return_value == 32775
    call(wmi, vm, "SetKeyProtector", KeyProtector=PROTECTOR)
    call(wmi, vm, "SetKeyProtector", KeyProtector=[*PROTECTOR, 7])
    assert call(wmi, vm, "RestoreLastKnownGoodKeyProtector").return_value == 0
    assert call(wmi, vm, "GetKeyProtector").out["KeyProtector"] == PROTECTOR


def test_generation_1_and_running_machines_are_refused(wmi, vm):
    assert call(wmi, wmi.two, "SetKeyProtector", KeyProtector=PROTECTOR).return_value == 32770
    assert call(wmi, vm, "SetKeyProtector", KeyProtector=[]).return_value == 32773
    vm.start()
    wmi.advance(5)
    assert call(wmi, vm, "SetKeyProtector", KeyProtector=PROTECTOR).return_value == 32775


def test_a_guest_hibernates_and_comes_back_faster(wmi):
    component = wmi[V2].resolve("Msvm_ShutdownComponent", {"SystemName": wmi.one.id})
    assert wmi[V2].invoke(component, "InitiateHibernate", {}).return_value == 0
    wmi.advance(6)
    assert wmi.one.state is State.OFF
    assert wmi[V2].invoke(component, "InitiateHibernate", {}).return_value == 32775
    wmi.one.start()
    wmi.advance(1.5 + 5)
    assert wmi.one.guest.is_ready


def test_an_interrupt_crashes_a_windows_guest(wmi):
    assert wmi[V2].invoke(wmi.machine(wmi.one), "InjectNonMaskableInterrupt", {}).return_value == 0
    assert wmi.one.guest.state is GuestState.CRASHED
    assert wmi[V2].invoke(wmi.machine(wmi.two), "InjectNonMaskableInterrupt", {}).return_value == 32775
