"""YAML text -> a tree of nodes that know their file and line.

The parser's event stream is read, not its object constructor: no tag can create anything but plain data,
nesting is not recursive, and what aliases stand for is counted before it is expanded. Scalars follow the
YAML 1.2 core schema, so that ``state: off`` is a text and ``00:15`` is not a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from emulator.profile.errors import ProfileError
from emulator.profile.values import quoted

MAXIMUM_BYTES: Final = 1 << 20
MAXIMUM_DEPTH: Final = 24
_TOO_DEEP: Final = f"nested deeper than {MAXIMUM_DEPTH} levels"
MAXIMUM_NODES: Final = 200_000
"""Nodes of a file after aliases have been replaced by what they stand for."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,40}")
_BASED_INTEGER: Final = re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_CORE: Final = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final = {_CORE + name for name in ("str", "int", "float", "bool", "null")}

Scalar = str | int | float | bool | None


@dataclass(slots=True)
class Node:
    """A value of a YAML file: a scalar, a mapping or a list, with the place where it is written."""

    file: str
    line: int
    value: Any
    """A scalar, ``dict[str, Node]`` or ``list[Node]``."""
    size: int = 1
    """Nodes in this tree, shared ones counted as often as they appear."""
    height: int = 1
    key_places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Of a mapping: where each key is written (file, line)."""

    def plain(self) -> Any:
        """The value as plain Python data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def place(self, path: tuple[str | int, ...]) -> tuple[str, int]:
        """(file, line) of the field at `path`: its key, or the nearest thing around it that is written."""
        node, place = self, (self.file, self.line)
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place = node.key_places[str(step)]
                node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = (node.file, node.line)
            else:
                break
        return place


def merge(base: Node, changes: Node) -> Node:
    """`changes` laid over `base`: mappings merge key by key to any depth, anything else replaces."""
    if not isinstance(base.value, dict) or not isinstance(changes.value, dict):
        return changes
    value = dict(base.value)
    for key, node in changes.value.items():
        value[key] = merge(value[key], node) if key in value else node
    return Node(
        file=changes.file,
        line=changes.line,
        value=value,
        size=1 + sum(node.size for node in value.values()),
        height=1 + max((node.height for node in value.values()), default=0),
        key_places=base.key_places | changes.key_places,
    )


def read(path: Path, shown_as: str | None = None) -> Node:
    """The tree of a file. Raises ProfileError with file and line."""
    name = shown_as or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise ProfileError([f"{name}:1: cannot be read: {error.strerror or error}"]) from None
    return parse(content, name)


