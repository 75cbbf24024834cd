"""The service control manager (advapi32.dll). Source of each function: its documentation (winsvc.h)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.host import Host, HostError
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, ServiceError
from emulator.host.neighbourhood import means_itself
from emulator.host.security.security_names import sid_of_name
from emulator.host.security.system_account import system_account
from emulator.host.windows.service_settings import MAXIMUM_ACTIONS, FailureActions
from emulator.host.windows.services import ServiceState, StartMode
from emulator.powershell.csharp.native_functions import (
    ACCESS_DENIED,
    INVALID_HANDLE,
    INVALID_PARAMETER,
    MORE_DATA,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_memory import bytes_of, text_of
from emulator.powershell.csharp.native_process import KernelObject
from emulator.powershell.modules.native.buffers import Packed, answer, array
from emulator.powershell.modules.native.kernel32 import account_of, host_of, opened
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.host.windows.services import Service

_NO_CHANGE = 0xFFFFFFFF
_NO_SUCH_SERVICE, _SERVICE_EXISTS, _BAD_ACCOUNT, _BAD_NAME = 1060, 1073, 1057, 123
_OWN_PROCESS, _SHARED_PROCESS = 0x10, 0x20
_INTERACTIVE = 0x100
_START_MODES = {2: StartMode.AUTOMATIC, 3: StartMode.MANUAL, 4: StartMode.DISABLED}
_START_NUMBERS = {mode: number for number, mode in _START_MODES.items()}
_CONNECT = 0x1
_CREATE, _LOCK, _BOOT = 0x2, 0x8, 0x20
_CHANGE, _START, _STOP, _PAUSE, _DELETE = 0x2, 0x10, 0x20, 0x40, 0x10000
_QUERY_CONFIG, _QUERY_STATUS, _DEPENDENTS = 0x1, 0x4, 0x8
_GENERIC = {0x80000000: 0x2000D, 0x40000000: 0x20002, 0x20000000: 0x20170, 0x10000000: 0xF01FF}
#: Rights that only administrators get (the default security of services).
_OF_ADMINISTRATORS = 0xD0000 | _CHANGE | _START | _STOP | _PAUSE
_ACCEPT_STOP, _ACCEPT_PAUSE, _ACCEPT_SHUTDOWN = 1, 2, 4
_LONGEST_MULTIPLE = 32_768


class Manager(KernelObject):
    """A handle of the service control manager."""

    def __init__(self, access: int) -> None:
        super().__init__()
        self.access = access


class ServiceHandle(KernelObject):
    """A handle of a service, and what it lets its owner do."""

    def __init__(self, service: Service, access: int) -> None:
        super().__init__()
        self.service = service
        self.access = access


def _failed(call: NativeCall, problem: HostError) -> int:
    if isinstance(problem, ServiceError):
        return call.fail(problem.win32_code)
    if isinstance(problem, AlreadyExists):
        return call.fail(_SERVICE_EXISTS)
    if isinstance(problem, NotFound):
        return call.fail(_NO_SUCH_SERVICE)
    return call.fail(INVALID_PARAMETER)


def _mapped(access: int) -> int:
    for generic, rights in _GENERIC.items():
        if access & generic:
            access = access & ~generic | rights
    return 0xF01FF if access & 0x2000000 else access


# Handles


@BothForms
def _open_manager(call: NativeCall) -> int:
    machine = call.text(0)
    if machine and not means_itself(host_of(call), machine.lstrip("\\")):
        return call.fail(1722)
    access = call.number(2) | _CONNECT
    if access & (_CREATE | _LOCK | _BOOT | 0xD0000) and not account_of(call).is_administrator:
        return call.fail(ACCESS_DENIED)
    return opened(call, Manager(access))


@BothForms
def _open_service(call: NativeCall) -> int:
    if not isinstance(call.process.object_of(call.handle(0)), Manager):
        return call.fail(INVALID_HANDLE)
    service = host_of(call).services.get(call.text(1) or "")
    if service is None:
        return call.fail(_NO_SUCH_SERVICE)
    access = _mapped(call.number(2))
    if access & _OF_ADMINISTRATORS and not account_of(call).is_administrator:
        return call.fail(ACCESS_DENIED)
    return opened(call, ServiceHandle(service, access))


def _close(call: NativeCall) -> int:
    found = call.process.object_of(call.handle(0))
    if not isinstance(found, Manager | ServiceHandle):
        return call.fail(INVALID_HANDLE)
    call.process.close(call.handle(0))
    return 1


def _with_service(right: int) -> Callable[[Callable[[NativeCall, Service], int]], Function]:
    """A function whose first argument is a service's handle with a right."""

    def decorate(work: Callable[[NativeCall, Service], int]) -> Function:
        def run(call: NativeCall) -> int:
            found = call.process.object_of(call.handle(0))
            if not isinstance(found, ServiceHandle):
                return call.fail(INVALID_HANDLE)
            if not found.access & right:
                return call.fail(ACCESS_DENIED)
            if host_of(call).services.get(found.service.name) is not found.service:
                return call.fail(1072)
            try:
                return work(call, found.service)
            except HostError as problem:
                return _failed(call, problem)

        return run

    return decorate


