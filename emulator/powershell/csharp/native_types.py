"""How values lie in native memory: sizes, alignments, the layout of structures.

Sources: ECMA-335 (II.10.7, III.1.1) and .NET's documentation of the default marshalling: a pointer has eight
bytes, Boolean four, a string is the address of its characters, which are UTF-16 only with CharSet.Unicode
(Auto) or UnmanagedType.LPWStr; a class with a layout inside of another one lies there whole.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.attributes import argument_of, attribute_named, literal_of
from emulator.powershell.csharp.conversions import implicit
from emulator.powershell.csharp.native_memory import bytes_of, text_of
from emulator.powershell.csharp.objects import fields_of, thrown
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.numbers import (
    Byte,
    Char,
    Int16,
    Int64,
    Pointer,
    SByte,
    Single,
    UInt16,
    UInt32,
    UInt64,
)
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.csharp.members import Field
    from emulator.powershell.csharp.native_process import NativeProcess
    from emulator.powershell.csharp.syntax import Attribute
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine

POINTER_SIZE = 8
MOST_FIELDS = 10_000
_SAFE_HANDLE = "System.Runtime.InteropServices.SafeHandle"


class NativeType(ABC):
    """A type as memory has it. ``is_blittable``: the bytes are the value, nothing hangs on them."""

    is_blittable = True

    def __init__(self, size: int, alignment: int | None = None) -> None:
        self.size = size
        self.alignment = alignment or size

    @abstractmethod
    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        """Put a value; blocks that it needs besides are added to ``kept``."""

    @abstractmethod
    def read(self, process: NativeProcess, address: int) -> Any:
        """The value that lies there."""

    def word(self, _value: Any) -> int | None:
        """What a register holds of the value as an argument; None when memory holds it."""
        return None

    def from_word(self, _word: int) -> Any:
        """The value that a register holds as the result of a function."""
        raise not_emulated("A native function whose result is wider than a register")


class _Integer(NativeType):
    def __init__(self, python: type, size: int, *, signed: bool) -> None:
        super().__init__(size)
        self._python = python
        self._signed = signed

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        del kept
        process.memory.write_number(address, self.word(value) or 0, self.size)

    def read(self, process: NativeProcess, address: int) -> Any:
        return self._python(process.memory.read_number(address, self.size, signed=self._signed))

    def word(self, value: Any) -> int | None:
        value = unwrap(value)
        if isinstance(value, EnumValue):
            return value.number
        return ord(value) if isinstance(value, str) else int(value or 0)

    def from_word(self, word: int) -> Any:
        data = (int(word) & ((1 << self.size * 8) - 1)).to_bytes(self.size, "little")
        return self._python(int.from_bytes(data, "little", signed=self._signed))


class _Real(NativeType):
    def __init__(self, python: type, form: str) -> None:
        super().__init__(struct.calcsize(form))
        self._python = python
        self._form = form

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        del kept
        process.memory.write(address, struct.pack(self._form, float(value)))

    def read(self, process: NativeProcess, address: int) -> Any:
        return self._python(struct.unpack(self._form, process.memory.read(address, self.size))[0])

    def word(self, value: Any) -> int:
        return int.from_bytes(struct.pack(self._form, float(value)), "little")

    def from_word(self, word: int) -> Any:
        return self._python(struct.unpack(self._form, int(word).to_bytes(self.size, "little"))[0])


class _Boolean(_Integer):
    is_blittable = False

    def __init__(self, size: int = 4, *, true: int = 1) -> None:
        super().__init__(int, size, signed=True)
        self._true = true

    def word(self, value: Any) -> int:
        return self._true if unwrap(value) else 0

    def read(self, process: NativeProcess, address: int) -> bool:
        return bool(super().read(process, address))

    def from_word(self, word: int) -> bool:
        return bool(int(word) & ((1 << self.size * 8) - 1))


class _Enumeration(_Integer):
    def __init__(self, kind: EnumType) -> None:
        python, size, signed = _INTEGERS[kind.underlying]
        super().__init__(python, size, signed=signed)
        self._kind = kind

    def read(self, process: NativeProcess, address: int) -> Any:
        return self._kind.value(int(super().read(process, address)))

    def from_word(self, word: int) -> Any:
        return self._kind.value(int(super().from_word(word)))


class _Character(_Integer):
    is_blittable = False

    def __init__(self, *, wide: bool) -> None:
        super().__init__(int, 2 if wide else 1, signed=False)

    def read(self, process: NativeProcess, address: int) -> Any:
        return Char(text_of(process.memory.read(address, self.size), wide=self.size == 2))

    def from_word(self, word: int) -> Any:
        return Char(chr(int(super().from_word(word))))


class _TextPointer(_Integer):
    """The address of a text."""

    is_blittable = False

    def __init__(self, *, wide: bool) -> None:
        super().__init__(Pointer, POINTER_SIZE, signed=True)
        self.wide = wide

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        value = unwrap(value)
        target = 0
        if value is not None:
            data = bytes_of(str(value), wide=self.wide)
            target = process.memory.allocate(len(data), data)
            kept.append(target)
        process.memory.write_number(address, target, self.size)

    def read(self, process: NativeProcess, address: int) -> str | None:
        return process.memory.read_text(process.memory.read_number(address, self.size), wide=self.wide)

    def word(self, value: Any) -> int | None:
        return 0 if value is None else None


class _InlineText(NativeType):
    """ByValTStr: so many characters in their place."""

    is_blittable = False

    def __init__(self, count: int, *, wide: bool) -> None:
        super().__init__(count * (2 if wide else 1), 2 if wide else 1)
        self._wide = wide

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        del kept
        width = self.alignment
        data = bytes_of(str(value or ""), wide=self._wide, ends=False)[: self.size - width]
        process.memory.write(address, data.ljust(self.size, b"\0"))

    def read(self, process: NativeProcess, address: int) -> str:
        text = text_of(process.memory.read(address, self.size), wide=self._wide)
        return text.partition("\0")[0]


class _InlineArray(NativeType):
    """ByValArray: so many elements in their place."""

    def __init__(self, element: NativeType, element_kind: PSType, count: int) -> None:
        super().__init__(element.size * count, element.alignment)
        self._element = element
        self._kind = element_kind
        self._count = count
        self.is_blittable = False

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        process.memory.write(address, bytes(self.size))
        for place, one in enumerate(list(value or ())[: self._count]):
            self._element.write(process, address + place * self._element.size, one, kept)

    def read(self, process: NativeProcess, address: int) -> Any:
        from emulator.powershell.csharp.members import array_from

        size = self._element.size
        items = [self._element.read(process, address + place * size) for place in range(self._count)]
        return array_from(items, self._kind)


class _Handle(_Integer):
    """A SafeHandle: its address goes in; what comes out is a new object of its class."""

    is_blittable = False

    def __init__(self, kind: PSType) -> None:
        super().__init__(Pointer, POINTER_SIZE, signed=True)
        self._kind = kind

    def word(self, value: Any) -> int:
        return int(getattr(value, "value", 0) or 0)


class _Function(_Integer):
    """The address of a delegate."""

    is_blittable = False

    def __init__(self) -> None:
        super().__init__(Pointer, POINTER_SIZE, signed=True)

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        del kept
        process.memory.write_number(address, process.address_of(value), self.size)

    def read(self, process: NativeProcess, address: int) -> Delegate | None:
        return process.callbacks.get(process.memory.read_number(address, self.size))


class _Guid(NativeType):
    def __init__(self) -> None:
        super().__init__(16, 4)

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        del kept
        process.memory.write(address, value.bytes)

    def read(self, process: NativeProcess, address: int) -> Guid:
        return Guid.from_bytes(bytearray(process.memory.read(address, 16)))


class StructureType(NativeType):
    """A structure, or a class with a layout."""

    def __init__(self, kind: CSharpType, engine: Engine) -> None:
        layout = attribute_named(kind.attributes, "StructLayout")
        is_explicit = layout is not None and _first(layout, kind) == "Explicit"
        wide = layout is not None and argument_of(layout, "CharSet", kind) in ("Unicode", "Auto")
        pack = (layout is not None and _number(layout, "Pack", kind, engine)) or POINTER_SIZE
        self.kind = kind
        self._engine = engine
        self.fields: list[tuple[Field, int, NativeType]] = []
        place, alignment, end = 0, 1, 0
        for field in _fields_in_order(kind, engine):
            one = native_type(field.kind.fixed, field.attributes, wide, field.owner, engine)
            step = min(one.alignment, pack)
            offset = attribute_named(field.attributes, "FieldOffset") if is_explicit else None
            if offset is not None:
                place = _value(offset.values[0], field.owner, engine)
            else:
                place = (place + step - 1) // step * step
            self.fields.append((field, place, one))
            alignment = max(alignment, step)
            place += one.size
            end = max(end, place)
        size = (end + alignment - 1) // alignment * alignment
        if layout is not None:
            size = max(size, _number(layout, "Size", kind, engine) or 0)
        super().__init__(max(size, 1), alignment)
        self.is_blittable = all(one.is_blittable for _, _, one in self.fields)

    def write(self, process: NativeProcess, address: int, value: Any, kept: list[int]) -> None:
        if value is None:
            process.memory.write(address, bytes(self.size))
            return
        store = fields_of(value)
        for field, offset, one in self.fields:
            one.write(process, address + offset, store[field.key], kept)

    def read(self, process: NativeProcess, address: int) -> Any:
        made = self.kind.create(self._engine, [], []) if not self.kind.is_value_type else None
        if made is None:
            made = self.kind.default_value(self._engine)
        self.fill(process, address, made)
        return made

    def fill(self, process: NativeProcess, address: int, target: Any) -> None:
        """Give an object the values that lie in memory. Handles stay as they are."""
        store = fields_of(target)
        for field, offset, one in self.fields:
            if isinstance(one, _Handle):
                continue
            value = one.read(process, address + offset)
            store[field.key] = implicit(value, field.kind.fixed, self._engine)

    def offset_of(self, name: str) -> int | None:
        """Where a field begins."""
        return next((offset for field, offset, _ in self.fields if field.name == name), None)


_INTEGERS: dict[str, tuple[type, int, bool]] = {
    "System.Byte": (Byte, 1, False),
    "System.SByte": (SByte, 1, True),
    "System.Int16": (Int16, 2, True),
    "System.UInt16": (UInt16, 2, False),
    "System.Int32": (int, 4, True),
    "System.UInt32": (UInt32, 4, False),
    "System.Int64": (Int64, 8, True),
    "System.UInt64": (UInt64, 8, False),
    "System.IntPtr": (Pointer, POINTER_SIZE, True),
    "System.UIntPtr": (Pointer, POINTER_SIZE, True),
}
_PLAIN: dict[str, NativeType] = {
    **{name: _Integer(python, size, signed=signed) for name, (python, size, signed) in _INTEGERS.items()},
    "System.Single": _Real(Single, "<f"),
    "System.Double": _Real(float, "<d"),
    "System.Guid": _Guid(),
}
_BOOLEANS = {"U1": _Boolean(1), "I1": _Boolean(1), "VariantBool": _Boolean(2, true=-1)}
_WIDE_TEXTS, _NARROW_TEXTS = ("LPWStr", "BStr"), ("LPStr", "AnsiBStr")


def is_safe_handle(kind: PSType) -> bool:
    """Whether objects of the type are SafeHandles."""
    return any(one.name == _SAFE_HANDLE for one in kind.lineage())


def has_layout(kind: PSType) -> bool:
    """Whether a C# type is a structure, or a class whose layout the source gives."""
    attributes = getattr(kind, "attributes", None)
    if attributes is None or kind.is_interface:
        return False
    return kind.is_value_type or attribute_named(attributes, "StructLayout") is not None