def parse(content: bytes | str, name: str) -> Node:
    """The tree of a text. Raises ProfileError with file and line."""
    data = content.encode() if isinstance(content, str) else content
    if len(data) > MAXIMUM_BYTES:
        raise ProfileError([f"{name}:1: the file is larger than 1 MiB, the most that is read"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProfileError([f"{name}:{line}: is not UTF-8 text (byte {data[error.start]:#04x})"]) from None
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ProfileError(
            [f"{name}:{line}: YAML: character {quoted(error.character)} is not allowed"]
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if "nesting depth" in (error.problem or ""):
            # Newer versions of the library have a bound of their own and meet it before ours.
            raise ProfileError([f"{name}:{line}: {_TOO_DEEP}"]) from None
        context = f" ({error.context})" if error.context else ""
        raise ProfileError([f"{name}:{line}: YAML: {error.problem}{context}"]) from None
    if builder.problems:
        raise ProfileError(builder.problems)
    root = builder.root
    if root is None or not isinstance(root.value, dict):
        line = root.line if root else 1
        raise ProfileError([f"{name}:{line}: must be a mapping of keys such as 'extends' or 'hardware'"])
    return root


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    node: Node
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    merged: list[Node] = field(default_factory=list)


class _Builder:
    """Builds the tree from parser events."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Node | None = None
        self.problems: list[str] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        """Handle one event. Raises ProfileError when a bound is exceeded."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            node = Node(self.name, line, self._scalar(event, line))
            if event.anchor:
                self._anchors[event.anchor] = node
            self._add(node, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise ProfileError([f"{self.name}:{line}: only one YAML document is allowed in a file"])

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.name}:{line}: {self._path()}{text}")

    def _path(self) -> str:
        steps: list[str | int] = []
        for level in self._stack:
            if isinstance(level.node.value, list):
                steps.append(len(level.node.value))
            elif level.key is not None:
                steps.append(level.key)
        return f"{format_path(tuple(steps))}: " if steps else ""

    def _open(self, event: Any, line: int) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _CORE + ("map" if is_mapping else "seq")):
            self._problem(line, f"the tag {quoted(event.tag)} is not allowed; profiles hold plain data only")
        if len(self._stack) >= MAXIMUM_DEPTH:
            raise ProfileError([f"{self.name}:{line}: {_TOO_DEEP}"])
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Open(Node(self.name, line, {} if is_mapping else []), event.anchor))

    def _close(self) -> None:
        level = self._stack.pop()
        node = level.node
        for source in level.merged:
            # The earlier source wins, and the mapping's own keys win over both (YAML merge key type).
            node.value = source.value | node.value
            node.key_places = source.key_places | node.key_places
        children = node.value.values() if isinstance(node.value, dict) else node.value
        node.size = 1 + sum(child.size for child in children)
        node.height = 1 + max((child.height for child in children), default=0)
        if level.anchor:
            self._anchors[level.anchor] = node
        self._add(node, node.line)

    def _alias(self, anchor: str | None, line: int) -> None:
        if anchor is None or anchor not in self._anchors:
            raise ProfileError([f"{self.name}:{line}: YAML: the alias *{anchor} has no anchor &{anchor}"])
        node = self._anchors[anchor]
        if node is None:
            raise ProfileError(
                [f"{self.name}:{line}: YAML: the alias *{anchor} stands inside its own anchor"]
            )
        if len(self._stack) + node.height > MAXIMUM_DEPTH + 1:
            raise ProfileError([f"{self.name}:{line}: {_TOO_DEEP}"])
        self._add(node, line)

    def _add(self, node: Node, line: int) -> None:
        if not self._stack:
            self.root = node
            return
        level = self._stack[-1]
        level.node.size += node.size
        if level.node.size > MAXIMUM_NODES:
            text = f"holds more than {MAXIMUM_NODES:,} values with its aliases expanded, the most allowed"
            raise ProfileError([f"{self.name}:{line}: {text}"])
        if isinstance(level.node.value, list):
            level.node.value.append(node)
        elif level.key is None:
            self._take_key(level, node, line)
        else:
            self._take_value(level, node)

    def _take_key(self, level: _Open, node: Node, line: int) -> None:
        if isinstance(node.value, dict | list):
            raise ProfileError([f"{self.name}:{line}: {self._path()}a key must be a plain word"])
        key = node.value if isinstance(node.value, str) else str(node.value)
        if key in level.node.value:
            first = level.node.key_places[key][1]
            self._problem(line, f"the key {quoted(key)} is written twice; the first one is in line {first}")
        level.key, level.key_line = key, line

    def _take_value(self, level: _Open, node: Node) -> None:
        key, level.key = level.key, None
        if key != "<<":
            level.node.value[key] = node
            level.node.key_places[str(key)] = (self.name, level.key_line)
            return
        sources = node.value if isinstance(node.value, list) else [node]
        if all(isinstance(source.value, dict) for source in sources):
            level.merged.extend(sources)
        else:
            self._problem(level.key_line, "the merge key << takes a mapping or a list of mappings")

    def _scalar(self, event: Any, line: int) -> Scalar:
        text: str = event.value
        if event.tag is not None and event.tag not in _SCALAR_TAGS | {"!"}:
            self._problem(line, f"the tag {quoted(event.tag)} is not allowed; profiles hold plain data only")
            return text
        if event.tag in ("!", _CORE + "str") or (event.tag is None and not event.implicit[0]):
            return text
        return resolve(text)


def resolve(text: str) -> Scalar:
    """The value of a plain scalar by the core schema of YAML 1.2 (section 10.3.2)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED_INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def format_path(path: tuple[str | int, ...]) -> str:
    """``inventory.virtual_machines[0].name`` of ``("inventory", "virtual_machines", 0, "name")``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
