"""mountvol: volumes and where they are mounted."""

import re

import pytest

SETUP = (
    "$n = (New-VHD C:\\data.vhdx -SizeBytes 2GB | Mount-VHD -Passthru).Number; Initialize-Disk $n;"
    " New-Partition $n -UseMaximumSize | Format-Volume -NewFileSystemLabel Lab | Out-Null"
)


@pytest.fixture
def volume(machine):
    """The path of a volume that is not mounted anywhere."""
    code, _, problem = machine.run(f'powershell -Command "{SETUP}"')
    assert (code, problem) == (0, "")
    listed = machine.run("mountvol")[1]
    return re.search(r"(\S+)\r\n +\*\*\* NO MOUNT POINTS \*\*\*\r\n\r\n$", listed)[1]


def test_a_volume_is_mounted_listed_and_unmounted(machine, volume):
    assert machine.run("md C:\\Mounted & mountvol c:\\mounted " + volume) == (0, "", "")
    assert machine.run("mountvol C:\\Mounted /L") == (0, f"    {volume}\r\n", "")
    assert f"    {volume}\r\n        C:\\Mounted\\\r\n" in machine.run("mountvol")[1]
    assert machine.run("echo hello>C:\\Mounted\\a.txt& type C:\\Mounted\\a.txt") == (0, "hello\r\n", "")
    target = volume.replace("\\\\?", "\\??", 1)
    assert f"<JUNCTION>     Mounted [{target}]\r\n" in machine.run("dir C:\\")[1]
    free = r"Dir\(s\) +(\S+) bytes free"
    inside, outside = (re.search(free, machine.run(f"dir {path}")[1])[1] for path in ("C:\\Mounted", "C:\\"))
    assert inside != outside
    assert machine.run("mountvol C:\\Mounted\\ /D") == (0, "", "")
    assert machine.run("mountvol C:\\Mounted /L")[0] == 1
    assert "a.txt" not in machine.run("dir C:\\Mounted")[1]
    assert machine.run(f"mountvol V: {volume}")[0] == 0
    assert machine.run("type V:\\a.txt")[1] == "hello\r\n"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("mountvol C:\\Windows {}", "The directory is not empty."),
        ("mountvol C:\\nowhere {}", "The system cannot find the file specified."),
        ("mountvol C:\\Mounted nothing\\", "The parameter is incorrect."),
        ("mountvol C:\\Mounted", "The parameter is incorrect."),
        ("mountvol C:\\Mounted /D", "The system cannot find the file specified."),
        ("mountvol /R", "The request is not supported."),
    ],
)
def test_what_does_not_fit_is_refused(machine, volume, line, text):
    machine.run("md C:\\Mounted")
    code, _, problem = machine.run(line.format(volume))
    assert (code, problem.strip()) == (1, text)
