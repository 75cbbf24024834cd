"""Objects as CLIXML, the way Windows PowerShell 5.1's serializer writes them (MS-PSRP 2.2.5).

A writer makes one message: it numbers objects and type-name lists from 0, and what it meets twice becomes a
``Ref``. The depth says how far properties are followed; a property beyond it is written as text, while lists,
dictionaries and note properties of the object itself keep the depth of what holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    HashSet,
    Hashtable,
    Queue,
    Stack,
)
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import CUSTOM_OBJECT, NoteProperty, PSObject
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import Property, PSType, type_of
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.scalars import to_text
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord
from emulator.powershell.serialization.primitive_values import FORMS, date_text
from emulator.powershell.serialization.text import escape, escape_attribute
from emulator.powershell.serialization.type_rules import (
    DEPTHS,
    SERIALIZED_AS_TEXT,
    SPECIFIC_PROPERTIES,
    assembly_of,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

#: What is nested deeper than this below the object of a message is written as text (5.1's serializer).
MAXIMUM_NESTING = 50
DEPTH = 1
"""Of PSRP messages; Export-Clixml has 2."""
DESERIALIZED = "Deserialized."

_Read = Callable[[Any], Any]
_Member = tuple[str, _Read, bool]


class SerializationTooLarge(Exception):
    """The objects of one message have more text than a message may have."""


class _Plan:
    """What is always the same for the objects of a type: names, and how each property is read."""

    __slots__ = ("adapted", "as_text", "depth", "extended", "names")

    def __init__(self, kind: PSType) -> None:
        self.names = tuple(full_type_name(one) for one in kind.lineage())
        if isinstance(kind, EnumType) and "System.ValueType" not in self.names:
            self.names = (*self.names[:-1], "System.ValueType", "System.Object")
        self.as_text = any(name in SERIALIZED_AS_TEXT for name in self.names)
        self.depth = next((DEPTHS[name] for name in self.names if name in DEPTHS), None)
        wanted = next((SPECIFIC_PROPERTIES[name] for name in self.names if name in SPECIFIC_PROPERTIES), None)
        found = [one for one in kind.all_members().values() if isinstance(one, Property)]
        shown = [one for one in found if not one.hidden]
        if wanted is not None:
            by_name = {one.name: one for one in shown}
            shown = [by_name[name] for name in wanted if name in by_name]
        self.adapted = tuple(_member(one) for one in shown if one.kind == "Property")
        self.extended = tuple(_member(one) for one in shown if one.kind != "Property")


def _stated_depth(value: Any) -> int | None:
    """SerializationDepth of a custom object, by the names that it was given."""
    names = value.type_names if isinstance(value, PSObject) else ()
    return next((DEPTHS[name] for name in names if name in DEPTHS), None)


def _member(one: Property) -> _Member:
    return f' N="{escape_attribute(one.name)}"', one.getter, one.contextual


_PLANS: dict[PSType, _Plan] = {}
_PLANS_KEPT = 4096


def _plan_of(kind: PSType) -> _Plan:
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _Plan(kind)
        if len(_PLANS) < _PLANS_KEPT:
            _PLANS[kind] = plan
    return plan


def full_type_name(kind: PSType) -> str:
    """The name as .NET writes it: the arguments of a generic type with their assemblies."""
    if not kind.arguments:
        return kind.name
    inner = ",".join(f"[{full_type_name(one)}, {assembly_of(one.name)}]" for one in kind.arguments)
    return f"{kind.name.partition('[')[0]}[{inner}]"


class ClixmlWriter:
    """Writes the objects of one message.

    `engine` is the runspace whose objects they are: script properties and the machine's time zone need it.
    `encrypt` turns the text of a SecureString into what the wire carries; without it one cannot be written.
    `limit` is the longest text that all of it may have. Raises SerializationTooLarge, and ValueError for a
    SecureString without a key.
    """

    def __init__(
        self,
        engine: Engine | None = None,
        encrypt: Callable[[str], str] | None = None,
        limit: int = 256 * 1024 * 1024,
    ) -> None:
        self._engine = engine
        self._encrypt = encrypt
        self._room = limit
        self._parts: list[str] = []
        self._references: dict[int, int] = {}
        self._kept: list[Any] = []
        self._names: dict[tuple[str, ...], int] = {}
        self._nesting = 0

    def text(self) -> str:
        """Everything written so far."""
        return "".join(self._parts)

    def raw(self, text: str) -> None:
        """Elements that the caller made, escaped already."""
        self._room -= len(text)
        if self._room < 0:
            raise SerializationTooLarge("the objects are too large to send")
        self._parts.append(text)

    # Values

    def write(self, value: Any, name: str = "", depth: int = DEPTH) -> None:
        """One value. `name` is the ready attribute (`` N="Name"``) of a member, or empty."""
        kind = type(value)
        if value is None:
            self.raw(f"<Nil{name} />")
            return
        form = FORMS.get(kind)
        if form is not None:
            tag, shown = form
            self.raw(f"<{tag}{name}>{shown(value)}</{tag}>")
        elif kind is DateTime:
            self.raw(f"<DT{name}>{date_text(value, self._offset(value))}</DT>")
        elif kind is SecureString:
            if self._encrypt is None:
                raise ValueError("there is no session key for a SecureString")
            self.raw(f"<SS{name}>{self._encrypt(value.text)}</SS>")
        elif kind is PSObject:
            self._write_object(value, name, depth)
        else:
            self._write_reference(value, value, name, depth)

    def member(self, name: str, value: Any, depth: int = DEPTH) -> None:
        """One named member of an object that the caller opened."""
        self.write(value, f' N="{escape_attribute(name)}"', depth)

    def reserve(self, numbers: int) -> None:
        """Leave out the first object numbers: the caller's own elements around this text have them."""
        self._kept.extend([None] * numbers)

    def open(self, names: tuple[str, ...], name: str = "", text: str | None = None) -> None:
        """``<Obj>`` with a number, type names and ToString; the caller writes the rest and `close`."""
        self.raw(f'<Obj{name} RefId="{self._number()}">{self._type_names(names)}{_to_string(text)}')

    def close(self) -> None:
        """``</Obj>``."""
        self.raw("</Obj>")

    def _number(self, value: Any = None) -> int:
        number = len(self._kept)
        self._kept.append(value)
        if value is not None:
            self._references[id(value)] = number
        return number

    def _type_names(self, names: tuple[str, ...]) -> str:
        if not names:
            return ""
        known = self._names.get(names)
        if known is not None:
            return f'<TNRef RefId="{known}" />'
        number = self._names[names] = len(self._names)
        return f'<TN RefId="{number}">' + "".join(f"<T>{escape(name)}</T>" for name in names) + "</TN>"

    def _write_object(self, value: PSObject, name: str, depth: int) -> None:
        base = value.base
        if base is not None and not value.members and not value.type_names:
            self.write(base, name, depth)
            return
        if base is not None and (type(base) in FORMS or type(base) in (DateTime, SecureString)):
            self._extended_primitive(value, name, depth)
            return
        self._write_reference(value, base, name, depth)

    def _extended_primitive(self, value: PSObject, name: str, depth: int) -> None:
        """A primitive with members or type names of its own (MS-PSRP 2.2.5.2.2)."""
        if self._referred(value, name):
            return
        names = tuple(value.type_names)
        self.raw(f'<Obj{name} RefId="{self._number(value)}">{self._type_names(names)}')
        self.write(value.base, "", depth)
        self._added_members(value, depth, ())
        self.raw("</Obj>")

    def _referred(self, value: Any, name: str) -> bool:
        number = self._references.get(id(value))
        if number is None:
            return False
        self.raw(f'<Ref{name} RefId="{number}" />')
        return True

    def _write_reference(self, value: Any, base: Any, name: str, depth: int) -> None:
        """A value that is an object: `value` is what identifies it, `base` what is inside its wrapper."""
        if self._referred(value, name):
            return
        if self._nesting >= MAXIMUM_NESTING:
            self._as_text(value, name)
            return
        self._nesting += 1
        try:
            kind = type(base)
            if kind in DICTIONARY_TYPES:
                self._dictionary(value, base, name, depth)
            elif kind in LIST_TYPES or kind is HashSet:
                self._list(value, base, name, depth)
            else:
                self._complex(value, base, name, depth)
        finally:
            self._nesting -= 1

    # Containers

    def _start_container(self, value: Any, base: Any, name: str) -> None:
        names = _wrapper_names(value) or getattr(base, "ps_type_names", None) or ()
        if not (names and names[0].startswith(DESERIALIZED)):
            names = (*names, *_plan_of(type_of(base)).names)
        self.raw(f'<Obj{name} RefId="{self._number(value)}">{self._type_names(tuple(names))}')

    def _end_container(self, value: Any, depth: int) -> None:
        if type(value) is PSObject:
            self._added_members(value, depth, ())
        self.raw("</Obj>")

    def _list(self, value: Any, base: Any, name: str, depth: int) -> None:
        self._start_container(value, base, name)
        kind = type(base)
        tag = "STK" if kind is Stack else "QUE" if kind is Queue else "IE" if kind is HashSet else "LST"
        self._items(tag, base, depth)
        self._end_container(value, depth)

    def _items(self, tag: str, items: Iterable[Any], depth: int) -> None:
        items = list(items)
        if not items:
            self.raw(f"<{tag} />")
            return
        self.raw(f"<{tag}>")
        for item in items:
            self.write(item, "", depth)
        self.raw(f"</{tag}>")

    def _dictionary(self, value: Any, base: Hashtable, name: str, depth: int) -> None:
        self._start_container(value, base, name)
        self.dictionary_items(base.items(), depth)
        self._end_container(value, depth)

    def dictionary_items(self, pairs: Iterable[tuple[Any, Any]], depth: int = DEPTH) -> None:
        """``<DCT>`` with its entries."""
        pairs = list(pairs)
        if not pairs:
            self.raw("<DCT />")
            return
        self.raw("<DCT>")
        for key, item in pairs:
            self.raw("<En>")
            self.write(key, ' N="Key"', depth)
            self.write(item, ' N="Value"', depth)
            self.raw("</En>")
        self.raw("</DCT>")

    # Objects

    def _as_text(self, value: Any, name: str) -> None:
        self.raw(f"<S{name}>{escape(to_text(value))}</S>")

    def _complex(self, value: Any, base: Any, name: str, depth: int) -> None:
        if isinstance(base, ErrorRecord | InformationRecord | MessageRecord) and depth > 0:
            from emulator.powershell.serialization import records

            records.write_record(self, base, name)
            return
        plan = None if base is None else _plan_of(type_of(base))
        stated = plan.depth if plan is not None else _stated_depth(value)
        if stated is not None:
            depth = stated  # also where what holds the object has no depth left
        if depth <= 0 or (plan is not None and plan.as_text):
            self._as_text(value, name)
            return
        names, text = _wrapper_names(value), None
        if plan is not None:
            names = names if names[:1] and names[0].startswith(DESERIALIZED) else (*names, *plan.names)
            text = to_text(value)
        elif not (names and names[0].startswith(DESERIALIZED)):
            names = (*(one for one in names if one != CUSTOM_OBJECT), CUSTOM_OBJECT, "System.Object")
        if type(value) is PSObject and value.text is not None:
            text = value.text
        self.raw(f'<Obj{name} RefId="{self._number(value)}">{self._type_names(names)}{_to_string(text)}')
        if isinstance(base, EnumValue):
            self.write(_underlying(base), "", depth)
        elif plan is not None:
            self._properties("Props", base, plan.adapted, depth - 1)
        self._added_members(value, depth, plan.extended if plan is not None else (), base)
        self.raw("</Obj>")

    def _properties(self, tag: str, base: Any, members: tuple[_Member, ...], depth: int) -> None:
        if not members:
            return
        self.raw(f"<{tag}>")
        self._read_all(base, members, depth)
        self.raw(f"</{tag}>")

    def _read_all(self, base: Any, members: tuple[_Member, ...], depth: int) -> None:
        engine, forms = self._engine, FORMS
        for name, read, contextual in members:
            try:
                found = read(engine, base) if contextual else read(base)  # type: ignore[call-arg]
            except (PSError, NetError, AttributeError, KeyError, LookupError, ValueError):
                # A property whose getter fails is left out, as by the real serializer.
                continue
            # Most properties are primitive or, at the end of the depth, enumerations: no detours for them.
            form = forms.get(type(found))
            if form is not None:
                self.raw(f"<{form[0]}{name}>{form[1](found)}</{form[0]}>")
            elif depth <= 0 and type(found) is EnumValue:
                self.raw(f"<S{name}>{found}</S>")
            else:
                self.write(found, name, depth)

    def _added_members(self, value: Any, depth: int, extended: tuple[_Member, ...], base: Any = None) -> None:
        """``<MS>``: members of the object itself keep the depth, those of its type have one less."""
        own = []
        if type(value) is PSObject:
            own = [one for one in value.members.values() if one.kind.endswith("Property")]
        if not own and not extended:
            return
        self.raw("<MS>")
        for one in own:
            if isinstance(one, NoteProperty):
                found = one.value
            else:
                try:
                    found = get_property(value, one.name, self._engine)
                except (PSError, NetError):
                    continue
                if found is MISSING:
                    continue
            self.member(one.name, found, depth)
        self._read_all(base, extended, depth - 1)
        self.raw("</MS>")

    def _offset(self, value: DateTime) -> int:
        engine = self._engine
        return engine.utc_offset_minutes() if engine is not None and value.kind else 0


def _wrapper_names(value: Any) -> tuple[str, ...]:
    return tuple(value.type_names) if type(value) is PSObject else ()


def _to_string(text: str | None) -> str:
    return "" if text is None else f"<ToString>{escape(text)}</ToString>"


def _underlying(value: EnumValue) -> Any:
    from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER

    python = PYTHON_OF_NUMBER.get(value.ps_type.underlying.lower(), int)
    return python(value.number)


def serialize(
    value: Any,
    engine: Engine | None = None,
    *,
    depth: int = DEPTH,
    encrypt: Callable[[str], str] | None = None,
) -> str:
    """One object as CLIXML without an enclosing ``Objs``. Raises SerializationTooLarge, ValueError."""
    writer = ClixmlWriter(engine, encrypt)
    writer.write(value, "", depth)
    return writer.text()


__all__ = ["ClixmlWriter", "SerializationTooLarge", "serialize"]