# Questions


def _type_of(service: Service) -> int:
    return _SHARED_PROCESS if service.is_shared else _OWN_PROCESS


def _multiple(texts: tuple[str, ...], wide: bool) -> bytes:
    """Texts with a zero behind each and one more at the end."""
    return b"".join(bytes_of(one, wide=wide) for one in texts) + bytes_of("", wide=wide)


@BothForms
@_with_service(_QUERY_CONFIG)
def _query_config(call: NativeCall, service: Service) -> int:
    """QueryServiceConfig: QUERY_SERVICE_CONFIG."""
    made = (
        Packed(64)
        .number(0, _type_of(service))
        .number(4, _START_NUMBERS[service.start_mode])
        .number(8, service.settings.error_control)
        .pointer(16, call.bytes_of(service.path_name))
        .pointer(24, call.bytes_of(service.settings.load_order_group))
        .pointer(40, _multiple(service.needs, call.is_wide))
        .pointer(48, call.bytes_of(service.account))
        .pointer(56, call.bytes_of(service.display_name))
    )
    return answer(call, made, 1, 2, 3)


def _status(service: Service, packed: Packed, at: int = 0) -> Packed:
    """SERVICE_STATUS."""
    accepted = 0
    if service.state is not ServiceState.STOPPED:
        accepted = _ACCEPT_SHUTDOWN
        accepted |= _ACCEPT_STOP if service.accepts_stop else 0
        accepted |= _ACCEPT_PAUSE if service.accepts_pause else 0
    never_started = 0 if service.process_id else 1077
    return (
        packed.number(at, _type_of(service))
        .number(at + 4, int(service.state))
        .number(at + 8, accepted)
        .number(at + 12, never_started)
    )


@_with_service(_QUERY_STATUS)
def _query_status(call: NativeCall, service: Service) -> int:
    call.memory.write(call.handle(1), _status(service, Packed(28)).at(0)[:28])
    return 1


@_with_service(_QUERY_STATUS)
def _query_status_more(call: NativeCall, service: Service) -> int:
    """QueryServiceStatusEx: SERVICE_STATUS_PROCESS."""
    if call.number(1) != 0:
        return call.fail(124)
    made = _status(service, Packed(36)).number(28, service.process_id)
    return answer(call, made.number(32, int(service.path_name.lower().endswith("lsass.exe"))), 2, 3, 4)


