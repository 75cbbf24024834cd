"""icacls over the owners and access lists of the fake file system."""

import pytest

from emulator.host.security.security_names import name_of_sid, sid_of_name


@pytest.fixture
def vm(machine):
    host = machine.host
    host.filesystem.make_directory("C:\\VMs")
    host.jobs.wait(host.virtual_disks.create("C:\\VMs\\web.vhdx", size=1 << 30))
    vm = host.virtual_machines.create("web", 2)
    vm.devices.add_hard_disk_drive("C:\\VMs\\web.vhdx")
    return vm


def shown(machine, path):
    """The entries that icacls shows."""
    ended = machine.run(f"icacls {path}")
    assert ended.code == 0, ended.err
    lines = ended.out.replace("\r", "").split("\n")
    assert lines[-2] == "Successfully processed 1 files; Failed processing 0 files"
    assert lines[-3] == ""
    assert lines[0].startswith(f"{path} ")
    return [line[len(path) + 1 :] for line in lines[:-3]]


def test_what_windows_has_by_default(machine):
    machine.host.filesystem.make_directory("C:\\VMs")
    assert shown(machine, "C:\\VMs") == [
        "NT AUTHORITY\\SYSTEM:(I)(OI)(CI)(F)",
        "BUILTIN\\Administrators:(I)(OI)(CI)(F)",
        "BUILTIN\\Users:(I)(OI)(CI)(RX)",
        "BUILTIN\\Users:(I)(CI)(AD)",
        "BUILTIN\\Users:(I)(CI)(WD)",
        "CREATOR OWNER:(I)(OI)(CI)(IO)(F)",
    ]
    assert shown(machine, "C:\\Windows\\System32\\cmd.exe")[-1] == "BUILTIN\\Users:(I)(RX)"


def test_a_disk_lets_its_machine_have_it_until_somebody_takes_that_away(machine, vm):
    name = f"NT VIRTUAL MACHINE\\{vm.id}"
    path = "C:\\VMs\\web.vhdx"
    rest = ["NT AUTHORITY\\SYSTEM:(I)(F)", "BUILTIN\\Administrators:(I)(F)", "BUILTIN\\Users:(I)(RX)"]
    assert shown(machine, path) == [f"{name}:(R,W)", *rest]
    reset = machine.run(f"icacls {path} /reset")
    assert reset.out.replace("\r", "") == (
        f"processed file: {path}\nSuccessfully processed 1 files; Failed processing 0 files\n"
    )
    assert shown(machine, path) == rest
    job = vm.start()
    machine.host.jobs.wait(job)
    assert vm.state.name == "OFF"
    assert "does not have permission to open attachment 'C:\\VMs\\web.vhdx'" in job.error.text
    assert machine.run(f'icacls {path} /grant "{name}":(F)').code == 0
    assert shown(machine, path) == [f"{name}:(F)", *rest]
    machine.host.jobs.wait(vm.start())
    assert vm.state.name == "RUNNING"


def test_another_machine_is_added_to_a_list_that_was_set(machine, vm):
    machine.run("icacls C:\\VMs\\web.vhdx /reset")
    other = machine.host.virtual_machines.create("other", 2)
    other.devices.add_hard_disk_drive("C:\\VMs\\web.vhdx")
    assert shown(machine, "C:\\VMs\\web.vhdx")[0] == f"NT VIRTUAL MACHINE\\{other.id}:(R,W)"
    assert vm.id != other.id


def test_lists_are_granted_denied_inherited_and_removed(machine):
    machine.host.filesystem.make_directory("C:\\Data\\Sub")
    machine.host.filesystem.write("C:\\Data\\Sub\\a.txt", b"x")
    run = machine.run
    assert (
        run("icacls C:\\Data /inheritance:r /grant Administrators:(OI)(CI)F /grant:r Users:(OI)(CI)RX").code
        == 0
    )
    assert shown(machine, "C:\\Data") == [
        "BUILTIN\\Administrators:(OI)(CI)(F)",
        "BUILTIN\\Users:(OI)(CI)(RX)",
    ]
    assert shown(machine, "C:\\Data\\Sub\\a.txt") == [
        "BUILTIN\\Administrators:(I)(F)",
        "BUILTIN\\Users:(I)(RX)",
    ]
    assert run("icacls C:\\Data\\Sub /deny *S-1-1-0:(W,D) /setowner Users").code == 0
    assert shown(machine, "C:\\Data\\Sub")[0] == "Everyone:(DENY)(W,DE)"
    security = machine.host.filesystem.security.of("C:\\Data\\Sub")
    assert name_of_sid(machine.host, security.owner) == "BUILTIN\\Users"
    run("icacls C:\\Data\\Sub /remove:g Everyone")
    assert shown(machine, "C:\\Data\\Sub")[0].startswith("Everyone")
    run("icacls C:\\Data\\Sub /remove Everyone /inheritance:d")
    assert shown(machine, "C:\\Data\\Sub") == shown(machine, "C:\\Data")
    every = run("icacls C:\\Data /reset /T")
    assert every.out.replace("\r", "").splitlines()[-1] == (
        "Successfully processed 3 files; Failed processing 0 files"
    )
    assert shown(machine, "C:\\Data")[0].startswith("NT AUTHORITY\\SYSTEM:(I)")


@pytest.mark.parametrize(
    ("tail", "code", "text"),
    [
        ("C:\\nothing", 2, "C:\\nothing: The system cannot find the file specified."),
        ("C:\\Windows /grant nobody:F", 1332, "nobody: No mapping between account names"),
        ("C:\\Windows /grant Users:Q", 87, 'Invalid parameter "Users:Q"'),
        ("C:\\Windows /what", 87, 'Invalid parameter "/what"'),
        ("C:\\Windows /save C:\\x", 87, "not emulated"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(machine, tail, code, text):
    before = machine.host.filesystem.security.of("C:\\Windows")
    ended = machine.run(f"icacls {tail}")
    assert ended.code == code
    assert text in ended.err
    assert machine.host.filesystem.security.of("C:\\Windows") == before


def test_names_of_machines_and_services(machine, vm):
    host = machine.host
    for name in (f"NT VIRTUAL MACHINE\\{vm.id}", "NT VIRTUAL MACHINE\\Virtual Machines", "NT SERVICE\\vmms"):
        assert name_of_sid(host, sid_of_name(host, name)) == name
    # Published: the SID of this service.
    assert sid_of_name(host, "NT SERVICE\\TrustedInstaller").endswith("-2271478464")
    assert sid_of_name(host, "NT VIRTUAL MACHINE\\nothing") is None