def native_type(
    kind: PSType | None,
    attributes: list[Attribute],
    wide: bool,
    owner: CSharpType | None,
    engine: Engine,
) -> NativeType:
    """How values of a type lie in memory; ``wide``: characters are UTF-16.

    Raises ArgumentException for a type without a layout.
    """
    if kind is None:
        raise unlaid("a type parameter")
    marshal = attribute_named(attributes, "MarshalAs")
    how = _first(marshal, owner) if marshal is not None else None
    if how == "ByValTStr" and marshal is not None:
        return _InlineText(_number(marshal, "SizeConst", owner, engine) or 1, wide=wide)
    if kind.element_type is not None:
        if how != "ByValArray" or marshal is None:
            raise unlaid(kind.name)
        element = native_type(kind.element_type, [], wide, owner, engine)
        count = _number(marshal, "SizeConst", owner, engine) or 1
        return _InlineArray(element, kind.element_type, min(count, MOST_FIELDS))
    if kind.name == "System.String":
        return _TextPointer(wide=how in _WIDE_TEXTS or (how not in _NARROW_TEXTS and wide))
    if kind.name == "System.Boolean":
        return _BOOLEANS.get(how or "", _BOOLEAN)
    if kind.name == "System.Char":
        return _Character(wide=wide or how == "U2")
    if isinstance(kind, EnumType):
        return _Enumeration(kind)
    plain = _PLAIN.get(kind.name)
    if plain is not None:
        return plain
    if kind.base == "System.MulticastDelegate":
        return _Function()
    if is_safe_handle(kind):
        return _Handle(kind)
    if has_layout(kind):
        return layout_of(kind, engine)  # type: ignore[arg-type]
    raise unlaid(kind.name)


