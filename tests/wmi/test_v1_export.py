"""Export and import through root/virtualization, and what two hosts tell each other of their processors."""

import pytest

from emulator.host import VirtualMachineState as State

V1 = "root/virtualization"
EXPORT, IMPORT = "Msvm_VirtualSystemExportSettingData", "Msvm_VirtualSystemImportSettingData"


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    found = make_wmi(request.param)
    found.one.turn_off()
    found.advance(5)
    return found


def manage(wmi, method, **arguments):
    return wmi.manage(method, V1, **arguments)


def done(wmi, result):
    """The finished job of a result."""
    assert result.return_value == 4096
    wmi.advance(120)
    return wmi[V1].find(result.out["Job"])


def exported(wmi, vm, **settings):
    """Export a machine with the settings that it shows, changed; the folder."""
    (shown,) = wmi[V1].associators(wmi.machine(vm, V1).path, "Msvm_SystemExportSettingData")
    names = ("CopyVmStorage", "CopyVmRuntimeInformation", "CreateVmExportSubdirectory")
    values = {name: shown.value(name) for name in (*names, "CopySnapshotConfiguration")}
    job = done(
        wmi,
        manage(
            wmi,
            "ExportVirtualSystemEx",
            ComputerSystem=wmi.machine(vm, V1).path,
            ExportDirectory="D:\\Out",
            ExportSettingData=wmi.embedded(EXPORT, {**values, **settings}, V1),
        ),
    )
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    return f"D:\\Out\\{vm.name}"


def import_settings(wmi, folder):
    result = manage(wmi, "GetVirtualSystemImportSettingData", ImportDirectory=folder)
    assert (result.return_value, result.out["Job"]) == (0, None)
    found = result.out["ImportSettingData"]
    assert found.declaration.name == IMPORT
    return {each.name: found.value(each.name) for each in found.declaration.properties}


def imported(wmi, folder, **changes):
    values = {**import_settings(wmi, folder), **changes}
    result = manage(
        wmi,
        "ImportVirtualSystemEx",
        ImportDirectory=folder,
        ImportSettingData=wmi.embedded(IMPORT, values, V1),
    )
    return done(wmi, result)


def names(wmi):
    return sorted(vm.name for vm in wmi.host.virtual_machines)


def test_an_export_has_the_files_of_its_release(wmi):
    folder = exported(wmi, wmi.one)
    files = wmi.host.filesystem
    ending = {"2008R2": "exp", "2012": "xml"}[wmi.host.release.key]
    assert files.exists(f"{folder}\\Virtual Machines\\{wmi.one.id}.{ending}")
    assert files.exists(f"{folder}\\config.xml") is (ending == "exp")
    assert files.exists(f"{folder}\\Virtual Hard Disks\\one.vhd")


def test_import_settings_tell_what_is_in_the_folder(wmi):
    values = import_settings(wmi, exported(wmi, wmi.one))
    assert (values["Name"], values["GenerateNewId"], values["CreateCopy"]) == ("one", False, False)
    assert values["SourceResourcePaths"] == ["D:\\Out\\one\\Virtual Hard Disks\\one.vhd"]
    assert values["SourceNetworkConnections"] == ["Internal"]
    assert values["SourceVmDataRoot"] == "D:\\Out\\one\\Virtual Machines"


def test_a_copy_has_its_own_name_identity_disks_and_network(wmi):
    folder = exported(wmi, wmi.one)
    job = imported(
        wmi,
        folder,
        Name="copy",
        GenerateNewId=True,
        CreateCopy=True,
        TargetVmDataRoot="D:\\Copies",
        TargetSnapshotDataRoot="D:\\Copies",
        TargetResourcePaths=["D:\\Copies\\disk.vhd"],
        TargetNetworkConnections=["Private"],
    )
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    (made,) = wmi.host.virtual_machines.find("copy")
    (element,) = wmi[V1].associators(job.path, "Msvm_AffectedJobElement")
    assert element.value("Name") == made.id != wmi.one.id
    assert [drive.path for drive in made.hard_disk_drives] == ["D:\\Copies\\disk.vhd"]
    assert made.network_adapters[0].switch.name == "Private"
    assert wmi.host.filesystem.exists(f"{made.path}\\Virtual Machines\\{made.id}.xml")
    # The export is still there.
    assert import_settings(wmi, folder)["Name"] == "one"
    made.start()
    wmi.advance(5)
    assert made.state is State.RUNNING


def test_files_that_are_used_in_place_can_be_imported_once(wmi):
    folder, old = exported(wmi, wmi.one), wmi.one.id
    wmi.host.virtual_machines.destroy(wmi.one)
    wmi.advance(5)
    job = done(wmi, manage(wmi, "ImportVirtualSystem", ImportDirectory=folder, GenerateNewID=False))
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    assert (wmi.one.id, wmi.one.path) == (old, folder)
    assert [drive.path for drive in wmi.one.hard_disk_drives] == [f"{folder}\\Virtual Hard Disks\\one.vhd"]
    assert wmi.host.filesystem.exists(f"{folder}\\Virtual Machines\\{old}.xml")
    again = manage(wmi, "GetVirtualSystemImportSettingData", ImportDirectory=folder)
    assert (again.return_value, again.out["ImportSettingData"]) == (32773, None)


