"""CLIXML into objects, the way Windows PowerShell 5.1's deserializer makes them (MS-PSRP 2.2.5).

Primitive values become themselves, lists and dictionaries become lists and dictionaries, everything else
becomes a property bag whose type names begin with ``Deserialized.``; a few types are made again as they were
(PSCredential, enumerations that are known here). A script block arrives as its text.

The parser takes no DTD, entity or network; depth, number of objects and text are bounded.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from lxml import etree

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import DeserializedList, Hashtable, Queue, Stack
from emulator.powershell.dotnet.credentials import Credential, SecureString
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.globalization import Uri
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import (
    LOCAL,
    TICKS_PER_DAY,
    TICKS_PER_SECOND,
    UNSPECIFIED,
    UTC,
    DateTime,
    TimeSpan,
)
from emulator.powershell.dotnet.types import BUILTIN
from emulator.powershell.serialization.text import unescape

Element: TypeAlias = "etree._Element"

DESERIALIZED = "Deserialized."
MAXIMUM_DEPTH = 60
MAXIMUM_OBJECTS = 1_000_000
_NAMESPACE = "{http://schemas.microsoft.com/powershell/2004/04}"
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12})(?:\.(\d{1,9}))?S)?)?"
)


class BadClixml(Exception):
    """The text is no CLIXML that this reader takes; `str()` says what is wrong."""


def _integer(kind: Callable[[int], Any], low: int, high: int) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        stripped = text.strip()
        if len(stripped) > 24 or not re.fullmatch(r"[+-]?\d+", stripped):
            raise BadClixml(f"not a whole number: {text[:32]!r}")
        value = int(stripped)
        if not low <= value <= high:
            raise BadClixml(f"the number {value} is out of range")
        return kind(value)

    return read


def _real(kind: Callable[[float], Any]) -> Callable[[str], Any]:
    special = {"INF": float("inf"), "-INF": float("-inf"), "NaN": float("nan")}

    def read(text: str) -> Any:
        stripped = text.strip()
        found = special.get(stripped)
        return kind(float(stripped) if found is None else found)

    return read


def _decimal(text: str) -> Decimal:
    if len(text) > 64:
        raise BadClixml("the decimal is too long")
    return Decimal(text.strip())


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false", "1", "0"):
        raise BadClixml(f"not a Boolean: {text[:32]!r}")
    return word in ("true", "1")


def read_date(text: str) -> DateTime:
    """An xs:dateTime; the offset of a local time is not looked at. Raises BadClixml, ValueError."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise BadClixml(f"not a date: {text[:40]!r}")
    import datetime

    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    days = datetime.date(year, month, day).toordinal() - 1
    if hour > 23 or minute > 59 or second > 59:
        raise BadClixml(f"not a time: {text[:40]!r}")
    ticks = days * TICKS_PER_DAY + (hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND
    ticks += int((match[7] or "").ljust(7, "0")[:7])
    zone = match[8]
    if zone is None:
        return DateTime(ticks, UNSPECIFIED)
    return DateTime(ticks, UTC if zone == "Z" else LOCAL)


def read_duration(text: str) -> TimeSpan:
    """An xs:duration of days and less. Raises BadClixml."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadClixml(f"not a duration: {text[:40]!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:5])
    ticks = days * TICKS_PER_DAY + (hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND
    ticks += int((match[6] or "").ljust(7, "0")[:7])
    try:
        return TimeSpan(-ticks if match[1] else ticks)
    except OverflowError:
        raise BadClixml(f"not a duration: {text[:40]!r}") from None


def _guid(text: str) -> Guid:
    found = Guid.parse(text)
    if found is None:
        raise BadClixml(f"not a GUID: {text[:40]!r}")
    return found


_PRIMITIVES: dict[str, Callable[[str], Any]] = {
    "S": unescape,
    "B": _boolean,
    "C": _integer(lambda code: numbers.Char(chr(code)), 0, 0xFFFF),
    "By": _integer(numbers.Byte, 0, 0xFF),
    "SB": _integer(numbers.SByte, -0x80, 0x7F),
    "I16": _integer(numbers.Int16, -0x8000, 0x7FFF),
    "U16": _integer(numbers.UInt16, 0, 0xFFFF),
    "I32": _integer(int, -0x8000_0000, 0x7FFF_FFFF),
    "U32": _integer(numbers.UInt32, 0, 0xFFFF_FFFF),
    "I64": _integer(numbers.Int64, -0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF),
    "U64": _integer(numbers.UInt64, 0, 0xFFFF_FFFF_FFFF_FFFF),
    "Sg": _real(numbers.Single),
    "Db": _real(float),
    "D": _decimal,
    "DT": read_date,
    "TS": read_duration,
    "G": _guid,
    "URI": lambda text: Uri(unescape(text)),
    "Version": Version.parse,
    "BA": lambda text: bytearray(b64decode("".join(text.split()), validate=True)),
    "SBK": unescape,
    "XD": unescape,
    "ToString": unescape,
}
_UNTYPED = ("Deserialized.System.Collections.ArrayList", "Deserialized.System.Object")
_LISTS: dict[str, Callable[[], list[Any]]] = {
    "LST": DeserializedList,
    "IE": DeserializedList,
    "QUE": Queue,
    "STK": Stack,
}


def parse(data: bytes) -> Element:
    """The root element of a CLIXML text. Raises BadClixml."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise BadClixml("a document type is not allowed")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(data) > 8_000_000
    )
    try:
        return etree.fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise BadClixml(f"not well-formed: {problem}") from None


