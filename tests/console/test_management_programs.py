"""Programs that scripts use beside cmdlets: fsutil, forfiles, fc, takeown, msiexec and others."""

from __future__ import annotations

import pytest


def test_clip_and_the_cmdlets_have_one_clipboard(run):
    assert run("echo hello| clip") == (0, "", "")
    assert run("powershell Get-Clipboard").out.strip() == "hello"


def test_tzutil_reads_and_sets_the_time_zone(run, machine):
    assert run('tzutil /s "Pacific Standard Time"') == (0, "", "")
    assert run("tzutil /g").out == "Pacific Standard Time"
    assert machine.host.operating_system.time_zone == "Pacific Standard Time"
    assert run('tzutil /s "Nowhere"') == (1, "", "The time zone ID is not valid.\r\n")


def test_takeown_makes_a_file_its_own(run, machine):
    machine.write("C:\\work\\a.txt", "a")
    account = machine.host.accounts.administrator
    name = account.qualified_name
    text = f'\r\nSUCCESS: The file (or folder): "C:\\work\\a.txt" now owned by user "{name}".\r\n'
    assert run("takeown /f C:\\work\\a.txt") == (0, text, "")
    assert machine.host.filesystem.security.of("C:\\work\\a.txt").owner == account.sid
    assert run("takeown /f C:\\work /r /d y /a").out.count("the administrators group") == 2
    assert machine.host.filesystem.security.of("C:\\work\\a.txt").owner == "S-1-5-32-544"
    assert run("takeown /f C:\\none") == (1, "", "ERROR: The system cannot find the file specified.\r\n")


def test_others_need_a_right_to_take_a_file(machine):
    machine.write("C:\\work\\a.txt", "a")
    other = machine.host.accounts.create("other", "Pa55w.rd!", groups=("Users",))
    ended = machine.run("takeown /f C:\\Windows\\win.ini", account=other)
    assert (ended.code, ended.err) == (1, "ERROR: Access is denied.\r\n")


def test_label_names_a_volume(run):
    assert run("label C: System disk") == (0, "", "")
    assert "System disk" in run("vol C:").out
    assert run("label Q: x").code == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("msiexec /i C:\\none.msi /qn", 1619),
        ("msiexec /i C:\\work\\bad.msi /qn /norestart", 1620),
        ("msiexec /x {11111111-2222-3333-4444-555555555555} /quiet", 1605),
        ("msiexec /qn", 1639),
        ("wusa C:\\none.msu /quiet", 2),
        ("wusa /uninstall /kb:9999999 /quiet", 2359303),
        ("regsvr32 /s C:\\none.dll", 3),
    ],
)
def test_what_cannot_be_installed_has_the_code_of_windows(run, machine, line, code):
    machine.write("C:\\work\\bad.msi", "no package")
    assert run(line) == (code, "", "")


def test_msiexec_writes_its_log(run, machine):
    run("msiexec /i C:\\none.msi /qn /l*v C:\\work\\msi.log")
    log = machine.host.filesystem.read("C:\\work\\msi.log").decode("utf-16")
    assert "could not be opened" in log
    assert "C:\\none.msi" in log


def test_choice_takes_what_comes_or_the_default(run):
    assert run("choice /c abc /m Pick", stdin=b"xb") == (2, "Pick [A,B,C]?B\r\n", "")
    assert run("choice /t 5 /d N /n") == (2, "N\r\n", "")
    assert run("choice").code == 255
    assert run("choice /t 5").code == 255
    assert run(f"choice /t {'9' * 5000} /d N").code == 255


def test_tree_shows_folders_and_files(run, machine):
    run("md C:\\work\\a C:\\work\\b\\c")
    machine.write("C:\\work\\a\\one.txt", "1")
    machine.write("C:\\work\\b\\c\\two.txt", "2")
    lines = run("tree C:\\work /f /a").out.split("\r\n")
    assert lines[0].startswith("Folder PATH listing")
    assert lines[2:5] == ["C:\\WORK", "+---a", "|       one.txt"]
    assert "    \\---c" in lines


def test_nobody_is_logged_on_at_the_machine(run):
    assert run("quser") == (1, "", "No User exists for *\r\n")
    assert run("query user") == (1, "", "No User exists for *\r\n")
    lines = run("qwinsta").out.split("\r\n")
    assert lines[1].split() == [">services", "0", "Disc"]
    assert not any("rdp-tcp" in line for line in lines)
    key = '"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"'
    run(f"reg add {key} /v fDenyTSConnections /t REG_DWORD /d 0 /f")
    assert "rdp-tcp" in run("query session").out


