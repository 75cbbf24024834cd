"""reg.exe: query, add and delete keys and values of the registry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host.errors import AccessDenied, HostError
from emulator.host.windows.registry import HIVES, KeyNotFound
from emulator.host.windows.registry_key import Data, RegistryValue, ValueKind
from emulator.host.windows.registry_views import redirected_key

_SUCCESS, _FAILURE = 0, 1
_SHORT = {
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKCU": "HKEY_CURRENT_USER",
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}
_DONE = "The operation completed successfully."
_NOT_FOUND = "ERROR: The system was unable to find the specified registry key or value."
_INVALID_KEY = "ERROR: Invalid key name."
_DENIED = "ERROR: Access is denied."
_SYNTAX = 'ERROR: Invalid syntax.\r\nType "REG {} /?" for usage.'
#: Options of each operation: those with a value, and flags.
_OPTIONS = {
    "QUERY": ("v", ("ve", "s", "reg:32", "reg:64")),
    "ADD": ("vtds", ("ve", "f", "reg:32", "reg:64")),
    "DELETE": ("v", ("ve", "va", "f", "reg:32", "reg:64")),
}


@dataclass
class _Call:
    """The words of a command line."""

    operation: str
    key_name: str
    hive: int = 0
    path: str = ""
    options: dict[str, str] = field(default_factory=dict)


def main(context: Context, tail: str) -> int:
    """`reg query|add|delete key [options]`; 0, or 1 with a line that begins with ERROR."""
    words = split_arguments(tail)
    if not words:
        return _fail(context, _SYNTAX.format("").replace("REG  ", "REG "))
    operation = words[0].upper()
    if operation not in _OPTIONS:
        context.host.gaps.record("program", f"reg {operation.lower()[:32]}")
        return _fail(context, f"ERROR: reg {operation.lower()[:32]} is not emulated.")
    call = _parsed(operation, words[1:])
    if call is None:
        return _fail(context, _SYNTAX.format(operation))
    if not _find_hive(call):
        return _fail(context, _INVALID_KEY)
    if _is_of_32_bit_view(context, call):
        call.path = redirected_key(call.hive, call.path)
    try:
        return {"QUERY": _query, "ADD": _add, "DELETE": _delete}[operation](context, call)
    except AccessDenied:
        return _fail(context, _DENIED)
    except KeyNotFound:
        return _fail(context, _NOT_FOUND)
    except HostError as error:
        return _fail(context, f"ERROR: {error.text}")


def _parsed(operation: str, words: list[str]) -> _Call | None:
    if not words or words[0].startswith("/"):
        return None
    call = _Call(operation, words[0].rstrip("\\"))
    with_value, flags = _OPTIONS[operation]
    rest = iter(words[1:])
    for word in rest:
        name = word[1:].lower()
        if word[:1] not in ("/", "-") or name in call.options:
            return None
        if name in flags:
            call.options[name] = ""
        elif len(name) == 1 and name in with_value:
            value = next(rest, None)
            if value is None:
                return None
            call.options[name] = value
        else:
            return None
    return call


def _find_hive(call: _Call) -> bool:
    hive, _, path = call.key_name.partition("\\")
    name = _SHORT.get(hive.upper(), hive.upper())
    if name not in HIVES:
        return False
    call.hive, call.path = HIVES[name], path
    call.key_name = name + (f"\\{path}" if path else "")
    return True


def _is_of_32_bit_view(context: Context, call: _Call) -> bool:
    """Whether the key is that of 32-bit processes: as the options say, otherwise as this process is one."""
    if context.host.profile.operating_system.architecture != "x64":
        return False
    return "reg:32" in call.options or (context.is_32_bit and "reg:64" not in call.options)


def _query(context: Context, call: _Call) -> int:
    wanted = "" if "ve" in call.options else call.options.get("v")
    found = _print_key(context, call.hive, call.path, call.key_name, wanted, "s" in call.options)
    if wanted is not None and "s" in call.options:
        context.line(f"\r\nEnd of search: {found} match(es) found.")
    if wanted is not None and not found:
        return _fail(context, _NOT_FOUND) if "s" not in call.options else _FAILURE
    return _SUCCESS


def _print_key(context: Context, hive: int, path: str, shown: str, wanted: str | None, deep: bool) -> int:
    registry, account = context.host.registry, context.account
    values = registry.values(hive, path, account)
    if wanted is not None:
        values = [value for value in values if value.name.casefold() == wanted.casefold()]
    names = registry.subkeys(hive, path, account)
    if values or wanted is None:
        context.line()
        if values or deep:
            context.line(shown)
        for value in values:
            context.line(f"    {value.name or '(Default)'}    {value.kind.name}    {_shown(value)}")
        if values and not deep:
            context.line()
    found = len(values)
    for name in names:
        below = f"{path}\\{name}" if path else name
        if deep:
            found += _print_key(context, hive, below, f"{shown}\\{name}", wanted, deep)
        elif wanted is None:
            context.line(f"{shown}\\{name}")
    return found


def _shown(value: RegistryValue) -> str:
    if isinstance(value.data, bytes):
        return value.data.hex().upper()
    if isinstance(value.data, tuple):
        return "\\0".join(value.data)
    return f"0x{value.data:x}" if isinstance(value.data, int) else value.data


def _add(context: Context, call: _Call) -> int:
    registry, account = context.host.registry, context.account
    given = call.options
    if not given.keys() & {"v", "ve", "t", "d"}:
        registry.create_key(call.hive, call.path, account)
        return _succeed(context)
    name = "" if "ve" in given else given.get("v", "")
    kind = ValueKind.__members__.get(given.get("t", "REG_SZ").upper())
    data = None if kind is None else _data(kind, given)
    if kind is None or data is None:
        return _fail(context, _SYNTAX.format("ADD"))
    registry.create_key(call.hive, call.path, account)
    try:
        registry.value(call.hive, call.path, name, account)
        exists = True
    except KeyNotFound:
        exists = False
    if (
        exists
        and "f" not in given
        and not _confirmed(context, f"Value {name or '(Default)'} exists, overwrite(Yes/No)? ")
    ):
        return _cancelled(context)
    registry.set_value(call.hive, call.path, name, kind, data, account)
    return _succeed(context)


def _data(kind: ValueKind, given: dict[str, str]) -> Data | None:
    text = given.get("d", "")
    if kind in (ValueKind.REG_DWORD, ValueKind.REG_QWORD):
        if not re.fullmatch(r"0[xX][0-9A-Fa-f]{1,16}|[0-9]{0,20}", text):
            return None
        return int(text, 16) if text[:2].lower() == "0x" else int(text or 0)
    if kind is ValueKind.REG_BINARY:
        return bytes.fromhex(text) if re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", text) else None
    if kind is ValueKind.REG_MULTI_SZ:
        return tuple(part for part in text.split(given.get("s", "\\0")) if part)
    return text


def _delete(context: Context, call: _Call) -> int:
    registry, account = context.host.registry, context.account
    registry.key(call.hive, call.path, account)
    given = call.options
    what = "registry key" if not given.keys() & {"v", "ve", "va"} else "registry value"
    name = "" if "ve" in given else given.get("v", call.key_name)
    if "f" not in given and not _confirmed(context, f"Permanently delete the {what} {name} (Yes/No)? "):
        return _cancelled(context)
    if "va" in given:
        for value in registry.values(call.hive, call.path, account):
            registry.delete_value(call.hive, call.path, value.name, account)
    elif "v" in given or "ve" in given:
        registry.delete_value(call.hive, call.path, "" if "ve" in given else given["v"], account)
    else:
        registry.delete_key(call.hive, call.path, account, recursive=True)
    return _succeed(context)


def _confirmed(context: Context, question: str) -> bool:
    context.stdout.write(question)
    # A client that never ends its input must not hang others: only a pipe or a file can answer.
    answer = None if context.stdin.comes_from_client else context.stdin.read_line()
    return (answer or "").strip().lower() in ("y", "yes")


def _cancelled(context: Context) -> int:
    context.line("\r\nThe operation was canceled by the user.")
    return _FAILURE


def _succeed(context: Context) -> int:
    context.line(_DONE)
    return _SUCCESS


def _fail(context: Context, text: str) -> int:
    context.error(text)
    return _FAILURE
