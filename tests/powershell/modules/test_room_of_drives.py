"""Used and Free of Get-PSDrive."""

from tests.powershell.modules.console_session import ConsoleSession


def test_a_drive_tells_the_room_of_its_volume() -> None:
    session = ConsoleSession()
    volume = session.host.filesystem.volume("C")
    assert volume is not None
    result = session.runspace.run(
        "New-PSDrive T FileSystem C:\\Windows | Out-Null; Get-PSDrive C, T | % { $_.Used; $_.Free }"
    )
    assert not result.errors
    assert [int(one) for one in result.output] == [volume.size - volume.free, volume.free] * 2


def test_other_drives_have_none() -> None:
    session = ConsoleSession()
    result = session.runspace.run("$d = Get-PSDrive HKLM; ($null -eq $d.Used) -and ($null -eq $d.Free)")
    assert result.output == [True]


def test_the_table_shows_gigabytes() -> None:
    session = ConsoleSession()
    volume = session.host.filesystem.volume("D")
    assert volume is not None
    line = next(one for one in session.shown("Get-PSDrive").splitlines() if one.startswith("D "))
    used, free = line.split()[1:3]
    assert used == f"{(volume.size - volume.free) / 2**30:.2f}"
    assert free == f"{volume.free / 2**30:.2f}"


def test_the_members_are_script_properties() -> None:
    result = ConsoleSession().runspace.run("(Get-PSDrive C | gm Used, Free) | % { $_.MemberType.ToString() }")
    assert result.output == ["ScriptProperty", "ScriptProperty"]