_BOOLEAN = _Boolean()


def layout_of(kind: CSharpType, engine: Engine) -> StructureType:
    """The layout of a structure, made once."""
    found = kind.native_layout
    if found is None:
        found = kind.native_layout = StructureType(kind, engine)
    return found


def size_of_type(kind: PSType, engine: Engine) -> int:
    """Marshal.SizeOf. Raises ArgumentException."""
    return native_type(kind, [], False, None, engine).size


def managed_size(kind: PSType, engine: Engine) -> int:
    """``sizeof`` of C#: a character has two bytes and a Boolean one."""
    own = {"System.Char": 2, "System.Boolean": 1, "System.Decimal": 16}.get(kind.name)
    return own if own is not None else size_of_type(kind, engine)


def unlaid(name: str) -> Exception:
    """The error for a type that has no place in native memory."""
    return thrown(
        "System.ArgumentException",
        f"Type '{name}' cannot be marshaled as an unmanaged structure; no meaningful size or offset can be "
        "computed.",
    )


def _fields_in_order(kind: CSharpType, engine: Engine) -> list[Field]:
    from emulator.powershell.csharp.native_calls import missing
    from emulator.powershell.csharp.types import CSharpType as Kind

    lineage = [one for one in kind.lineage() if isinstance(one, Kind)]
    for one in lineage:
        for item in one.properties_by_name.values():
            if item.getter is not None and item.getter.native_on is not None and not item.is_static:
                raise missing(engine, f"the native layout of {one.name}, which has automatic properties")
    return [field for one in reversed(lineage) for field in one.fields.values() if not field.is_static]


def _first(attribute: Attribute, owner: CSharpType | None) -> Any:
    return literal_of(attribute.values[0], owner) if attribute.values else None


def _number(attribute: Attribute, name: str, owner: CSharpType | None, engine: Engine) -> int | None:
    node = next((value for key, value in attribute.named if key == name), None)
    return None if node is None else _value(node, owner, engine)


def _value(node: Any, owner: CSharpType | None, engine: Engine) -> int:
    found = literal_of(node, owner)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    if owner is None:
        raise unlaid("an attribute")
    from emulator.powershell.csharp.bodies import compile_expression
    from emulator.powershell.csharp.frames import Frame

    return int(compile_expression(owner, node).run(Frame(engine, None, [])))
