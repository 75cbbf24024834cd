"""GetSummaryInformation: every number, and what checkpoints and lost machines answer."""

import pytest

from emulator.wmi.virtualization_v2.summary import PARTS

V2 = "root/virtualization/v2"
ALWAYS = {"InstanceID", "Name"}
#: Values of a running Windows guest with static memory, no checkpoint, job or replication.
RUNNING = {
    1: "one",
    3: "first",
    4: 2,
    8: "",
    9: ["Internal"],
    10: "10.0",
    11: False,
    100: 2,
    101: 0,
    103: 512,
    104: 2,
    106: "Windows Server 2022 Datacenter",
    107: [],
    108: [],
    109: 5,
    110: [2],
    111: ["Operating normally"],
    112: 0x7FFFFFFF,
    113: 0x7FFFFFFF,
    114: 0,
    115: 0,
    116: 0,
    117: 2,
    118: [0],
    119: [0],
    120: False,
    121: 1,
    122: [],
    123: False,
    132: None,
    133: 3,
    134: "Microsoft:Hyper-V:SubType:1",
    135: "HVHOST1",
}


def settings(identifier):
    return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{identifier}"'


def summary(wmi, identifier, *numbers):
    answer = wmi.manage(
        "GetSummaryInformation", SettingData=[settings(identifier)], RequestedInformation=list(numbers)
    )
    assert answer.return_value == 0
    (found,) = answer.out["SummaryInformation"]
    return found


def given(found):
    return {each.name for each in found.declaration.properties if found.value(each.name) is not None} - ALWAYS


@pytest.mark.parametrize("number", PARTS)
def test_each_number_gives_its_property_and_no_other(wmi, number):
    wmi.advance(300)
    found = summary(wmi, wmi.one.id, number)
    assert found.value("Name") == wmi.one.id
    expected = {PARTS[number]}
    if number in (5, 6, 7):
        expected |= {"ThumbnailImageWidth", "ThumbnailImageHeight"}
    assert given(found) <= expected
    if number in RUNNING:
        assert found.value(PARTS[number]) == RUNNING[number]
    else:
        assert given(found) == expected - ALWAYS
    for picture, size in ((5, (80, 60)), (6, (160, 120)), (7, (320, 240))):
        if number == picture:
            assert (found.value("ThumbnailImageWidth"), found.value("ThumbnailImageHeight")) == size
            assert len(found.value("ThumbnailImage")) == 2 * size[0] * size[1]


def test_the_history_of_the_load_has_a_hundred_samples(wmi):
    wmi.one.guest.cpu_usage = 30
    wmi.two.start()
    wmi.advance(41)
    history = summary(wmi, wmi.one.id, 102).value("ProcessorLoadHistory")
    assert history == [30] * 41 + [0] * 59 or history == [30] * 100
    assert len(summary(wmi, wmi.two.id, 102).value("ProcessorLoadHistory")) == 100


def test_a_checkpoint_has_a_summary_without_what_only_machines_have(wmi):
    wmi.host.checkpoints.create(wmi.one, "before")
    wmi.advance(10)
    (checkpoint,) = wmi.host.checkpoints
    found = summary(wmi, checkpoint.id, *PARTS)
    assert (found.value("Name"), found.value("ElementName")) == (checkpoint.id, "before")
    assert found.value("NumberOfProcessors") == 2
    for name in ("Heartbeat", "HealthState", "MemoryUsage", "ProcessorLoad", "Snapshots", "UpTime"):
        assert found.value(name) is None, name
    assert [each.value("ElementName") for each in summary(wmi, wmi.one.id, 107).value("Snapshots")] == [
        "before"
    ]


def test_a_machine_that_is_not_there_has_a_summary_without_a_name(wmi):
    lost = "00000000-0000-0000-0000-000000000001"
    answer = wmi.manage(
        "GetSummaryInformation",
        SettingData=[settings(wmi.one.id), settings(lost)],
        RequestedInformation=[1],
    )
    first, second = answer.out["SummaryInformation"]
    assert (first.value("ElementName"), second.value("Name"), given(second)) == ("one", "", set())


def test_a_summary_says_that_a_machine_is_shielded_and_what_runs_for_it(wmi):
    vm = wmi.host.virtual_machines.create("guarded", 2)
    assert summary(wmi, vm.id, 11).value("Shielded") is False
    vm.security.set_key_protector(b"\x01\x02\x03\x04\x05")
    vm.security.configure(tpm_enabled=True, shielding_requested=True)
    assert summary(wmi, vm.id, 11).value("Shielded") is True
    job = wmi.host.checkpoints.create(wmi.one)
    (task,) = summary(wmi, wmi.one.id, 108).value("AsynchronousTasks")
    assert task.value("InstanceID") == job.id


def test_the_summary_of_a_machine_is_found_from_it(wmi):
    (found,) = wmi[V2].associators(wmi.machine(wmi.one).path, "Msvm_ComputerSystemSummaryInformation")
    assert found.value("ElementName") == "one"