def test_a_logon_over_the_network_saves_no_credentials(run):
    assert run("cmdkey /list").out == "\r\nCurrently stored credentials:\r\n\r\n* NONE *\r\n"
    refused = run("cmdkey /add:server /user:u /pass:p")
    assert refused == (1, "\r\nCMDKEY: Credentials cannot be saved from this logon session.\r\n", "")
    assert "Cached Tickets: (0)" in run("klist").out


def test_fsutil_tells_of_volumes(run, machine):
    volume = machine.host.filesystem.volume("C")
    out = run("fsutil volume diskfree C:").out
    assert f"{volume.free:,}" in out
    assert f"{volume.size:,}" in out
    assert "C:\\" in run("fsutil fsinfo drives").out
    assert run("fsutil fsinfo drivetype C:").out == "C: - Fixed Drive\r\n"
    assert "File System Name : NTFS" in run("fsutil fsinfo volumeinfo C:").out
    assert run("fsutil dirty query C:").out == "Volume - C: is NOT Dirty\r\n"
    assert run("fsutil volume diskfree Q:").code == 1


def test_fsutil_makes_a_file_of_zeros(run, machine):
    assert run("fsutil file createnew C:\\work\\z.bin 1000") == (0, "File C:\\work\\z.bin is created\r\n", "")
    assert machine.host.filesystem.read("C:\\work\\z.bin") == bytes(1000)
    assert run("fsutil file createnew C:\\work\\z.bin 5").out == "Error:  The file exists.\r\n"
    assert run("fsutil file createnew C:\\work\\big.bin 10737418240").code == 0
    assert machine.host.filesystem.entry("C:\\work\\big.bin").size == 10 << 30
    assert run("fsutil file createnew C:\\work\\huge.bin 9000000000000000").code == 1
    assert run(f"fsutil file createnew C:\\work\\huge.bin {'9' * 5000}").out.startswith("Usage")


def test_fc_compares_lines_and_bytes(run, machine):
    machine.write("C:\\work\\a.txt", "one\r\ntwo\r\nthree\r\n")
    machine.write("C:\\work\\b.txt", "one\r\n2\r\nthree\r\n")
    same = run("fc C:\\work\\a.txt C:\\work\\a.txt")
    assert same.code == 0
    assert "FC: no differences encountered" in same.out
    apart = run("fc C:\\work\\a.txt C:\\work\\b.txt")
    assert apart.code == 1
    assert "***** C:\\work\\a.txt\r\none\r\ntwo\r\nthree\r\n" in apart.out
    assert "00000005: 74 32" in run("fc /b C:\\work\\a.txt C:\\work\\b.txt").out
    assert run("fc C:\\work\\a.txt C:\\none").code == 2


def test_forfiles_runs_a_command_for_each_file(run, machine):
    machine.write("C:\\work\\a.log", "a")
    machine.write("C:\\work\\b.txt", "b")
    shown = run('forfiles /p C:\\work /m *.log /c "cmd /c echo @file @fsize @isdir"')
    assert shown == (0, '\r\n"a.log" 1 FALSE\r\n', "")
    run('forfiles /p C:\\work /m *.log /c "cmd /c del @path"')
    assert not machine.host.filesystem.exists("C:\\work\\a.log")
    old = run("forfiles /p C:\\work /d -30")
    assert old == (1, "", "ERROR: No files found with the specified search criteria.\r\n")
    assert run("forfiles /p C:\\none").code == 1


def test_vssadmin_lists_and_deletes_shadow_copies(run, machine):
    assert "No items found that satisfy the query." in run("vssadmin list shadows").out
    old, copy = (machine.host.shadow_copies.create("C:") for _ in range(2))
    run("vssadmin delete shadows /for=C: /oldest /quiet")
    assert list(machine.host.shadow_copies) == [copy]
    listed = run("vssadmin list shadows /for=C:").out
    assert f"Shadow Copy ID: {{{copy.id.lower()}}}" in listed
    assert old.id.lower() not in listed
    assert copy.device in listed
    assert "Successfully deleted 1 shadow copies." in run("vssadmin delete shadows /for=C: /quiet").out
    assert not list(machine.host.shadow_copies)