@BothForms
@_with_service(_DEPENDENTS)
def _dependents(call: NativeCall, service: Service) -> int:
    """EnumDependentServices: those that need it, in the order in which they would be stopped."""
    wanted = call.number(1)
    found = [one for one in service.dependents if wanted & (2 if one.state is ServiceState.STOPPED else 1)]
    items = [
        _status(one, Packed(48), 16)
        .pointer(0, call.bytes_of(one.name))
        .pointer(8, call.bytes_of(one.display_name))
        for one in found
    ]
    call.put(5, 0)
    if not items:
        call.put(4, 0)
        return 1
    done = answer(call, array(items, 48), 2, 3, 4, MORE_DATA)
    if done:
        call.put(5, len(items))
    return done


def _optional(call: NativeCall, text: str) -> bytes | None:
    return call.bytes_of(text) if text else None


def _details(call: NativeCall, service: Service, level: int) -> Packed | None:
    settings = service.settings
    if level == 1:
        return Packed(8).pointer(0, _optional(call, service.description))
    if level == 2:
        failure = settings.failure
        actions = b"".join(
            kind.to_bytes(4, "little") + delay.to_bytes(4, "little") for kind, delay in failure.actions
        )
        made = Packed(40).number(0, failure.reset_period).number(24, len(failure.actions))
        made.pointer(8, _optional(call, failure.reboot_message)).pointer(16, _optional(call, failure.command))
        return made.pointer(32, actions or None)
    if level == 6:
        names = settings.required_privileges
        return Packed(8).pointer(0, _multiple(names, call.is_wide) if names else None)
    if level == 8:
        items = [_trigger(*one) for one in settings.triggers]
        made = Packed(24).number(0, len(items))
        return made.pointer(8, array(items, 32) if items else None)
    if level == 9:
        node = settings.preferred_node
        return None if node is None else Packed(8).number(0, node, 2)
    numbers = {
        3: int(settings.delayed_start),
        4: int(settings.failure.also_on_errors),
        5: settings.sid_type,
        7: settings.preshutdown_timeout,
        12: settings.launch_protection,
    }
    if level not in numbers:
        raise not_emulated(f"QueryServiceConfig2 of the level {level}")
    return Packed(4).number(0, numbers[level])


def _trigger(kind: int, action: int, subtype: bytes, items: tuple[tuple[int, bytes], ...]) -> Packed:
    data = [Packed(16).number(0, one).number(4, len(value)).pointer(8, value) for one, value in items]
    made = Packed(32).number(0, kind).number(4, action).pointer(8, subtype).number(16, len(data))
    return made.pointer(24, array(data, 16) if data else None)


@BothForms
@_with_service(_QUERY_CONFIG)
def _query_details(call: NativeCall, service: Service) -> int:
    """QueryServiceConfig2."""
    made = _details(call, service, call.number(1))
    return call.fail(INVALID_PARAMETER) if made is None else answer(call, made, 2, 3, 4)


# Changes


def _texts_at(call: NativeCall, place: int) -> tuple[str, ...] | None:
    """Texts one behind the other, an empty one at the end; None for null."""
    address = call.handle(place)
    return None if not address else _texts(call, address)


def _texts(call: NativeCall, address: int) -> tuple[str, ...]:
    width = 2 if call.is_wide else 1
    found: list[str] = []
    length = 0
    while data := call.memory.read_units(address, width):
        found.append(text_of(data, wide=call.is_wide))
        length += len(data)
        address += len(data) + width
        if length > _LONGEST_MULTIPLE:
            raise InvalidParameter("The list of texts is too long.")
    return tuple(found)


def _known_account(host: Host, name: str) -> bool:
    if name.casefold() in ("localsystem", ".\\localsystem") or system_account(host, name) is not None:
        return True
    return sid_of_name(host, name) is not None


