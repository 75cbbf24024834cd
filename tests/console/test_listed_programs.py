"""Programs that run in a remote shell are processes of the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import emulator.console
from emulator.console.process import InputStream, OutputStream, Process
from emulator.host import Host
from emulator.host.errors import QuotaExceeded
from emulator.host.windows import processes
from emulator.host.windows.program_start import TERMINATED, ProgramRun
from emulator.host.windows.termination import terminate_process
from emulator.profile import load
from emulator.shells import ShellService, ShellSettings, detached_programs
from emulator.shells.command import Command
from emulator.shells.shell import Shell

CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    yield made
    made.close()


@pytest.fixture
def shells(host: Host) -> Iterator[ShellService]:
    made = ShellService(host, emulator.console)
    yield made
    made.close()


@pytest.fixture
def shell(host: Host, shells: ShellService) -> Shell:
    return shells.create(host.accounts.administrator, CMD, "192.0.2.7", ShellSettings())


def output(shell: Shell, command: Command) -> tuple[str, int]:
    """What a command wrote until its end, and its exit code."""
    text = ""
    while True:
        got = shell.receive(command.identifier, ["stdout", "stderr"], 30, 1 << 20)
        text += b"".join(data for _, data in got.chunks).decode("cp437")
        if got.exit_code is not None:
            return text, got.exit_code


def running(host: Host, name: str) -> list[int]:
    return [one.id for one in host.processes if one.name == name]


def wait_for(host: Host, name: str) -> int:
    """The process of a program that has been started in another thread."""
    assert host.wait_for(lambda: bool(running(host, name)), 20), f"{name} does not run"
    return running(host, name)[0]


def test_a_shell_its_cmd_and_its_program_are_listed_as_parents_and_children(host, shell):
    text, code = output(shell, shell.run("wmic process get Name,ParentProcessId,ProcessId /format:csv"))
    assert code == 0
    lines = [line.split(",") for line in text.splitlines() if line.count(",") == 3]
    rows = {name: (int(parent), int(own)) for _, name, parent, own in lines if own.isdigit()}
    assert rows["wmic.exe"][0] == rows["cmd.exe"][1]
    assert rows["cmd.exe"][0] == rows["winrshost.exe"][1] == shell.process_id
    assert not running(host, "cmd.exe")


def test_a_program_that_is_ended_before_it_begins_does_nothing(host, shells):
    run = ProgramRun(is_piped=True, is_suspended=True)
    account = host.accounts.administrator
    identifier = shells.programs.start(account, "cmd /c echo 1> C:\\made.txt", run=run)
    with host.looking():
        host.processes.end(identifier)
    assert host.wait_for(lambda: run.exit_code is not None, 20)
    assert (run.exit_code, run.resume) == (TERMINATED, None)
    assert run.streams is not None
    assert run.streams[1].has_ended()
    assert not host.filesystem.exists("C:\\made.txt")


def test_a_program_that_is_ended_while_it_starts_writes_nothing(host, shell):
    def end(change, thing):
        if change == "created" and getattr(thing, "name", "") == "hostname.exe":
            host.processes.end(thing.id)

    host.observers.append(end)
    assert output(shell, shell.run("hostname")) == ("", TERMINATED)


def test_a_shell_that_ends_while_it_is_made_leaves_no_process(host, shells, monkeypatch):
    start = host.processes.start

    def start_late(*given, **options):
        shells.end_shells()
        return start(*given, **options)

    monkeypatch.setattr(host.processes, "start", start_late)
    shells.create(host.accounts.administrator, CMD, "192.0.2.7", ShellSettings())
    assert not running(host, "winrshost.exe")


def test_powershell_finds_its_own_process(host, shell):
    script = "(Get-Process -Id $PID).ProcessName; [Diagnostics.Process]::GetCurrentProcess().Id -eq $PID"
    text, code = output(shell, shell.run(f'powershell -Command "{script}"'))
    assert (text.split(), code) == (["powershell", "True"], 0)
    assert not running(host, "powershell.exe")


def test_a_program_that_somebody_ends_gives_its_place_to_the_next(host, shell):
    command = shell.run("timeout /t 600 /nobreak >nul || echo ended")
    terminate_process(host, wait_for(host, "timeout.exe"), host.accounts.administrator)
    text, code = output(shell, command)
    assert (text.strip(), code) == ("ended", 0)


def test_a_script_ends_with_its_process(host, shell):
    command = shell.run('powershell -Command "while ($true) { }"')
    terminate_process(host, wait_for(host, "powershell.exe"), host.accounts.administrator)
    assert output(shell, command)[1] == -1


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("more.com", "more"),
        ("find.exe", 'find "x"'),
        ("powershell.exe", "powershell -Command -"),
        ("powershell.exe", 'powershell -Command "[Console]::In.ReadToEnd()"'),
    ],
)
def test_a_program_that_waits_for_input_ends_at_once(host, shell, program, line):
    command = shell.run(f"{line} || echo ended")
    terminate_process(host, wait_for(host, program), host.accounts.administrator)
    text, _code = output(shell, command)
    assert text.strip() == "ended"


def test_a_script_goes_on_after_its_program_that_waited_for_input_was_ended(host, shell):
    command = shell.run('powershell -Command "more.com; $LASTEXITCODE"')
    terminate_process(host, wait_for(host, "more.com"), host.accounts.administrator)
    assert output(shell, command) == ("-1\r\n", 0)


def test_the_next_program_gets_the_input_that_an_ended_one_did_not_take(host, shell):
    command = shell.run('powershell -Command - & find "b"')
    terminate_process(host, wait_for(host, "powershell.exe"), host.accounts.administrator)
    shell.send(command.identifier, "stdin", b"abc\r\nxyz\r\n", True)
    assert output(shell, command) == ("abc\r\n", 0)


def test_a_program_ends_with_the_cmd_that_waits_for_it(host, shell):
    command = shell.run("more")
    terminate_process(host, wait_for(host, "more.com"), host.accounts.administrator)
    assert output(shell, command)[1] == -1
    command = shell.run("more")
    wait_for(host, "more.com")
    terminate_process(host, wait_for(host, "cmd.exe"), host.accounts.administrator)
    assert output(shell, command)[1] == -1
    assert not running(host, "more.com")


def test_whoever_ends_the_host_process_ends_the_shell(host, shells, shell):
    terminate_process(host, shell.process_id, host.accounts.administrator)
    assert host.wait_for(lambda: shell.has_ended, 20)
    assert shells.list() == ()


def test_a_deleted_shell_leaves_no_process(host, shells, shell):
    shell.run("ping -n 100 127.0.0.1")
    wait_for(host, "ping.exe")
    shells.delete(shell)
    names = ("ping.exe", "cmd.exe", "winrshost.exe")
    assert host.wait_for(lambda: not any(running(host, name) for name in names), 20)


def test_there_is_no_shell_when_its_process_cannot_be_started(host, shells, monkeypatch):
    monkeypatch.setattr(processes, "MAXIMUM_PROCESSES", len(host.processes))
    with pytest.raises(QuotaExceeded):
        shells.create(host.accounts.administrator, CMD, "192.0.2.7", ShellSettings())
    assert shells.list() == ()


def test_a_shell_of_before_a_restart_leaves_the_process_that_has_its_number_now(host, shells, shell):
    host.processes.seed()
    while (other := host.processes.start("notepad.exe")).id != shell.process_id:
        pass
    shells.delete(shell)
    assert host.processes.get(other.id) is other


def test_a_program_that_ran_at_a_reset_leaves_its_place_to_the_next(host, shells, monkeypatch):
    monkeypatch.setattr(detached_programs, "MAXIMUM_PROGRAMS", 1)
    administrator = host.accounts.administrator
    before = host.programs.start(administrator, "ping -n 100 127.0.0.1")
    thread = next(one for one in threading.enumerate() if one.name == f"program {before}")
    host.reset()
    shells.reset()
    thread.join(20)
    assert host.programs.start(administrator, "hostname")


def test_a_program_whose_output_nobody_takes_keeps_nobody_from_the_machine(host):
    taken = threading.Condition()
    output = OutputStream("stdout", condition=taken, limit=1)
    process = Process(
        host,
        host.accounts.administrator,
        "certutil -store Root",
        InputStream(),
        output,
        OutputStream("stderr"),
        skip_shell=True,
    )
    program = threading.Thread(target=emulator.console.start, args=(process,), daemon=True)
    program.start()
    with taken:
        assert taken.wait_for(lambda: output.pending, 20)
    asked = threading.Thread(target=_look, args=(host,), daemon=True)
    asked.start()
    asked.join(5)
    waits = asked.is_alive()
    process.cancel()
    program.join(20)
    assert not waits


def _look(host: Host) -> None:
    with host.looking():
        pass