def test_an_identity_that_is_taken_fails_the_job_and_leaves_nothing(wmi):
    folder = exported(wmi, wmi.one)
    job = imported(wmi, folder)
    assert job.value("JobState") == 10
    assert "Unable to import virtual machine" in job.value("ErrorDescription")
    assert names(wmi) == ["one", "two"]
    assert list(wmi.host.planned_machines) == []


def test_disks_that_were_not_exported_must_be_where_the_settings_say(wmi):
    folder = exported(wmi, wmi.one, CopyVmStorage=False)
    values = import_settings(wmi, folder)
    assert values["SourceResourcePaths"] == ["D:\\VMs\\one.vhd"]
    job = imported(wmi, folder, GenerateNewId=True, SourceResourcePaths=["D:\\gone.vhd"])
    assert job.value("JobState") == 10
    assert "D:\\gone.vhd" in job.value("ErrorDescription")
    job = imported(wmi, folder, GenerateNewId=True, Name="again", TargetNetworkConnections=["no such"])
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    (made,) = wmi.host.virtual_machines.find("again")
    assert made.network_adapters[0].switch is None


def test_checkpoints_and_memory_come_along(wmi):
    wmi.one.start()
    wmi.advance(120)
    wmi.host.checkpoints.create(wmi.one)
    wmi.advance(5)
    wmi.one.save()
    wmi.advance(5)
    job = imported(wmi, exported(wmi, wmi.one), GenerateNewId=True, Name="whole")
    assert job.value("JobState") == 7, job.value("ErrorDescription")
    (made,) = wmi.host.virtual_machines.find("whole")
    assert (made.state, len(made.checkpoints)) == (State.SAVED, 1)


def test_one_checkpoint_is_exported_as_a_machine(wmi):
    wmi.host.checkpoints.create(wmi.one)
    wmi.advance(5)
    (snapshot,) = wmi[V1].associators(wmi.machine(wmi.one, V1).path, "Msvm_PreviousSettingData")
    folder = exported(wmi, wmi.one, CopySnapshotConfiguration=2, SnapshotVirtualSystem=str(snapshot.path))
    assert import_settings(wmi, folder)["Name"] == snapshot.value("ElementName")
    result = manage(
        wmi,
        "ExportVirtualSystemEx",
        ComputerSystem=wmi.machine(wmi.two, V1).path,
        ExportDirectory="D:\\Out",
        ExportSettingData=wmi.embedded(
            EXPORT, {"CopySnapshotConfiguration": 2, "SnapshotVirtualSystem": str(snapshot.path)}, V1
        ),
    )
    assert result.return_value == 32773


def test_the_older_method_writes_everything_or_only_the_configuration(wmi):
    for state, there in ((False, False), (True, True)):
        job = done(
            wmi,
            manage(
                wmi,
                "ExportVirtualSystem",
                ComputerSystem=wmi.machine(wmi.one, V1).path,
                CopyVmState=state,
                ExportDirectory=f"D:\\{state}",
            ),
        )
        assert job.value("JobState") == 7
        assert wmi.host.filesystem.exists(f"D:\\{state}\\one\\Virtual Hard Disks\\one.vhd") is there


def test_a_running_machine_is_not_exported(wmi):
    wmi.one.start()
    wmi.advance(5)
    result = manage(
        wmi,
        "ExportVirtualSystem",
        ComputerSystem=wmi.machine(wmi.one, V1).path,
        CopyVmState=True,
        ExportDirectory="D:\\Out",
    )
    assert result.return_value == 32775


@pytest.mark.parametrize("folder", ["", "D:\\nothing", "D:\\VMs", "X:\\no drive"])
def test_a_folder_without_an_export_is_refused(wmi, folder):
    result = manage(wmi, "GetVirtualSystemImportSettingData", ImportDirectory=folder)
    assert result.return_value >= 32768
    if folder:
        job = done(wmi, manage(wmi, "ImportVirtualSystem", ImportDirectory=folder, GenerateNewID=True))
        assert job.value("JobState") == 10
    assert names(wmi) == ["one", "two"]


def test_a_machine_of_another_processor_is_not_compatible_while_it_runs(wmi):
    def told_by_another_host():
        path = wmi.machine(wmi.one, V1).path
        blob = manage(wmi, "GetSystemCompatibilityInfo", ComputerSystem=path).out["CompatibilityInfo"]
        assert manage(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=blob).return_value == 0
        vendor = wmi.host.hardware.processor.vendor.encode()
        return list(bytes(blob).replace(vendor, b"Another"))

    off = told_by_another_host()
    assert manage(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=off).return_value == 0
    wmi.one.start()
    wmi.advance(5)
    result = manage(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=told_by_another_host())
    assert result.return_value == 32784
    told = manage(wmi, "FormatError", Errors=result.out["Reasons"])
    assert "processor-specific features" in told.out["ErrorMessage"]
    assert manage(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=[1, 2]).return_value == 32773
