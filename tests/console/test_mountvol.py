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


def test_a_folder_whose_volume_is_away_is_passed_over_and_can_be_removed(machine, volume):
    machine.run(f"md C:\\t\\Mounted C:\\t\\z & mountvol C:\\t\\Mounted {volume}")
    machine.run("echo a>C:\\t\\Mounted\\a.txt& echo b>C:\\t\\z\\b.txt")
    names = "C:\\t\\Mounted\r\nC:\\t\\z\r\n{}C:\\t\\z\\b.txt\r\n"
    shells = ('powershell -Command "Get-ChildItem C:\\t -Recurse | % FullName"', "dir /s /b C:\\t")
    for line in shells:
        assert machine.run(line)[1:] == (names.format("C:\\t\\Mounted\\a.txt\r\n"), "")
    machine.run('powershell -Command "Dismount-VHD C:\\data.vhdx"')
    for line in shells:
        _, output, problem = machine.run(line)
        assert output == names.format("")
        assert "the path" in problem
    stop = "try { Get-ChildItem C:\\t -Recurse -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }"
    assert "DirIOError,Microsoft" in machine.run(f'powershell -Command "{stop}"')[1]
    assert machine.run("rd C:\\t\\Mounted") == (0, "", "")
    machine.run('powershell -Command "Mount-VHD C:\\data.vhdx"')
    for remove in ("rd C:\\t\\Mounted", 'powershell -Command "Remove-Item C:\\t\\Mounted"'):
        assert machine.run(f"md C:\\t\\Mounted & mountvol C:\\t\\Mounted {volume}")[0] == 0
        assert machine.run("type C:\\t\\Mounted\\a.txt")[1] == "a\r\n"
        assert machine.run(remove) == (0, "", "")
        assert machine.run("dir /b C:\\t")[1] == "z\r\n"


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