@BothForms
@_with_service(_CHANGE)
def _change(call: NativeCall, service: Service) -> int:
    """ChangeServiceConfig."""
    kind, start, error = call.number(1), call.number(2), call.number(3)
    account = call.text(8)
    if start != _NO_CHANGE and start not in _START_MODES:
        return call.fail(INVALID_PARAMETER)
    if kind != _NO_CHANGE and kind & ~_INTERACTIVE not in (_OWN_PROCESS, _SHARED_PROCESS):
        return call.fail(INVALID_PARAMETER)
    if error != _NO_CHANGE and error > 3:
        return call.fail(INVALID_PARAMETER)
    if account is not None and not _known_account(service.host, account):
        return call.fail(_BAD_ACCOUNT)
    changes: dict[str, object] = {}
    if error != _NO_CHANGE:
        changes["error_control"] = error
    group = call.text(5)
    if group is not None:
        changes["load_order_group"] = group
    service.configure(
        display_name=call.text(10),
        path_name=call.text(4),
        account=account,
        start_mode=None if start == _NO_CHANGE else _START_MODES[start],
        needs=_texts_at(call, 7),
        is_shared=None if kind == _NO_CHANGE else bool(kind & _SHARED_PROCESS),
        settings=service.settings.replaced(**changes) if changes else None,
    )
    return 1


@BothForms
@_with_service(_CHANGE)
def _change_details(call: NativeCall, service: Service) -> int:
    """ChangeServiceConfig2."""
    level, at, memory = call.number(1), call.handle(2), call.memory
    settings, failure = service.settings, service.settings.failure
    if level == 1:
        text = memory.read_text(memory.read_number(at, 8), wide=call.is_wide)
        if text is not None:
            service.configure(description=text)
        return 1
    if level == 2:
        settings = settings.replaced(failure=_failure(call, failure, at))
    elif level == 3:
        settings = settings.replaced(delayed_start=bool(memory.read_number(at, 4)))
    elif level == 4:
        settings = settings.replaced(failure=failure.replaced(also_on_errors=bool(memory.read_number(at, 4))))
    elif level == 5:
        settings = settings.replaced(sid_type=memory.read_number(at, 4))
    elif level == 6:
        address = memory.read_number(at, 8)
        settings = settings.replaced(required_privileges=_texts(call, address) if address else ())
    elif level == 7:
        settings = settings.replaced(preshutdown_timeout=memory.read_number(at, 4))
    elif level == 8:
        settings = settings.replaced(triggers=_triggers(call, at))
    elif level == 9:
        node = None if memory.read_number(at + 4, 4) else memory.read_number(at, 2)
        if node is not None and node >= service.host.profile.hardware.numa_nodes:
            return call.fail(INVALID_PARAMETER)
        settings = settings.replaced(preferred_node=node)
    elif level == 12:
        raise not_emulated("ChangeServiceConfig2 of the protection of a service")
    else:
        raise not_emulated(f"ChangeServiceConfig2 of the level {level}")
    service.configure(settings=settings)
    return 1


def _failure(call: NativeCall, before: FailureActions, at: int) -> FailureActions:
    """SERVICE_FAILURE_ACTIONS: what is null stays, an empty text removes."""
    memory = call.memory
    changes: dict[str, object] = {}
    for offset, name in ((8, "reboot_message"), (16, "command")):
        text = memory.read_text(memory.read_number(at + offset, 8), wide=call.is_wide)
        if text is not None:
            changes[name] = text
    count, actions = memory.read_number(at + 24, 4), memory.read_number(at + 32, 8)
    if actions:
        if count > MAXIMUM_ACTIONS:
            raise InvalidParameter("A service cannot have so many failure actions.")
        changes["reset_period"] = memory.read_number(at, 4)
        changes["actions"] = tuple(
            (memory.read_number(actions + 8 * one, 4), memory.read_number(actions + 8 * one + 4, 4))
            for one in range(count)
        )
    return before.replaced(**changes)


