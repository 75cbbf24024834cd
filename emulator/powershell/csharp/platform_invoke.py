"""Methods that stand for native functions (DllImport): arguments become what registers and memory hold, the
machine answers the functions that it has, and what it wrote comes back.

The convention is that of 64-bit Windows: a structure of 1, 2, 4 or 8 bytes goes by value, others by address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.attributes import argument_of, attribute_named, literal_of
from emulator.powershell.csharp.conversions import implicit
from emulator.powershell.csharp.native_functions import NativeCall, find, not_answered
from emulator.powershell.csharp.native_memory import bytes_of, text_of
from emulator.powershell.csharp.native_process import NativeProcess, native_process
from emulator.powershell.csharp.native_types import (
    POINTER_SIZE,
    NativeType,
    StructureType,
    has_layout,
    is_safe_handle,
    native_type,
)
from emulator.powershell.csharp.objects import ByReference, thrown
from emulator.powershell.csharp.syntax import Attribute
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import Pointer
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.csharp.members import Method, Parameter
    from emulator.powershell.runtime.engine import Engine

_BUILDER = "System.Text.StringBuilder"
After = Callable[[], None]


def imported_function(method: Method, attribute: Attribute) -> Callable[[Engine, list[Any]], Any]:
    """What a call of the method does.

    Raises DllNotFoundException for a library that Windows has not, and NotEmulatedError for a function that
    the machine does not answer, and for each one in a 32-bit process.
    """
    owner = method.owner
    library = str((literal_of(attribute.values[0], owner) if attribute.values else None) or "")
    name = str(argument_of(attribute, "EntryPoint", owner) or method.name)
    keeps_error = bool(argument_of(attribute, "SetLastError", owner))
    wide = argument_of(attribute, "CharSet", owner) in ("Unicode", "Auto")

    def call(engine: Engine, values: list[Any]) -> Any:
        if not engine.machine.is_64_bit_process:
            raise not_emulated(f"The native function {name} of {library} in a 32-bit process")
        found = find(engine, library, name, wide)
        if found is None:
            raise not_answered(engine, library, name)
        process = native_process(engine)
        sent = _Sent(engine, process, wide)
        try:
            words = [sent.word(one, value) for one, value in zip(method.parameters, values, strict=True)]
            made = NativeCall(engine, process, words, found.is_wide)
            result = found.run(made)
            if keeps_error:
                process.last_error = made.error
            for step in sent.after:
                step()
            return _result(method, result, process, wide, engine)
        finally:
            for address in sent.kept:
                process.memory.free(address)

    return call


class _Sent:
    """The arguments of one call: blocks of memory that they need, and what is read back."""

    def __init__(self, engine: Engine, process: NativeProcess, wide: bool) -> None:
        self.engine = engine
        self.process = process
        self.wide = wide
        self.kept: list[int] = []
        self.after: list[After] = []

    def word(self, parameter: Parameter, value: Any) -> int:
        """What the register of an argument holds."""
        kind = parameter.kind.fixed
        if kind is None:
            raise thrown("System.Runtime.InteropServices.MarshalDirectiveException", "Cannot marshal it.")
        if isinstance(value, ByReference):
            return self._reference(parameter, kind, value)
        value = unwrap(value) if not is_safe_handle(kind) else value
        if kind.name == _BUILDER:
            return self._builder(parameter, value)
        if kind.element_type is not None:
            return self._array(parameter, kind, value)
        if is_safe_handle(kind) and value is None:
            raise thrown("System.ArgumentNullException", "SafeHandle cannot be null.")
        if kind.name == "System.Object" and value is not None:
            raise thrown("System.ArgumentException", "Objects of any type are not marshaled here.")
        if value is None:
            return 0
        if not kind.is_value_type and has_layout(kind) and not is_safe_handle(kind):
            return self._object(parameter, kind, value)
        one = self._type(parameter, kind)
        word = one.word(value)
        if word is not None:
            return word
        if kind.name == "System.String":
            wide = getattr(one, "wide", self.wide)
            return self._block(bytes_of(str(value), wide=wide))
        address = self._block(bytes(one.size))
        one.write(self.process, address, value, self.kept)
        if isinstance(one, StructureType) and one.size in (1, 2, 4, POINTER_SIZE):
            return self.process.memory.read_number(address, one.size)
        return address

    def _type(self, parameter: Parameter, kind: PSType) -> NativeType:
        return native_type(kind, parameter.attributes, self.wide, None, self.engine)

    def _block(self, content: bytes) -> int:
        address = self.process.memory.allocate(len(content), content)
        self.kept.append(address)
        return address

    def _reference(self, parameter: Parameter, kind: PSType, value: ByReference) -> int:
        how = attribute_named(parameter.attributes, "MarshalAs")
        if how is not None and how.values and literal_of(how.values[0], None) == "VBByRefStr":
            return self._text_buffer(value)
        one = self._type(parameter, kind)
        address = self._block(bytes(max(one.size, POINTER_SIZE)))
        if parameter.mode == "ref" and not is_safe_handle(kind):
            one.write(self.process, address, value.read(), self.kept)

        def read_back() -> None:
            made = one.read(self.process, address)
            value.write(as_handle(kind, made, self.engine) if is_safe_handle(kind) else made)

        self.after.append(read_back)
        return address

    def _text_buffer(self, value: ByReference) -> int:
        """A text of Visual Basic's Declare: the function may write into it, its length stays."""
        text = value.read()
        if text is None:
            return 0
        data = bytes_of(str(text), wide=self.wide)
        address = self._block(data)
        size = len(data) - (2 if self.wide else 1)

        def read_back() -> None:
            made = text_of(self.process.memory.read(address, size), wide=self.wide)
            if made != text:
                value.write(made)

        self.after.append(read_back)
        return address

    def _builder(self, parameter: Parameter, value: Any) -> int:
        if value is None:
            return 0
        how = attribute_named(parameter.attributes, "MarshalAs")
        wide = self.wide if how is None or not how.values else literal_of(how.values[0], None) == "LPWStr"
        if how is not None and how.values and literal_of(how.values[0], None) == "LPTStr":
            wide = True
        width = 2 if wide else 1
        data = bytes_of(value.text, wide=wide)
        address = self._block(data.ljust((value.capacity + 1) * width, b"\0"))

        def read_back() -> None:
            value.text = text_of(self.process.memory.read_units(address, width), wide=wide)

        self.after.append(read_back)
        return address

    def _array(self, parameter: Parameter, kind: PSType, value: Any) -> int:
        if value is None:
            return 0
        if isinstance(value, bytearray):
            address = self._block(bytes(value) or b"\0")

            def bytes_back() -> None:
                value[:] = self.process.memory.read(address, len(value))

            self.after.append(bytes_back)
            return address
        element = native_type(kind.element_type, [], self.wide, None, self.engine)
        items: PSArray = value
        address = self._block(bytes(max(element.size * len(items), 1)))
        for place, one in enumerate(items):
            element.write(self.process, address + place * element.size, one, self.kept)
        if element.is_blittable or attribute_named(parameter.attributes, "Out") is not None:

            def items_back() -> None:
                for place in range(len(items)):
                    items[place] = element.read(self.process, address + place * element.size)

            self.after.append(items_back)
        return address

    def _object(self, parameter: Parameter, kind: PSType, value: Any) -> int:
        """An object of a class with a layout: its address. Only what is blittable, or marked, comes back."""
        one = self._type(parameter, kind)
        assert isinstance(one, StructureType)  # noqa: S101 - `has_layout` said so
        address = self._block(bytes(one.size))
        one.write(self.process, address, value, self.kept)
        if one.is_blittable or attribute_named(parameter.attributes, "Out") is not None:
            self.after.append(lambda: one.fill(self.process, address, value))
        return address


def as_handle(kind: PSType, address: Any, engine: Engine) -> Any:
    """A new object of a class of SafeHandles that holds an address."""
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.dotnet.library.interfaces import Handle

    if not isinstance(kind, CSharpType):
        return Handle(kind, Pointer(int(address)))
    made = kind.create(engine, [], [])
    made.value = Pointer(int(address))
    return made


def _result(method: Method, result: Any, process: NativeProcess, wide: bool, engine: Engine) -> Any:
    kind = method.returns.fixed
    if kind is None or kind.name == "System.Void":
        return None
    if is_safe_handle(kind):
        return as_handle(kind, result or 0, engine)
    if kind.name == "System.String":
        return process.memory.read_text(int(result or 0), wide=wide)
    one = native_type(kind, method.attributes, wide, None, engine)
    return implicit(one.from_word(int(result or 0)), kind, engine)
