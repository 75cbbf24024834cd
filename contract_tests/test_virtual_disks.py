"""Virtual disks and checkpoints made by a client over the wire; what their files hold is judged by qemu-img."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import winrm
from conftest import PASSWORD, USER
from soap import SoapClient

from emulator.host import DiskKind, Host
from emulator.host.storage.disk_image.payload import Payload

QEMU_IMG = shutil.which("qemu-img")
MEGABYTE = 1 << 20


def powershell(host, script: str) -> str:
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    answer = session.run_ps(script)
    assert answer.status_code == 0, answer.std_err.decode()
    return answer.std_out.decode().strip()


def download(machine: Host, path: str, target: Path) -> Path:
    """A copy of a file of the machine, with holes where nothing is."""
    with machine.looking():
        contents = machine.virtual_disks.find(path).contents()
    with target.open("wb") as file:
        for offset, data in contents.chunks():
            if data.strip(b"\0"):
                file.seek(offset)
                file.write(data)
        file.truncate(contents.size)
    return target


def test_disks_made_over_the_wire_form_a_chain(host):
    powershell(host, "New-VHD C:\\base.vhdx -SizeBytes 20GB | Out-Null")
    made = powershell(
        host,
        "New-VHD C:\\child.vhdx -ParentPath C:\\base.vhdx -Differencing | "
        "Select-Object Path, ParentPath, Size, FileSize | ConvertTo-Json",
    )
    facts = json.loads(made)
    assert (facts["ParentPath"], facts["Size"]) == ("C:\\base.vhdx", 20 << 30)
    assert host.machine.virtual_disks.find("C:\\child.vhdx").file_size == facts["FileSize"]
    assert powershell(host, "Test-VHD C:\\child.vhdx") == "True"


def test_a_running_machine_is_checkpointed_and_put_back(host):
    powershell(host, "Checkpoint-VM web01 -SnapshotName before")
    (vm,) = host.machine.virtual_machines.find("web01")
    assert [each.name for each in vm.checkpoints] == ["before"]
    shown = powershell(host, "(Get-VM web01 | Get-VMSnapshot).Name; (Get-VM web01).HardDrives[0].Path")
    assert shown.splitlines()[0] == "before"
    assert shown.splitlines()[1].endswith(".avhdx")
    powershell(host, "Restore-VMSnapshot -VMName web01 -Name before -Confirm:$false; Remove-VMSnapshot web01")
    host.machine.sleep(60)
    assert vm.hard_disk_drives[0].path == "D:\\Hyper-V\\web01\\web01.vhdx"
    assert host.machine.filesystem.audit() == []


@pytest.mark.slow
@pytest.mark.skipif(QEMU_IMG is None, reason="qemu-img (Debian: qemu-utils) is not installed")
@pytest.mark.parametrize("ending", ["vhd", "vhdx"])
@pytest.mark.parametrize("kind", list(DiskKind))
def test_qemu_accepts_the_file(host, tmp_path, ending, kind):
    name = f"C:\\{kind.name.lower()}.{ending}"
    switch = {DiskKind.FIXED: "-Fixed", DiskKind.DYNAMIC: "-Dynamic"}
    if kind is DiskKind.DIFFERENCING:
        powershell(
            host, f"New-VHD C:\\base.{ending} -SizeBytes 2GB; New-VHD {name} -ParentPath C:\\base.{ending}"
        )
    else:
        powershell(host, f"New-VHD {name} -SizeBytes 2GB {switch[kind]}")
    disk = host.machine.virtual_disks.find(name)
    with host.machine.looking():
        disk.write(5 * MEGABYTE, 3 * MEGABYTE)
        disk.write(1900 * MEGABYTE, 4096)
        disk.store(payload=Payload([(5 * MEGABYTE, memoryview(b"bootme"))]))
    file = download(host.machine, name, tmp_path / f"disk.{ending}")
    assert file.stat().st_size == disk.file_size
    known = "vpc" if ending == "vhd" else "vhdx"
    told = subprocess.run(
        [str(QEMU_IMG), "info", "--output=json", "-f", known, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if kind is DiskKind.DIFFERENCING and ending == "vhdx":
        # qemu knows no parents of VHDX: it reads the file as far as to see that there is one.
        assert "Operation not supported" in told.stderr
        return
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["virtual-size"] == 2 << 30
    if ending == "vhdx":
        checked = subprocess.run(
            [str(QEMU_IMG), "check", "-f", known, str(file)], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, "No errors were found" in checked.stdout) == (0, True), checked.stderr
    if kind is not DiskKind.DIFFERENCING:
        raw = tmp_path / "raw"
        subprocess.run([str(QEMU_IMG), "convert", "-f", known, "-O", "raw", str(file), str(raw)], check=True)
        with raw.open("rb") as text:
            text.seek(5 * MEGABYTE)
            assert text.read(6) == b"bootme"


def test_two_machines_share_a_disk_once_the_volume_has_the_filter(basic_host):
    """What people do on a stand-alone host to try clusters of guests."""
    host = basic_host
    powershell(
        host,
        "New-VHD C:\\quorum.vhds -SizeBytes 1GB | Out-Null; New-VHD C:\\old.vhd -SizeBytes 1GB | Out-Null;"
        "'node1', 'node2' | % { New-VM $_ -Generation 2 -NoVHD -MemoryStartupBytes 512MB | Out-Null }",
    )
    add = "Add-VMHardDiskDrive node1 -Path C:\\quorum.vhds -SupportPersistentReservations"
    refused = powershell(host, f"{add} -ErrorAction SilentlyContinue; $Error[0].ToString()")
    assert "does not support virtual hard disk sharing" in refused
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    attached = session.run_cmd("fltmc attach svhdxflt C:")
    assert (attached.status_code, b"Success" in attached.std_out) == (0, True)
    assert session.run_cmd("fltmc attach svhdxflt C:").status_code == 1
    powershell(host, f"{add}; Add-VMHardDiskDrive node2 -Path C:\\quorum.vhds -ShareVirtualDisk")
    powershell(host, "Start-VM node1, node2")
    assert {vm.state.name for vm in host.machine.virtual_machines.find("node1")} == {"RUNNING"}
    shown = powershell(
        host,
        "Get-VM node1, node2 | Get-VMHardDiskDrive | % {"
        ' "$($_.ControllerType) $($_.Path) $($_.SupportPersistentReservations)" }',
    )
    assert shown.splitlines() == ["SCSI C:\\quorum.vhds True"] * 2
    with SoapClient(host) as soap:
        media = soap.wql(
            "root/virtualization/v2",
            "SELECT * FROM Msvm_StorageAllocationSettingData WHERE PersistentReservationsSupported = TRUE",
        )
    assert len(media) == 2
    refused = powershell(
        host,
        "Add-VMHardDiskDrive node1 -Path C:\\old.vhd -SupportPersistentReservations"
        " -ErrorAction SilentlyContinue; $Error[0].ToString()",
    )
    assert "cannot be shared" in refused


def test_a_key_storage_drive_comes_and_goes(basic_host):
    host = basic_host
    powershell(host, "New-VM old01 -Generation 1 -NoVHD | Out-Null; Add-VMKeyStorageDrive old01")
    shown = powershell(
        host, 'Get-VMKeyStorageDrive old01 | % { "$($_.Name) $($_.ControllerType) $($_.ControllerLocation)" }'
    )
    assert shown == "Key Storage Drive on IDE controller number 0 at location 0 IDE 0"
    query = "SELECT * FROM Msvm_VirtualLogicalUnitSettingData WHERE StorageSubsystemType = 'ksd'"
    with SoapClient(host) as soap:
        assert len(soap.wql("root/virtualization/v2", query)) == 1
    again = powershell(
        host, "Add-VMKeyStorageDrive old01 -ErrorAction SilentlyContinue; $Error[0].ToString()"
    )
    assert "has a key storage drive already" in again
    powershell(host, "Set-VMKeyStorageDrive old01 -ToControllerNumber 1; Remove-VMKeyStorageDrive old01")
    with SoapClient(host) as soap:
        assert soap.wql("root/virtualization/v2", query) == []
