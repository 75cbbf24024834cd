"""kernel32.dll: processes, pipes, jobs. Source of each function: its documentation."""

from __future__ import annotations

import ntpath
from typing import Any

from emulator.host import Account, Host, HostError, NotFound
from emulator.host.errors import AccessDenied, QuotaExceeded
from emulator.host.windows.program_start import LONGEST_COMMAND_LINE, ProgramRun, program_starter
from emulator.host.windows.termination import may_open, terminate_process
from emulator.powershell.csharp.libraries.kernel32 import PSEUDO_PROCESS
from emulator.powershell.csharp.native_functions import (
    ACCESS_DENIED,
    FILE_NOT_FOUND,
    INSUFFICIENT_BUFFER,
    INVALID_HANDLE,
    INVALID_PARAMETER,
    NOT_ENOUGH_MEMORY,
    TOO_MANY_OPEN_FILES,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_pipes import Pipe, ReadEnd, WriteEnd
from emulator.powershell.csharp.native_process import KernelObject
from emulator.powershell.modules.native.file_names import FILE_NAMES
from emulator.powershell.modules.native.program_handles import (
    CompletionPort,
    Job,
    ProcessHandle,
    ThreadHandle,
)
from emulator.powershell.modules.native.system_information import SYSTEM_INFORMATION
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import FileStore, ProgramRunner

_BAD_DIRECTORY, _NAME_TOO_LONG, _TIMEOUT, _BROKEN_PIPE, _ENVIRONMENT_MISSING = 267, 206, 258, 109, 203
_FAILED = 0xFFFFFFFF
_INFINITE = 0xFFFFFFFF
_SUSPENDED, _UNICODE_ENVIRONMENT, _EXTENDED = 0x4, 0x400, 0x80000
_USE_HANDLES = 0x100
_FLAGS_AT, _INPUT_AT, _ATTRIBUTES_AT = 60, 80, 104
_PROCESS_INFORMATION, _PARENT_PROCESS = 24, 0x20000
_ATTRIBUTE_SIZE = 24
_JOB_PORT, _NO_PROCESS_LEFT = 7, 4


def host_of(call: NativeCall) -> Host:
    """The machine."""
    return call.service(Host)


def account_of(call: NativeCall) -> Account:
    """Who calls."""
    return call.service(Account)


def opened(call: NativeCall, thing: KernelObject, failed: int = 0) -> int:
    """A new handle, or the error for too many."""
    return call.process.open(thing) or call.fail(TOO_MANY_OPEN_FILES, failed)


# Pipes


def _create_pipe(call: NativeCall) -> int:
    pipe = Pipe()
    for place, end in ((0, pipe.reading), (1, pipe.writing)):
        number = call.process.open(end)
        if not number:
            return call.fail(TOO_MANY_OPEN_FILES)
        call.put(place, number, 8)
    return 1


def _known_handle(call: NativeCall) -> int:
    """SetHandleInformation: a program inherits the handles that it is given, whatever is marked."""
    known = call.process.object_of(call.handle(0)) is not None
    return 1 if known else call.fail(INVALID_HANDLE)


def _duplicate(call: NativeCall) -> int:
    """DuplicateHandle within the process; another process has no handles of its own here."""
    thing = call.process.object_of(call.handle(1))
    if thing is None and call.handle(1) == PSEUDO_PROCESS:
        thing = _own_process(call)
    if thing is None:
        return call.fail(INVALID_HANDLE)
    closes = call.number(6) & 1
    if call.handle(2):
        number = call.process.open(thing)
        if not number:
            return call.fail(TOO_MANY_OPEN_FILES)
        call.put(3, number, 8)
    if closes:
        call.process.close(call.handle(1))
    return 1


def _read_file(call: NativeCall) -> int:
    end = call.process.object_of(call.handle(0))
    if not isinstance(end, ReadEnd):
        return call.fail(INVALID_HANDLE)
    data = end.pipe.get(call.engine, max(call.number(2), 1))
    call.memory.write(call.handle(1), data)
    call.put(3, len(data))
    return 1 if data else call.fail(_BROKEN_PIPE)


def _write_file(call: NativeCall) -> int:
    end = call.process.object_of(call.handle(0))
    if not isinstance(end, WriteEnd):
        return call.fail(INVALID_HANDLE)
    data = call.memory.read(call.handle(1), call.number(2))
    if not end.pipe.put(data):
        return call.fail(NOT_ENOUGH_MEMORY)
    call.put(3, len(data))
    return 1


# Programs


@BothForms
def _create_process(call: NativeCall) -> int:
    """CreateProcess: the program runs as whoever runs the script."""
    return start_program(call, account_of(call), (0, 1, 5, 6, 7, 8, 9))


def start_program(call: NativeCall, account: Account, places: tuple[int, ...]) -> int:
    """Start a program as somebody. ``places``: where application, command line, flags, environment, folder,
    STARTUPINFO and PROCESS_INFORMATION stand among the arguments."""
    application, line = call.text(places[0]), call.text(places[1])
    flags, startup = call.number(places[2]), call.handle(places[5])
    host = host_of(call)
    whole = _command_line(call, application, line)
    if whole is None:
        return call.fail(FILE_NOT_FOUND)
    if len(whole) > LONGEST_COMMAND_LINE:
        return call.fail(_NAME_TOO_LONG)
    ends = _standard_handles(call, startup)
    run = ProgramRun(
        is_piped=True,
        is_suspended=True,
        error_window=ends is None,
        code_page=call.process.code_page or 437,
        parent_id=call.engine.machine.process_id,
    )
    folder = call.text(places[4])
    try:
        folder = call.service(FileStore).resolve(folder or ".")
        if not host.filesystem.is_directory(folder):
            return call.fail(_BAD_DIRECTORY)
        program_starter(host).start(account, whole, folder, _environment(call, places[3], flags), run)
    except NotFound:
        return call.fail(FILE_NOT_FOUND)
    except AccessDenied:
        return call.fail(ACCESS_DENIED)
    except QuotaExceeded:
        return call.fail(NOT_ENOUGH_MEMORY)
    except HostError as problem:
        return call.fail(problem.hresult & 0xFFFF if problem.hresult else FILE_NOT_FOUND)
    _connect(run, ends)
    process = ProcessHandle(host, run.process, run)  # type: ignore[arg-type] # the start has set it
    information = call.handle(places[6])
    call.memory.write_number(information, opened(call, process), 8)
    call.memory.write_number(information + 8, opened(call, ThreadHandle(run)), 8)
    call.memory.write_number(information + 16, process.process.id, 4)
    call.memory.write_number(information + 20, process.process.id + 4, 4)
    if not flags & _SUSPENDED:
        _resume(run)
    return 1


def _resume(run: ProgramRun) -> bool:
    """Let a program begin; False when it has begun."""
    resume, run.resume = run.resume, None
    if resume is not None:
        resume()
    return resume is not None


def _command_line(call: NativeCall, application: str | None, line: str | None) -> str | None:
    """The program by its full path, quoted, and the rest of the line; None when there is no such program."""
    if application is None and not line:
        return None
    name, rest = _split(line or "")
    if application is not None:
        name = application
    runner = call.service(ProgramRunner)
    found = runner.find(name)
    if found is None:
        return None
    return f'"{found}"{rest}'


def _split(line: str) -> tuple[str, str]:
    """The first word of a command line without its quotes, and what follows."""
    if line[:1] == '"':
        end = line.find('"', 1)
        return (line[1:], "") if end < 0 else (line[1:end], line[end + 1 :])
    name, space, rest = line.partition(" ")
    return name, space + rest


def _standard_handles(call: NativeCall, startup: int) -> list[KernelObject | None] | None:
    """The three handles that a program gets; None when it has none but those of a console."""
    if not startup:
        return None
    size = call.memory.read_number(startup, 4)
    if size > _ATTRIBUTES_AT:
        _check_attributes(call, call.memory.read_number(startup + _ATTRIBUTES_AT, 8))
    if not call.memory.read_number(startup + _FLAGS_AT, 4) & _USE_HANDLES:
        return None
    return [
        call.process.object_of(call.memory.read_number(startup + _INPUT_AT + 8 * place, 8))
        for place in range(3)
    ]


def _check_attributes(call: NativeCall, attributes: int) -> None:
    """Attributes of a new process: a parent other than the script's process is not emulated."""
    count = call.memory.read_number(attributes, 4) if attributes else 0
    for place in range(count):
        kind = call.memory.read_number(attributes + 8 + place * _ATTRIBUTE_SIZE, 8)
        if kind == _PARENT_PROCESS:
            raise not_emulated("CreateProcess with the parent of the new process chosen")


def _connect(run: ProgramRun, ends: list[KernelObject | None] | None) -> None:
    """Give a program its standard streams."""
    if run.streams is None:
        return
    given, *outputs = run.streams
    wanted: list[Any] = list(ends or (None, None, None))
    if isinstance(wanted[0], ReadEnd):
        wanted[0].pipe.set_target(given)
    else:
        given.feed(b"", True)
    for stream, end in zip(outputs, wanted[1:], strict=True):
        if isinstance(end, WriteEnd):
            end.pipe.add_source(stream)
        else:
            stream.close()


def _environment(call: NativeCall, place: int, flags: int) -> dict[str, str]:
    """The variables of a block, or of the process that calls."""
    address = call.handle(place)
    if not address:
        return dict(call.engine.environment)
    wide = bool(flags & _UNICODE_ENVIRONMENT)
    found: dict[str, str] = {}
    while text := call.memory.read_text(address, wide=wide):
        name, _, value = text[1:].partition("=")
        found[text[0] + name] = value
        address += (len(text.encode("utf-16-le")) + 2) if wide else len(text) + 1
    return found


def _resume_thread(call: NativeCall) -> int:
    thread = call.process.object_of(call.handle(0))
    if not isinstance(thread, ThreadHandle):
        return call.fail(INVALID_HANDLE, _FAILED)
    return 1 if _resume(thread.run) else 0


def _wait(call: NativeCall) -> int:
    """WaitForSingleObject on a process, a thread or an event; milliseconds of the machine's clock."""
    thing = call.process.object_of(call.handle(0))
    if thing is None or not hasattr(thing, "is_signaled"):
        return call.fail(INVALID_HANDLE, _FAILED)
    limit = call.number(1)
    host_of(call).wait_for(
        lambda: thing.is_signaled,
        None if limit == _INFINITE else limit / 1000,
        interrupted=call.engine.stopped.is_set,
        skip_time=False,
    )
    call.engine.check_stopped()
    return 0 if thing.is_signaled else _TIMEOUT


def _exit_code(call: NativeCall) -> int:
    process = _process(call, 0)
    if process is None:
        return call.fail(INVALID_HANDLE)
    call.put(1, process.exit_code)
    return 1


def _process(call: NativeCall, place: int) -> ProcessHandle | None:
    if call.handle(place) == PSEUDO_PROCESS:
        return _own_process(call)
    found = call.process.object_of(call.handle(place))
    return found if isinstance(found, ProcessHandle) else None


def _own_process(call: NativeCall) -> ProcessHandle | None:
    host = host_of(call)
    listed = host.processes.get(call.engine.machine.process_id)
    return None if listed is None else ProcessHandle(host, listed)


def _process_id(call: NativeCall) -> int:
    process = _process(call, 0)
    return process.process.id if process is not None else call.fail(INVALID_HANDLE)


def _open_process(call: NativeCall) -> int:
    host = host_of(call)
    found = host.processes.get(call.number(2))
    if found is None or found.id == 0:
        return call.fail(INVALID_PARAMETER)
    if not may_open(found, account_of(call)):
        return call.fail(ACCESS_DENIED)
    return opened(call, ProcessHandle(host, found))


def _terminate(call: NativeCall) -> int:
    process = _process(call, 0)
    if process is None:
        return call.fail(INVALID_HANDLE)
    try:
        terminate_process(process.host, process.process.id, account_of(call))
    except HostError:
        return call.fail(ACCESS_DENIED)
    call.engine.check_stopped()
    return 1


# Jobs


def _create_job(call: NativeCall) -> int:
    return opened(call, Job())


def _assign(call: NativeCall) -> int:
    job, process = call.process.object_of(call.handle(0)), _process(call, 1)
    if not isinstance(job, Job) or process is None:
        return call.fail(INVALID_HANDLE)
    job.processes.append(process)
    return 1


def _create_port(call: NativeCall) -> int:
    if call.handle(0) != -1:
        raise not_emulated("CreateIoCompletionPort for a file")
    return opened(call, CompletionPort())


def _set_job(call: NativeCall) -> int:
    """SetInformationJobObject: the port that learns when no process is left. Limits are not kept."""
    job = call.process.object_of(call.handle(0))
    if not isinstance(job, Job):
        return call.fail(INVALID_HANDLE)
    if call.number(1) != _JOB_PORT:
        raise not_emulated(f"SetInformationJobObject of the class {call.number(1)}")
    port = call.process.object_of(call.memory.read_number(call.handle(2) + 8, 8))
    if not isinstance(port, CompletionPort):
        return call.fail(INVALID_HANDLE)
    job.key = call.memory.read_number(call.handle(2), 8)
    job.port, port.job = port, job
    return 1


def _completion(call: NativeCall) -> int:
    """GetQueuedCompletionStatus: a job's port tells once that its last process has ended."""
    port = call.process.object_of(call.handle(0))
    if not isinstance(port, CompletionPort):
        return call.fail(INVALID_HANDLE)
    limit, job = call.number(4), port.job

    def is_empty() -> bool:
        return (
            job is not None
            and not port.told
            and bool(job.processes)
            and all(one.is_signaled for one in job.processes)
        )

    host_of(call).wait_for(
        is_empty,
        None if limit == _INFINITE else limit / 1000,
        interrupted=call.engine.stopped.is_set,
        skip_time=False,
    )
    call.engine.check_stopped()
    if not is_empty() or job is None:
        return call.fail(_TIMEOUT)
    port.told = True
    call.put(1, _NO_PROCESS_LEFT)
    call.put(2, job.key, 8)
    call.put(3, 0, 8)
    return 1


# Attributes of a new process: the count, then for each its kind, the address and the size of its value.


def _initialize_attributes(call: NativeCall) -> int:
    needed = 8 + call.number(1) * _ATTRIBUTE_SIZE
    given = call.memory.read_number(call.handle(3), 8)
    call.put(3, needed, 8)
    if not call.handle(0) or given < needed:
        return call.fail(INSUFFICIENT_BUFFER)
    call.memory.write_number(call.handle(0), 0, 8)
    return 1


def _update_attribute(call: NativeCall) -> int:
    address = call.handle(0)
    count = call.memory.read_number(address, 4)
    at = address + 8 + count * _ATTRIBUTE_SIZE
    for offset, place in ((0, 2), (8, 3), (16, 4)):
        call.memory.write_number(at + offset, call.handle(place), 8)
    call.memory.write_number(address, count + 1, 4)
    return 1


# The environment


@BothForms
def _search_path(call: NativeCall) -> int:
    """SearchPath for a program, in the folders of the system and of PATH."""
    name, ending = call.text(1), call.text(2)
    if not name:
        return call.fail(INVALID_PARAMETER)
    if ending and not ntpath.splitext(name)[1]:
        name += ending
    found = call.service(ProgramRunner).find(name)
    if found is None or not found.lower().endswith(ntpath.basename(name).lower()):
        return call.fail(FILE_NOT_FOUND)
    return _text_out(call, found, 4, 3)


@BothForms
def _get_variable(call: NativeCall) -> int:
    value = call.engine.environment.get(call.text(0) or "")
    if value is None:
        return call.fail(_ENVIRONMENT_MISSING)
    return _text_out(call, value, 1, 2)


def _text_out(call: NativeCall, text: str, buffer: int, size: int) -> int:
    """A text into a buffer of so many characters: its length, or the room that it needs."""
    if call.number(size) <= len(text):
        return len(text) + 1
    call.memory.write(call.handle(buffer), call.bytes_of(text))
    return len(text)


def _mitigation(call: NativeCall) -> int:
    """GetProcessMitigationPolicy: no process here is kept from starting others."""
    if _process(call, 0) is None:
        return call.fail(INVALID_HANDLE)
    call.put(2, 0)
    return 1


FUNCTIONS: dict[str, Function] = {
    **FILE_NAMES,
    **SYSTEM_INFORMATION,
    "AssignProcessToJobObject": _assign,
    "CreateIoCompletionPort": _create_port,
    "CreateJobObject": BothForms(_create_job),
    "CreatePipe": _create_pipe,
    "CreateProcess": _create_process,
    "DeleteProcThreadAttributeList": lambda _call: 0,
    "DuplicateHandle": _duplicate,
    "GetEnvironmentVariable": _get_variable,
    "GetExitCodeProcess": _exit_code,
    "GetCurrentThreadId": lambda call: call.engine.machine.process_id + 4,
    "GetProcessId": _process_id,
    "GetProcessMitigationPolicy": _mitigation,
    "GetQueuedCompletionStatus": _completion,
    "InitializeProcThreadAttributeList": _initialize_attributes,
    "OpenProcess": _open_process,
    "ReadFile": _read_file,
    "ResumeThread": _resume_thread,
    "SearchPath": _search_path,
    "SetHandleInformation": _known_handle,
    "SetInformationJobObject": _set_job,
    "TerminateProcess": _terminate,
    "UpdateProcThreadAttribute": _update_attribute,
    "WaitForSingleObject": _wait,
    "WriteFile": _write_file,
}