def _triggers(call: NativeCall, at: int) -> tuple[tuple[int, int, bytes, tuple[tuple[int, bytes], ...]], ...]:
    """SERVICE_TRIGGER_INFO."""
    memory = call.memory
    count, first = memory.read_number(at, 4), memory.read_number(at + 8, 8)
    if count > MAXIMUM_ACTIONS:
        raise InvalidParameter("A service cannot have so many triggers.")
    found = []
    for number in range(count):
        one = first + 32 * number
        items_at = memory.read_number(one + 24, 8)
        items = []
        for place in range(min(memory.read_number(one + 16, 4), MAXIMUM_ACTIONS)):
            item = items_at + 16 * place
            size, data = memory.read_number(item + 4, 4), memory.read_number(item + 8, 8)
            items.append((memory.read_number(item, 4), memory.read(data, size)))
        subtype = memory.read(memory.read_number(one + 8, 8), 16)
        found.append((memory.read_number(one, 4), memory.read_number(one + 4, 4), subtype, tuple(items)))
    return tuple(found)


@BothForms
def _create(call: NativeCall) -> int:
    manager = call.process.object_of(call.handle(0))
    if not isinstance(manager, Manager):
        return call.fail(INVALID_HANDLE)
    if not manager.access & _CREATE:
        return call.fail(ACCESS_DENIED)
    host, name = host_of(call), call.text(1) or ""
    kind, start, error = call.number(4), call.number(5), call.number(6)
    account = call.text(11) or "LocalSystem"
    if start not in _START_MODES or error > 3 or not call.text(7):
        return call.fail(INVALID_PARAMETER)
    if kind & ~_INTERACTIVE not in (_OWN_PROCESS, _SHARED_PROCESS):
        raise not_emulated(f"CreateService of the type {kind:#x}")
    if not _known_account(host, account):
        return call.fail(_BAD_ACCOUNT)
    if not name or "/" in name or "\\" in name:
        return call.fail(_BAD_NAME)
    try:
        with host.looking():
            service = host.services.create(
                name,
                call.text(2) or name,
                call.text(7) or "",
                _START_MODES[start],
                account,
                needs=_texts_at(call, 10) or (),
            )
            service.configure(
                is_shared=bool(kind & _SHARED_PROCESS),
                settings=service.settings.replaced(error_control=error, load_order_group=call.text(8) or ""),
            )
    except HostError as problem:
        return _failed(call, problem)
    return opened(call, ServiceHandle(service, _mapped(call.number(3))))


@_with_service(_DELETE)
def _delete(_call: NativeCall, service: Service) -> int:
    service.delete()
    return 1


@BothForms
@_with_service(_START)
def _start(_call: NativeCall, service: Service) -> int:
    service.start()
    return 1


def _control(call: NativeCall) -> int:
    """ControlService: stop, pause, continue and interrogate."""
    code = call.number(1)
    rights = {1: _STOP, 2: _PAUSE, 3: _PAUSE, 4: 0x80}

    def work(call: NativeCall, service: Service) -> int:
        if code == 1:
            service.stop()
        elif code == 2:
            service.pause()
        elif code == 3:
            service.resume()
        elif service.state is ServiceState.STOPPED:
            return call.fail(1062)
        if call.handle(2):
            call.memory.write(call.handle(2), _status(service, Packed(28)).at(0)[:28])
        return 1

    if code not in rights:
        return call.fail(1052)
    return _with_service(rights[code])(work)(call)


SERVICE_MANAGER: dict[str, Function] = {
    "ChangeServiceConfig": _change,
    "ChangeServiceConfig2": _change_details,
    "CloseServiceHandle": _close,
    "ControlService": _control,
    "CreateService": _create,
    "DeleteService": _delete,
    "EnumDependentServices": _dependents,
    "OpenSCManager": _open_manager,
    "OpenService": _open_service,
    "QueryServiceConfig": _query_config,
    "QueryServiceConfig2": _query_details,
    "QueryServiceStatus": _query_status,
    "QueryServiceStatusEx": _query_status_more,
    "StartService": _start,
}
