"""System.Runtime.InteropServices.Marshal: memory of the process's own, at made-up addresses
(`csharp/native_memory`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, argument_error, null_argument
from emulator.powershell.dotnet.numbers import Byte, Int16, Int64, Pointer
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register, type_of
from emulator.powershell.runtime.errors import not_emulated
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.csharp.native_process import NativeProcess
    from emulator.powershell.csharp.native_types import NativeType
    from emulator.powershell.runtime.engine import Engine

_LENGTH_PREFIX = 4


def _process(engine: Engine) -> NativeProcess:
    from emulator.powershell.csharp.native_process import native_process

    return native_process(engine)


def _type(engine: Engine, kind: Any) -> NativeType:
    from emulator.powershell.csharp.native_types import native_type

    return native_type(kind, [], False, None, engine)


# Blocks


def _allocate(engine: Engine, size: Any) -> Pointer:
    return Pointer(_process(engine).memory.allocate(int(size)))


def _resize(engine: Engine, address: Pointer, size: Any) -> Pointer:
    return Pointer(_process(engine).memory.resize(int(address), int(size)))


def _free(engine: Engine, address: Pointer) -> None:
    _process(engine).memory.free(int(address))


def _wipe(engine: Engine, address: Pointer) -> None:
    _process(engine).memory.free(int(address), wipe=True)


# Texts


def _text_to(engine: Engine, text: str | None, *, wide: bool) -> Pointer:
    from emulator.powershell.csharp.native_memory import bytes_of

    if text is None:
        return Pointer(0)
    data = bytes_of(text, wide=wide)
    return Pointer(_process(engine).memory.allocate(len(data), data))


def _wide_to(engine: Engine, text: Any = None) -> Pointer:
    return _text_to(engine, text, wide=True)


def _narrow_to(engine: Engine, text: Any = None) -> Pointer:
    return _text_to(engine, text, wide=False)


def _basic_string(engine: Engine, text: Any = None) -> Pointer:
    """A BSTR: its length stands before the characters, and its address behind the length."""
    from emulator.powershell.csharp.native_memory import bytes_of

    if text is None:
        return Pointer(0)
    data = bytes_of(str(text), ends=False)
    block = len(data).to_bytes(_LENGTH_PREFIX, "little") + data + b"\0\0"
    return Pointer(_process(engine).memory.allocate(len(block), block) + _LENGTH_PREFIX)


def _free_basic(engine: Engine, address: Pointer) -> None:
    if int(address):
        _process(engine).memory.free(int(address) - _LENGTH_PREFIX)


def _wipe_basic(engine: Engine, address: Pointer) -> None:
    if int(address):
        _process(engine).memory.free(int(address) - _LENGTH_PREFIX, wipe=True)


def _read_basic(engine: Engine, address: Pointer) -> str | None:
    if not int(address):
        return None
    memory = _process(engine).memory
    size = memory.read_number(int(address) - _LENGTH_PREFIX, _LENGTH_PREFIX)
    return memory.read_text(int(address), size // 2)


def _wide_from(engine: Engine, address: Pointer, length: int | None = None) -> str | None:
    return _process(engine).memory.read_text(int(address), length)


def _narrow_from(engine: Engine, address: Pointer, length: int | None = None) -> str | None:
    return _process(engine).memory.read_text(int(address), length, wide=False)


def _secret(make: Any) -> Any:
    def run(engine: Engine, value: SecureString | None) -> Pointer:
        if value is None:
            raise null_argument("s")
        made: Pointer = make(engine, value.text)
        return made

    return run


# Structures


def _size_of(engine: Engine, value: Any) -> int:
    if value is None:
        raise null_argument("structure")
    return _type(engine, value if isinstance(value, PSType) else type_of(unwrap(value))).size


def _structure_to(engine: Engine, value: Any, address: Pointer, _deletes: bool = False) -> None:
    value = unwrap(value)
    if value is None:
        raise null_argument("structure")
    # What its texts need stays until somebody destroys the structure, or the process ends.
    _type(engine, type_of(value)).write(_process(engine), int(address), value, [])


def _structure_from(engine: Engine, address: Pointer, kind: Any) -> Any:
    if not int(address):
        return None
    from emulator.powershell.csharp.native_types import StructureType

    if isinstance(kind, PSType):
        return _type(engine, kind).read(_process(engine), int(address))
    target = unwrap(kind)
    one = _type(engine, type_of(target))
    if isinstance(one, StructureType):
        one.fill(_process(engine), int(address), target)
    return None


def _offset_of(engine: Engine, kind: Any, name: str) -> Pointer:
    from emulator.powershell.csharp.native_types import StructureType

    one = _type(engine, kind)
    found = one.offset_of(name) if isinstance(one, StructureType) else None
    if found is None:
        raise argument_error("Field passed in is not a marshaled member of the type.", "fieldName")
    return Pointer(found)


def _destroy(engine: Engine, address: Pointer, kind: Any) -> None:
    """Give back the texts that a structure points to."""
    from emulator.powershell.csharp.native_types import StructureType

    one = _type(engine, kind)
    memory = _process(engine).memory
    if isinstance(one, StructureType):
        for _, offset, inner in one.fields:
            if getattr(inner, "wide", None) is not None:
                memory.free(memory.read_number(int(address) + offset, 8))


# Numbers


def _reader(size: int, python: type) -> Any:
    def read(engine: Engine, address: Pointer, offset: int = 0) -> Any:
        memory = _process(engine).memory
        return python(memory.read_number(int(address) + offset, size, signed=python is not Byte))

    return read


def _writer(size: int) -> Any:
    def write(engine: Engine, address: Pointer, *rest: Any) -> None:
        offset, value = (0, rest[0]) if len(rest) == 1 else rest
        number = ord(value) if isinstance(value, str) else int(value)
        _process(engine).memory.write_number(int(address) + int(offset), number, size)

    return write


_NUMBERS: dict[str, tuple[int, type, str]] = {
    "Byte": (1, Byte, "byte"),
    "Int16": (2, Int16, "System.Int16"),
    "Int32": (4, int, "int"),
    "Int64": (8, Int64, "long"),
    "IntPtr": (8, Pointer, "System.IntPtr"),
}


def _whole(value: Any) -> int:
    """A place in an array, or an address. Raises ArgumentException for what is no number."""
    try:
        return int(unwrap(value))
    except (TypeError, ValueError):
        raise argument_error("Object of another type cannot be converted to a number.") from None


def _copy(engine: Engine, source: Any, first: Any, second: Any, length: int) -> None:
    """Copy of an array into memory (array, start, address, length) or out of it (address, array, start,
    length)."""
    memory = _process(engine).memory
    source, first = unwrap(source), unwrap(first)
    if source is None or first is None:
        raise null_argument("source" if source is None else "destination")
    if isinstance(source, list | bytearray):
        items, start, address = source, _whole(first), _whole(second)
    elif isinstance(first, list | bytearray):
        items, start, address = first, _whole(second), _whole(source)
    else:
        raise argument_error("One of the two must be an array.")
    if start < 0 or length < 0 or start + length > len(items):
        text = "Requested range extends past the end of the array."
        raise NetError("System.ArgumentOutOfRangeException", text)
    outward = items is source
    if isinstance(items, bytearray):
        if outward:
            memory.write(address, items[start : start + length])
        else:
            items[start : start + length] = memory.read(address, length)
        return
    element = _type(engine, type_of(items).element_type)
    process = _process(engine)
    for place in range(length):
        at = address + place * element.size
        if outward:
            element.write(process, at, items[start + place], [])
        else:
            items[start + place] = element.read(process, at)


# Functions and errors


def _function_address(engine: Engine, delegate: Any) -> Pointer:
    if delegate is None:
        raise null_argument("d")
    return Pointer(_process(engine).address_of(delegate))


def _delegate_at(engine: Engine, address: Pointer, _kind: Any = None) -> Delegate:
    found = _process(engine).callbacks.get(int(address))
    if found is None:
        raise not_emulated("A delegate for native code at an address")
    return found


def _last_error(engine: Engine) -> int:
    return _process(engine).last_error


def _last_result(engine: Engine) -> int:
    code = _last_error(engine)
    return code if code <= 0 else signed32(code & 0xFFFF | 0x80070000)


def _exception_for(code: int) -> ExceptionObject | None:
    if code >= 0:
        return None
    from emulator.powershell.dotnet.win32_messages import exception_of_result, message_of_result

    made = ExceptionObject(exception_of_result(code), message_of_result(code), hresult=code)
    made.extra["errorcode"] = code
    return made


def _throw_for(code: int) -> None:
    made = _exception_for(code)
    if made is not None:
        problem = NetError(made.ps_type.name, made.message)
        problem.exception = made
        raise problem


_SECURE = {
    "SecureStringToBSTR": _basic_string,
    "SecureStringToGlobalAllocUnicode": _wide_to,
    "SecureStringToGlobalAllocAnsi": _narrow_to,
    "SecureStringToCoTaskMemUnicode": _wide_to,
    "SecureStringToCoTaskMemAnsi": _narrow_to,
}
_FREEING = {
    "ZeroFreeBSTR": _wipe_basic,
    "FreeBSTR": _free_basic,
    "ZeroFreeGlobalAllocUnicode": _wipe,
    "ZeroFreeGlobalAllocAnsi": _wipe,
    "ZeroFreeCoTaskMemUnicode": _wipe,
    "ZeroFreeCoTaskMemAnsi": _wipe,
    "FreeHGlobal": _free,
    "FreeCoTaskMem": _free,
}
_WRITING = {
    "StringToHGlobalUni": _wide_to,
    "StringToHGlobalAuto": _wide_to,
    "StringToHGlobalAnsi": _narrow_to,
    "StringToCoTaskMemUni": _wide_to,
    "StringToCoTaskMemAuto": _wide_to,
    "StringToCoTaskMemAnsi": _narrow_to,
    "StringToBSTR": _basic_string,
}
_READING = {"PtrToStringUni": _wide_from, "PtrToStringAuto": _wide_from, "PtrToStringAnsi": _narrow_from}

_STATIC: dict[str, Any] = {
    "SystemDefaultCharSize: int": lambda: 2,
    "SystemMaxDBCSCharSize: int": lambda: 1,
    "@GetLastWin32Error()": _last_error,
    "@GetHRForLastWin32Error()": _last_result,
    "GetExceptionForHR(int errorCode)": _exception_for,
    "ThrowExceptionForHR(int errorCode)": _throw_for,
    "@SizeOf(object structure)": _size_of,
    "@PtrToStructure(System.IntPtr ptr, object structureType)": _structure_from,
    "@StructureToPtr(object structure, System.IntPtr ptr, bool fDeleteOld)": _structure_to,
    "@DestroyStructure(System.IntPtr ptr, type structuretype)": _destroy,
    "@OffsetOf(type t, string fieldName)": _offset_of,
    "@Copy(object source, object destination, object startIndex, int length)": _copy,
    "@PtrToStringBSTR(System.IntPtr ptr)": _read_basic,
    "@GetFunctionPointerForDelegate(object d)": _function_address,
    "@GetDelegateForFunctionPointer(System.IntPtr ptr, type t)": _delegate_at,
    "IsComObject(object o)": lambda _o: False,
    # Nothing is counted here; what is left over goes with the runspace.
    **{f"{name}(object o)": lambda _o: 0 for name in ("ReleaseComObject", "FinalReleaseComObject")},
    **{f"@{name}(System.Security.SecureString s)": _secret(make) for name, make in _SECURE.items()},
    **{f"@{name}(System.IntPtr hglobal)": free for name, free in _FREEING.items()},
    **{f"@{name}(string s)": write for name, write in _WRITING.items()},
    **{
        f"@{name}(System.IntPtr ptr{rest})": read
        for name, read in _READING.items()
        for rest in ("", ", int len")
    },
    **{f"@{name}({kind} cb)": _allocate for name in ("AllocHGlobal", "AllocCoTaskMem") for kind in ("int",)},
    "@AllocHGlobal(System.IntPtr cb)": _allocate,
    "@ReAllocHGlobal(System.IntPtr pv, System.IntPtr cb)": _resize,
    "@ReAllocCoTaskMem(System.IntPtr pv, int cb)": _resize,
}
for _name, (_size, _python, _kind) in _NUMBERS.items():
    _STATIC[f"@Read{_name}(System.IntPtr ptr)"] = _reader(_size, _python)
    _STATIC[f"@Read{_name}(System.IntPtr ptr, int ofs)"] = _reader(_size, _python)
    _STATIC[f"@Write{_name}(System.IntPtr ptr, {_kind} val)"] = _writer(_size)
    _STATIC[f"@Write{_name}(System.IntPtr ptr, int ofs, {_kind} val)"] = _writer(_size)

register(PSType("System.Runtime.InteropServices.Marshal", is_abstract=True, static=_STATIC))
register(EnumType("System.Runtime.InteropServices.CharSet", {"None": 1, "Ansi": 2, "Unicode": 3, "Auto": 4}))
register(EnumType("System.Runtime.InteropServices.LayoutKind", {"Sequential": 0, "Explicit": 2, "Auto": 3}))