class ClixmlReader:
    """Reads the objects of one message; `decrypt` gives the text of a SecureString.

    Raises BadClixml for what is malformed, too deep or too much.
    """

    def __init__(self, decrypt: Callable[[str], str] | None = None) -> None:
        self._decrypt = decrypt
        self._objects: dict[str, Any] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._count = 0

    def read(self, element: Element, depth: int = 0) -> Any:
        """The value of an element."""
        self._count += 1
        if depth > MAXIMUM_DEPTH or self._count > MAXIMUM_OBJECTS:
            raise BadClixml("the objects are nested too deeply or too many")
        tag = local_name(element)
        primitive = _PRIMITIVES.get(tag)
        if primitive is not None:
            return _primitive(primitive, element)
        if tag == "Obj":
            return self._object(element, depth)
        if tag == "Nil":
            return None
        if tag == "Ref":
            reference = element.get("RefId") or ""
            if reference not in self._objects:
                raise BadClixml(f"there is no object {reference[:32]!r}")
            return self._objects[reference]
        if tag == "SS":
            return self._secret(element)
        if tag == "PR":
            return self._progress(element)
        raise BadClixml(f"unknown element {tag[:32]!r}")

    def _secret(self, element: Element) -> SecureString:
        if self._decrypt is None:
            raise BadClixml("there is no session key for a SecureString")
        try:
            return SecureString(self._decrypt("".join((element.text or "").split())))
        except ValueError:
            raise BadClixml("the SecureString cannot be decrypted") from None

    def _progress(self, element: Element) -> PSObject:
        """A progress record inside other objects: its parts by their names."""
        parts = {local_name(child): unescape(child.text or "") for child in element}
        return PSObject.custom(
            [
                ("ActivityId", parts.get("AI", "0")),
                ("Activity", parts.get("AV", "")),
                ("StatusDescription", parts.get("SD", "")),
                ("PercentComplete", parts.get("PC", "-1")),
            ],
            (f"{DESERIALIZED}System.Management.Automation.ProgressRecord",),
        )

    def _type_names(self, element: Element) -> tuple[str, ...]:
        for child in element:
            tag = local_name(child)
            if tag == "TN":
                names = tuple(unescape(one.text or "") for one in child)[:64]
                self._names[child.get("RefId") or ""] = names
                return names
            if tag == "TNRef":
                reference = child.get("RefId") or ""
                if reference not in self._names:
                    raise BadClixml(f"there are no type names {reference[:32]!r}")
                return self._names[reference]
        return ()

    def _object(self, element: Element, depth: int) -> Any:
        names = self._type_names(element)
        reference = element.get("RefId")
        content: Element | None = None
        text: str | None = None
        members: list[Element] = []
        for child in element:
            tag = local_name(child)
            if tag == "ToString":
                text = unescape(child.text or "")
            elif tag in ("Props", "MS"):
                members += list(child)
            elif tag not in ("TN", "TNRef"):
                content = child
        if content is not None:
            value = self._contained(content, names, reference, depth)
            return self._remember(reference, self._extended(value, members, names, text, depth, content))
        bag = PSObject(None, _deserialized(names))
        bag.text = text
        self._remember(reference, bag)
        self._add_members(bag, members, depth)
        made = _made_again(bag, names)
        return self._remember(reference, made) if made is not bag else bag

    def _remember(self, reference: str | None, value: Any) -> Any:
        if reference is not None:
            self._objects[reference] = value
        return value

    def _contained(self, content: Element, names: tuple[str, ...], reference: str | None, depth: int) -> Any:
        tag = local_name(content)
        if tag == "DCT":
            table = Hashtable()
            self._remember(reference, table)
            for entry in content:
                pair = {one.get("N"): one for one in entry}
                if "Key" not in pair or "Value" not in pair:
                    raise BadClixml("a dictionary entry without key or value")
                key = self.read(pair["Key"], depth + 1)
                if key is None:
                    raise BadClixml("a dictionary entry without key")
                table[key] = self.read(pair["Value"], depth + 1)
            return table
        make = _LISTS.get(tag)
        if make is None:
            return self.read(content, depth + 1)
        items = make()
        if isinstance(items, DeserializedList):
            items.ps_type_names = _deserialized(names) or _UNTYPED
        self._remember(reference, items)
        items.extend(self.read(one, depth + 1) for one in content)
        return items

    def _extended(
        self,
        value: Any,
        members: list[Element],
        names: tuple[str, ...],
        text: str | None,
        depth: int,
        content: Element,
    ) -> Any:
        """A value with members; an enumeration that is known here is made again."""
        if text is not None and isinstance(value, int) and "System.Enum" in names:
            kind = BUILTIN.get(names[0].removeprefix(DESERIALIZED).lower())
            if isinstance(kind, EnumType):
                return kind.value(int(value))
        primitive = local_name(content) in _PRIMITIVES
        if not members and not (primitive and names):
            return value
        wrapped = PSObject(value, _deserialized(names) if primitive else ())
        wrapped.text = text
        self._add_members(wrapped, members, depth)
        return wrapped if wrapped.members or wrapped.type_names else value

    def _add_members(self, owner: PSObject, members: list[Element], depth: int) -> None:
        for one in members:
            name = unescape(one.get("N") or "")
            if name:
                owner.add(NoteProperty(name, self.read(one, depth + 1)))


def _primitive(read: Callable[[str], Any], element: Element) -> Any:
    if len(element):
        raise BadClixml(f"<{local_name(element)}> holds elements")
    try:
        return read(element.text or "")
    except (ValueError, OverflowError, InvalidOperation, binascii.Error, NetError) as problem:
        raise BadClixml(f"<{local_name(element)}>: {problem}") from None


def _deserialized(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one if one.startswith(DESERIALIZED) else DESERIALIZED + one for one in names)


def _made_again(bag: PSObject, names: tuple[str, ...]) -> Any:
    """The original of the few types that PowerShell makes again; otherwise the bag."""
    if names[:1] == ("System.Management.Automation.PSCredential",):
        password = bag.note("Password")
        user = bag.note("UserName")
        if isinstance(user, str) and isinstance(password, SecureString):
            return Credential(user, password)
    return bag


def local_name(element: Element) -> str:
    """The name without a namespace; Export-Clixml writes one, remoting none."""
    # Comments and processing instructions have a function for a tag.
    return str(element.tag).removeprefix(_NAMESPACE)


def deserialize(data: bytes, decrypt: Callable[[str], str] | None = None) -> Any:
    """The object of one message. Raises BadClixml."""
    return ClixmlReader(decrypt).read(parse(data))
