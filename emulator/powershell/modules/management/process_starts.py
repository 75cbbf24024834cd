"""Start-Process and Wait-Process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.host import AccessDenied, Account, Host, HostError, NotFound, NotSupported
from emulator.host.windows.file_associations import program_command, shell_command
from emulator.host.windows.program_start import LONGEST_COMMAND_LINE, ProgramRun, program_starter
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.modules.management.process_objects import ProcessObject
from emulator.powershell.modules.management.processes import chosen_processes
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore, FileStore, ProgramRunner
from emulator.powershell.runtime.streams import InformationRecord

_INVALID = "System.InvalidOperationException"
_NOT_FOUND = "The system cannot find the file specified"
_BAD_FOLDER = "The directory name is invalid"
_BAD_LOGON = "The user name or password is incorrect"
#: Windows are nobody's here, and profiles are loaded anyway.


@cmdlet("Start-Process")
def start_process(
    call: CmdletCall,
    file_path: str,
    argument_list: list[str] | None = None,
    working_directory: str | None = None,
    credential: Credential | None = None,
    redirect_standard_input: str | None = None,
    redirect_standard_output: str | None = None,
    redirect_standard_error: str | None = None,
    no_new_window: bool = False,
    pass_thru: bool = False,
    wait: bool = False,
    use_new_environment: bool = False,
    verb: str | None = None,
) -> None:
    """Run a program of the machine beside the script, or with -Wait until it has ended."""
    host, files = call.service(Host), call.service(FileStore)
    outputs = [
        None if name is None else files.resolve(name)
        for name in (redirect_standard_output, redirect_standard_error)
    ]
    _refuse_equal(call, redirect_standard_input, *outputs)
    path = call.service(ProgramRunner).find(file_path)
    if path is None and host.filesystem.is_directory(files.resolve(file_path)):
        # The shell opens a window of Explorer, which nobody sees.
        return
    if path is None:
        raise _cannot(call, _NOT_FOUND)
    folder = files.resolve(working_directory or ".")
    if not host.filesystem.is_directory(folder):
        raise _cannot(call, _BAD_FOLDER)
    by_shell = credential is None and not (
        no_new_window or redirect_standard_input or redirect_standard_output or redirect_standard_error
    )
    line = " ".join((_command(call, host, path, verb or "", by_shell), *(argument_list or ())))
    if len(line) > LONGEST_COMMAND_LINE:
        raise _cannot(call, "The filename or extension is too long")
    if not call.should_process(line, "Start-Process"):
        return
    run = ProgramRun(
        given=_given(call, redirect_standard_input),
        error_window=redirect_standard_error is None and not no_new_window,
        ended=_writer(call, host, outputs),
        parent_id=call.engine.machine.process_id,
        is_32_bit=call.engine.machine.is_32_bit_process,
    )
    try:
        program_starter(host).start(
            _account(call, host, credential),
            line,
            folder,
            {} if use_new_environment else dict(call.engine.environment),
            run,
        )
    except NotFound:
        raise _cannot(call, _NOT_FOUND) from None
    except HostError as problem:
        raise _cannot(call, problem.text.rstrip(".")) from None
    if wait:
        host.wait_for(lambda: run.exit_code is not None, interrupted=call.stopping, skip_time=False)
        if no_new_window:
            _show(call, run, [name is None for name in outputs])
    if pass_thru and run.process is not None:
        call.write(ProcessObject(host, run.process, call.service(Account), run))


@cmdlet("Wait-Process")
def wait_process(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    input_object: list[Any] | None = None,
    timeout: int | None = None,
) -> None:
    """Wait until processes have ended; -Timeout in seconds of the machine's clock."""
    for one in list(chosen_processes(call, name, id, input_object)):
        ended = _ended(call, one, timeout)
        if not ended and not call.stopping():
            title = f"{one.name} ({one.process.id})"
            call.error(
                call.record(
                    "System.TimeoutException",
                    f'This command stopped operation of "{title}" because process is not stopped in the '
                    "specified time-out.",
                    "ProcessNotTerminated",
                    "CloseError",
                    one,
                )
            )


def _ended(call: CmdletCall, one: ProcessObject, seconds: int | None) -> bool:
    return one.host.wait_for(lambda: one.has_exited, seconds, interrupted=call.stopping, skip_time=False)


def _command(call: CmdletCall, host: Host, path: str, verb: str, by_shell: bool) -> str:
    """What is started for a file: by the shell for its type, or the file as a program."""
    try:
        return shell_command(host, path, verb) if by_shell else program_command(path)
    except NotSupported as gap:
        raise call.complete(not_emulated(gap.text)) from None
    except HostError as problem:
        raise _cannot(call, problem.text.rstrip(".")) from None


def _account(call: CmdletCall, host: Host, credential: Credential | None) -> Account:
    if credential is None:
        return call.service(Account)
    account = host.accounts.verify(credential.user_name, credential.password.text)
    if account is None:
        raise _cannot(call, _BAD_LOGON)
    return account


def _given(call: CmdletCall, name: str | None) -> bytes:
    if name is None:
        return b""
    path = call.service(FileStore).resolve(name)
    try:
        return call.service(ByteStore).read_bytes(path)
    except PSError:
        text = f"This command cannot be run because either the parameter \"RedirectStandardInput\" '{path}' "
        raise _refused(call, f"{text}has a value that is not valid.") from None


def _writer(call: CmdletCall, host: Host, outputs: list[str | None]) -> Callable[[ProgramRun], None] | None:
    """Writes what a program wrote into the files that were named, when it ends. They are there from its
    start, and need the rights of whoever calls."""
    named = [(at, path) for at, path in enumerate(outputs) if path is not None]
    if not named:
        return None
    files = host.filesystem.seen_by(call.service(Account))
    for _, path in named:
        try:
            files.write(path, b"")
        except AccessDenied:
            text, kind = f"Access to the path '{path}' is denied.", "System.UnauthorizedAccessException"
            raise call.failure(kind, text, kind, "NotSpecified") from None

    def write(run: ProgramRun) -> None:
        for at, path in named:
            files.write(path, (run.output, run.errors)[at])

    return write


def _show(call: CmdletCall, run: ProgramRun, shown: list[bool]) -> None:
    """What a program wrote into the script's own window."""
    for data, wanted in zip((run.output, run.errors), shown, strict=True):
        if wanted and data:
            text = data.decode("cp437", "replace").replace("\r\n", "\n").removesuffix("\n")
            call.engine.show(InformationRecord(text.replace("\n", "\r\n"), host=True))


def _refuse_equal(call: CmdletCall, given: str | None, output: str | None, errors: str | None) -> None:
    names = {
        "RedirectStandardInput": given and call.service(FileStore).resolve(given),
        "RedirectStandardOutput": output,
        "RedirectStandardError": errors,
    }
    said = [(name, path.casefold()) for name, path in names.items() if path]
    for at, (name, path) in enumerate(said):
        for other, same in said[at + 1 :]:
            if path == same:
                raise _refused(
                    call,
                    f'This command cannot be run because "{name}" and "{other}" are same. Give '
                    "different inputs and Run your command again.",
                )


def _cannot(call: CmdletCall, reason: str) -> PSError:
    return _refused(call, f"This command cannot be run due to the error: {reason}.")


def _refused(call: CmdletCall, text: str) -> PSError:
    return call.failure(_INVALID, text, "InvalidOperationException", "InvalidOperation")
