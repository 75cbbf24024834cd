r"""WMI object paths: `\\HOST\root\virtualization\v2:Msvm_ComputerSystem.CreationClassName="..",Name=".."`.

Forms (WmiSdk, "Describing the Location of a WMI Object"): server and namespace may be absent; `Class` alone
names the class; `Class=@` the only instance of a singleton; `Class="v"` an instance of a class with one key.
Key values are strings in double or single quotes with backslash escapes, numbers, TRUE or FALSE; a reference
key holds the text of another path. Names and string values compare without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from emulator.cim.errors import InvalidObjectPath

KeyValue: TypeAlias = "str | int | bool | ObjectPath"

MAXIMUM_LENGTH = 16_384
"""Longest path text accepted, in characters."""
MAXIMUM_KEYS = 256

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_NAMESPACE_PART = re.compile(r"[^\W\d][\w-]*")
_SERVER = re.compile(r"[\w.\-\[\]:]+")
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})")
_WORDS = {"true": True, "false": False}


class ObjectPath:
    """A path, immutable. `namespace` uses `/`; `keys` is a tuple of (name, value) in the order given.

    A key without a name (`Class="v"`) has the name ``""``. `is_singleton` marks `Class=@`; a path without
    keys that is no singleton names the class itself. Equality and hash ignore case and the order of keys.
    """

    __slots__ = ("_identity", "class_name", "is_singleton", "keys", "namespace", "server")

    server: str | None
    namespace: str | None
    class_name: str
    keys: tuple[tuple[str, KeyValue], ...]
    is_singleton: bool

    def __init__(
        self,
        class_name: str,
        keys: Iterable[tuple[str, KeyValue]] = (),
        *,
        namespace: str | None = None,
        server: str | None = None,
        is_singleton: bool = False,
    ) -> None:
        set_field = object.__setattr__
        set_field(self, "server", server or None)
        set_field(self, "namespace", namespace.replace("\\", "/").strip("/") if namespace else None)
        set_field(self, "class_name", class_name)
        set_field(self, "keys", tuple(keys))
        set_field(self, "is_singleton", is_singleton)
        set_field(self, "_identity", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an object path is immutable: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an object path is immutable: {name}")

    @classmethod
    def parse(cls, text: str) -> ObjectPath:
        """The path that the text says. Raises InvalidObjectPath with the place and the reason."""
        return _Parser(text).path()

    @property
    def is_class(self) -> bool:
        """Whether the path names a class and no instance."""
        return not self.keys and not self.is_singleton

    @property
    def relative(self) -> str:
        """Class and keys without server and namespace, what WMI calls __RELPATH."""
        if self.is_singleton:
            return f"{self.class_name}=@"
        if not self.keys:
            return self.class_name
        if self.keys[0][0] == "":
            return f"{self.class_name}={_key_text(self.keys[0][1])}"
        pairs = ",".join(f"{name}={_key_text(value)}" for name, value in self.keys)
        return f"{self.class_name}.{pairs}"

    def key(self, name: str) -> KeyValue | None:
        """The value of a key (name without regard to case), None when the path does not have it."""
        wanted = name.lower()
        for key_name, value in self.keys:
            if key_name.lower() == wanted:
                return value
        return None

    def key_path(self, name: str) -> ObjectPath | None:
        """The value of a reference key as a path, None when the path does not have it.

        Raises InvalidObjectPath.
        """
        value = self.key(name)
        return (
            ObjectPath.parse(value)
            if isinstance(value, str)
            else value
            if isinstance(value, ObjectPath)
            else None
        )

    def located(self, server: str, namespace: str) -> ObjectPath:
        """The same path, server and namespace filled in where they are absent (`.` counts as absent)."""
        if self.namespace is not None and self.server not in (None, "."):
            return self
        return ObjectPath(
            self.class_name,
            self.keys,
            namespace=self.namespace or namespace,
            server=self.server if self.server not in (None, ".") else server,
            is_singleton=self.is_singleton,
        )

    def named_keys(self, key_names: tuple[str, ...]) -> dict[str, KeyValue]:
        """Keys as a dict; the shorthand `Class="v"` takes the one name of `key_names`.

        Raises InvalidObjectPath.
        """
        if self.keys and self.keys[0][0] == "":
            if len(key_names) != 1:
                raise InvalidObjectPath(f"{self.class_name} has {len(key_names)} keys, the path names none")
            return {key_names[0]: self.keys[0][1]}
        return dict(self.keys)

    def same_object(self, other: ObjectPath) -> bool:
        """Whether both name the same object, where an absent server or namespace (or server `.`) fits any."""
        mine, theirs = self._identity_key(), other._identity_key()
        if mine[2:] != theirs[2:]:
            return False
        if mine[1] and theirs[1] and mine[1] != theirs[1]:
            return False
        return not mine[0] or not theirs[0] or mine[0] == theirs[0]

    def __str__(self) -> str:
        if self.namespace is None:
            return self.relative
        namespace = self.namespace.replace("/", "\\")
        return f"\\\\{self.server or '.'}\\{namespace}:{self.relative}"

    def __repr__(self) -> str:
        return f"ObjectPath.parse({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ObjectPath):
            return NotImplemented
        return self._identity_key() == other._identity_key()

    def __hash__(self) -> int:
        return hash(self._identity_key())

    def _identity_key(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        identity: tuple[str, str, str, tuple[tuple[str, str], ...]] | None = self._identity  # type: ignore[attr-defined]
        if identity is None:
            keys = [(name.lower(), _bare_text(value).lower()) for name, value in self.keys]
            if self.is_singleton:
                keys.append(("@", ""))
            server = "" if self.server in (None, ".") else str(self.server).lower()
            namespace = (self.namespace or "").lower()
            identity = (server, namespace, self.class_name.lower(), tuple(sorted(keys)))
            object.__setattr__(self, "_identity", identity)
        return identity


def _bare_text(value: KeyValue) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


def _key_text(value: KeyValue) -> str:
    if isinstance(value, bool | int):
        return _bare_text(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Parser:
    """One pass over a path text."""

    def __init__(self, text: str) -> None:
        if len(text) > MAXIMUM_LENGTH:
            raise InvalidObjectPath(f"the path is longer than {MAXIMUM_LENGTH} characters")
        self.text = text.strip()
        self.position = 0

    def path(self) -> ObjectPath:
        server, namespace = self._location()
        class_name = self._match(_IDENTIFIER, "a class name")
        if self._end():
            return ObjectPath(class_name, namespace=namespace, server=server)
        mark = self._take()
        if mark == "=":
            if self.text[self.position :].strip() == "@":
                return ObjectPath(class_name, namespace=namespace, server=server, is_singleton=True)
            keys: list[tuple[str, KeyValue]] = [("", self._value())]
        elif mark == ".":
            keys = self._keys()
        else:
            raise self._error("'.' or '='")
        if not self._end():
            raise self._error("the end of the path")
        return ObjectPath(class_name, keys, namespace=namespace, server=server)

    def _location(self) -> tuple[str | None, str | None]:
        r"""Server and namespace, from `\\server\name\space:` or `name\space:` at the start."""
        text = self.text
        server: str | None = None
        if text[:2] in ("\\\\", "//"):
            end = next((place for place in range(2, len(text)) if text[place] in "\\/"), len(text))
            server = text[2:end]
            if not _SERVER.fullmatch(server) or end == len(text):
                raise InvalidObjectPath(f"no server and namespace in {text[:64]!r}")
            self.position = end + 1
        colon = text.find(":", self.position)
        head = text[self.position : colon] if colon >= 0 else ""
        # A colon inside a quoted key value belongs to the value: a namespace holds none of these characters.
        if colon < 0 or any(mark in head for mark in "\"'=."):
            if server is not None:
                raise InvalidObjectPath(f"no namespace in {text[:64]!r}")
            return None, None
        parts = head.replace("\\", "/").strip("/").split("/")
        if not all(_NAMESPACE_PART.fullmatch(part) for part in parts):
            raise InvalidObjectPath(f"not a namespace: {head[:64]!r}")
        self.position = colon + 1
        return server, "/".join(parts)

    def _keys(self) -> list[tuple[str, KeyValue]]:
        keys: list[tuple[str, KeyValue]] = []
        seen: set[str] = set()
        while True:
            self._blanks()
            name = self._match(_IDENTIFIER, "a key name")
            if name.lower() in seen:
                raise InvalidObjectPath(f"the key {name} occurs twice")
            if len(keys) == MAXIMUM_KEYS:
                raise InvalidObjectPath(f"more than {MAXIMUM_KEYS} keys")
            seen.add(name.lower())
            self._blanks()
            if self._take() != "=":
                raise self._error("'='")
            keys.append((name, self._value()))
            self._blanks()
            if self._end():
                return keys
            if self._take() != ",":
                raise self._error("','")

    def _value(self) -> KeyValue:
        self._blanks()
        mark = self.text[self.position : self.position + 1]
        if mark in ('"', "'") and mark:
            return self._string(mark)
        if match := _NUMBER.match(self.text, self.position):
            self.position = match.end()
            word = match.group()
            return int(word, 16) if "x" in word.lower() else int(word)
        word = self._match(_IDENTIFIER, "a key value").lower()
        if word not in _WORDS:
            raise self._error("a key value")
        return _WORDS[word]

    def _string(self, quote: str) -> str:
        """The string that starts here.

        A backslash escapes a quote or a backslash; before others it stands for itself.
        """
        parts: list[str] = []
        place = self.position + 1
        text = self.text
        while place < len(text):
            character = text[place]
            if character == quote:
                self.position = place + 1
                return "".join(parts)
            if character == "\\" and text[place + 1 : place + 2] in ("\\", '"', "'"):
                place += 1
                character = text[place]
            parts.append(character)
            place += 1
        raise self._error("a closing quote")

    def _match(self, pattern: re.Pattern[str], what: str) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            raise self._error(what)
        self.position = match.end()
        return match.group()

    def _blanks(self) -> None:
        while self.text[self.position : self.position + 1].isspace():
            self.position += 1

    def _take(self) -> str:
        character = self.text[self.position : self.position + 1]
        self.position += 1
        return character

    def _end(self) -> bool:
        return self.position >= len(self.text)

    def _error(self, expected: str) -> InvalidObjectPath:
        place = min(self.position, len(self.text))
        return InvalidObjectPath(f"expected {expected} at character {place} of {self.text[:200]!r}")
