"""The life of shells and commands, without any XML."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from emulator.console.process import ProgramNotFound
from emulator.host.identifiers import random_guid
from emulator.shells import errors, stopwatch
from emulator.shells.identifiers import checked_identifier

BOTH = ("stdout", "stderr")


def receive_all(shell, command):
    """Everything until the end: the bytes by stream, and the exit code."""
    output = {"stdout": b"", "stderr": b""}
    while True:
        received = shell.receive(command.identifier, BOTH, 10, 1 << 20)
        for name, data in received.chunks:
            output[name] += data
        if received.is_done:
            return output, received.exit_code


def block(process):
    process.stdin.read()
    return 0


def test_a_command_writes_and_ends_with_its_exit_code(service, programs, open_shell):
    def program(process):
        process.stdout.write("out")
        process.stderr.write("err")
        return 42

    programs.known["p"] = program
    shell = open_shell(service)
    assert receive_all(shell, shell.run("p")) == ({"stdout": b"out", "stderr": b"err"}, 42)


def test_a_program_that_fails_inside_ends_with_an_exit_code_and_a_log_entry(
    service, programs, open_shell, caplog
):
    programs.known["bad"] = lambda _process: 1 // 0
    shell = open_shell(service)
    assert receive_all(shell, shell.run("bad"))[1] == -1073741823
    assert "ZeroDivisionError" in caplog.text


def test_streams_end_only_for_who_asked_for_them(service, open_shell):
    shell = open_shell(service)
    command = shell.run("hello")
    received = shell.receive(command.identifier, ("stderr",), 10, 1000)
    assert (received.chunks, received.ended, received.exit_code) == ((), ("stderr",), 0)
    received = shell.receive(command.identifier, ("stdout",), 10, 1000)
    assert received.chunks == (("stdout", b"hello"),)
    with pytest.raises(errors.CommandNotFound):
        shell.receive(command.identifier, BOTH, 10, 1000)


def test_a_receive_takes_no_more_than_its_limit(service, programs, open_shell):
    programs.known["p"] = lambda process: process.stdout.write(b"x" * 100_000) or 0
    shell = open_shell(service)
    command = shell.run("p")
    received = shell.receive(command.identifier, BOTH, 10, 1000)
    assert sum(len(data) for _, data in received.chunks) <= 1000
    assert not received.is_done
    assert len(receive_all(shell, command)[0]["stdout"]) > 90_000


def test_a_program_that_nobody_receives_from_waits_instead_of_filling_the_memory(
    service, programs, open_shell
):
    written = []

    def flood(process):
        while True:
            process.stdout.write(b"x" * 65536)
            written.append(1)

    programs.known["flood"] = flood
    shell = open_shell(service)
    command = shell.run("flood")
    while command.process.stdout.pending < 1 << 20:
        threading.Event().wait(0.001)
    assert len(written) <= 20
    shell.terminate(command.identifier)


@pytest.mark.parametrize("end", ["delete", "terminate", "close", "reset"])
def test_whatever_ends_a_command_wakes_its_receive_and_its_program(service, programs, open_shell, end):
    ended = threading.Event()

    def program(process):
        try:
            return block(process)
        finally:
            ended.set()

    programs.known["block"] = program
    shell = open_shell(service)
    command = shell.run("block")
    failures = []

    def wait():
        try:
            shell.receive(command.identifier, BOTH, 60, 1000)
        except errors.ShellError as error:
            failures.append(type(error))

    thread = threading.Thread(target=wait)
    thread.start()
    while shell.inactivity or not shell._active:
        threading.Event().wait(0.001)
    actions = {
        "delete": lambda: service.delete(shell),
        "terminate": lambda: shell.terminate(command.identifier),
        "close": service.close,
        "reset": service.reset,
    }
    actions[end]()
    thread.join(10)
    assert failures == [errors.Aborted]
    assert ended.wait(10)


def test_control_c_lets_the_output_be_received(service, programs, open_shell):
    def program(process):
        process.stdout.write("a")
        return block(process)

    programs.known["p"] = program
    shell = open_shell(service)
    command = shell.run("p")
    assert shell.receive(command.identifier, BOTH, 10, 1000).chunks == (("stdout", b"a"),)
    shell.interrupt(command.identifier)
    assert receive_all(shell, command)[1] == -1073741510
    shell.interrupt(command.identifier)


def test_a_receive_times_out_and_the_command_goes_on(service, programs, open_shell):
    programs.known["block"] = block
    shell = open_shell(service)
    command = shell.run("block")
    with pytest.raises(errors.TimedOut):
        shell.receive(command.identifier, BOTH, 0.01, 1000)
    shell.send(command.identifier, "stdin", b"", True)
    assert receive_all(shell, command)[1] == 0


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda shell: shell.send("X", "stdin", b"", False), errors.CommandNotFound),
        (lambda shell: shell.receive("X", BOTH, 0, 1), errors.CommandNotFound),
        (lambda shell: shell.interrupt("X"), errors.CommandNotFound),
        (lambda shell: shell.terminate("X"), errors.CommandNotFound),
        (
            lambda shell: shell.send(shell.run("x").identifier, "stdout", b"", False),
            errors.InvalidShellParameter,
        ),
        (lambda shell: shell.receive(shell.run("x").identifier, ("pr",), 0, 1), errors.InvalidShellParameter),
        (lambda shell: shell.run("x" * 40_000), errors.CommandLineTooLong),
        (lambda shell: shell.run("nothing", skip_shell=True), ProgramNotFound),
    ],
)
def test_what_cannot_be_done_is_a_typed_error(service, open_shell, call, error):
    with pytest.raises(error):
        call(open_shell(service))


def test_an_ended_shell_refuses_everything(service, open_shell):
    shell = open_shell(service)
    service.delete(shell)
    with pytest.raises(errors.ShellNotFound):
        shell.run("x")
    with pytest.raises(errors.ShellNotFound):
        shell.terminate("x")
    with pytest.raises(errors.ShellNotFound):
        service.find(shell.identifier, shell.owner)


def test_ids_of_commands_are_used_once(service, open_shell):
    shell = open_shell(service)
    command = shell.run("x", "ID-1")
    receive_all(shell, command)
    shell.terminate("ID-1")
    shell.terminate("ID-1")
    with pytest.raises(errors.IdentifierInUse):
        shell.run("x", "ID-1")


def test_running_commands_of_a_shell_are_bounded(make_service, programs, open_shell):
    programs.known["block"] = block
    shell = open_shell(make_service(max_processes_per_shell=2))
    first = shell.run("block")
    shell.run("block")
    with pytest.raises(errors.TooManyCommands):
        shell.run("block")
    shell.send(first.identifier, "stdin", b"", True)
    receive_all(shell, first)
    shell.run("block")


def test_finished_commands_of_clients_that_never_signal_are_forgotten(service, open_shell):
    shell = open_shell(service)
    for _ in range(200):
        receive_all(shell, shell.run("x"))
    assert len(shell.commands) <= 65


def test_shells_of_one_user_are_bounded(make_service, open_shell):
    service = make_service(max_shells_per_user=2)
    shell = open_shell(service)
    open_shell(service)
    with pytest.raises(errors.TooManyShells) as refused:
        open_shell(service)
    assert refused.value.limit == 2
    open_shell(service, "other")
    service.delete(shell)
    open_shell(service)


def test_users_with_shells_are_bounded(make_service, open_shell):
    service = make_service(max_concurrent_users=1)
    open_shell(service)
    open_shell(service)
    with pytest.raises(errors.TooManyShellUsers):
        open_shell(service, "other")


def test_shells_can_be_switched_off(make_service, open_shell):
    with pytest.raises(errors.ShellsNotAllowed):
        open_shell(make_service(allow_remote_shell_access=False))


def test_an_id_of_a_shell_is_used_once_at_a_time(service, open_shell):
    shell = open_shell(service, identifier="A")
    with pytest.raises(errors.IdentifierInUse):
        open_shell(service, identifier="A")
    service.delete(shell)
    open_shell(service, identifier="A")


def test_a_shell_is_found_by_its_owner_only(service, open_shell, account):
    shell = open_shell(service)
    assert service.find(shell.identifier.lower(), account(service.host, "Administrator")) is shell
    with pytest.raises(errors.NotOwner):
        service.find(shell.identifier, account(service.host, "other"))
    assert service.look(shell.identifier) is shell


def test_a_shell_without_requests_ends_after_its_idle_time_out(service, programs, open_shell):
    programs.known["block"] = block
    clock = service.host.clock
    shell = open_shell(service, idle_timeout=60)
    command = shell.run("block")
    clock.advance(timedelta(seconds=59))
    assert service.find(shell.identifier, shell.owner) is shell
    clock.advance(timedelta(seconds=59))
    assert shell.inactivity == 59
    assert service.list() == (shell,)
    clock.advance(timedelta(seconds=1))
    assert service.list() == ()
    assert command.process.cancelled.is_set()


def test_looking_at_a_shell_does_not_keep_it_alive(service, open_shell):
    shell = open_shell(service, idle_timeout=60)
    service.host.clock.advance(timedelta(seconds=40))
    service.look(shell.identifier)
    service.host.clock.advance(timedelta(seconds=40))
    with pytest.raises(errors.ShellNotFound):
        service.look(shell.identifier)


def test_a_waiting_receive_keeps_its_shell_alive(service, programs, open_shell):
    programs.known["block"] = block
    shell = open_shell(service, idle_timeout=60)
    command = shell.run("block")
    thread = threading.Thread(target=receive_all, args=(shell, command))
    thread.start()
    while not shell._active:
        threading.Event().wait(0.001)
    service.host.clock.advance(timedelta(hours=5))
    assert service.list() == (shell,)
    shell.send(command.identifier, "stdin", b"", True)
    thread.join(10)
    assert service.list() == (shell,)


def test_a_shell_ends_with_its_lifetime_even_when_used(service, open_shell):
    shell = open_shell(service, lifetime=100.0)
    for _ in range(9):
        service.host.clock.advance(timedelta(seconds=10))
        service.find(shell.identifier, shell.owner)
    service.host.clock.advance(timedelta(seconds=10))
    assert service.list() == ()


def test_leaps_of_a_fast_clock_do_not_end_shells(make_service, open_shell):
    service = make_service("fast")
    shell = open_shell(service, idle_timeout=60)
    service.host.clock.advance(timedelta(days=1))
    assert service.list() == (shell,)
    before = stopwatch.seconds(service.host.clock)
    service.host.clock.advance(timedelta(days=1))
    assert stopwatch.seconds(service.host.clock) - before < 3600


def test_a_closed_service_creates_no_shells(service, open_shell):
    service.close()
    service.close()
    with pytest.raises(errors.Aborted):
        open_shell(service)


def test_a_reset_service_creates_shells_again(service, open_shell):
    open_shell(service)
    service.reset()
    assert service.list() == ()
    assert open_shell(service) in service.list()


def test_an_unknown_code_page_is_refused(service, open_shell):
    with pytest.raises(errors.InvalidShellParameter):
        open_shell(service, code_page=12345)


def test_new_identifiers_are_upper_case_guids_and_different():
    made = {random_guid() for _ in range(100)}
    assert len(made) == 100
    assert all(checked_identifier(each) == each and each[14] == "4" for each in made)


@pytest.mark.parametrize(
    "text", ["uuid:0a0b0c0d-0000-4000-8000-00000000000b", "{0A0B0C0D-0000-4000-8000-00000000000B}"]
)
def test_identifiers_of_clients_are_normalized(text):
    assert checked_identifier(text) == "0A0B0C0D-0000-4000-8000-00000000000B"


@pytest.mark.parametrize("text", ["", "x", "0A0B0C0D-0000-4000-8000", "0A0B0C0D00004000800000000000000B"])
def test_what_is_no_guid_is_refused(text):
    with pytest.raises(errors.InvalidIdentifier):
        checked_identifier(text)
