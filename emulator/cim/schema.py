r"""Class declarations of a namespace, read from a schema table.

A table is UTF-8 text, one record a line, fields separated by tabs; `tools/build_schema.py` writes it.

- ``# text``: a comment.
- ``=3``, then fields ``2 OK``: value map number 3; a field is a number or a range, a blank and a label (may
be empty).
- ``Name:Super``, then the class words in one field, then one field a member. The superclass may be empty.

Class words: ``association abstract singleton indication since=2012 until=2019``. Members, by their first
character:

- ``.Name type words``: a property. The type is as in MOF; ``X&`` is a reference to X, ``X{}`` an embedded
object of X,
  and ``[]`` after it an array. Words: ``write interval length=256 units=Kilo_Bytes values=3 since= until=``
  and ``text=X`` (a string that holds the text of an instance of X).
- ``~Name words``: changes an inherited property: ``values=3``, ``ref=X``, ``interval``.
- ``#Name Name``: the key properties, in place of inherited ones.
- ``!Name type words``: a method. Words: ``static values=3 since= until=``. Its parameters are the members
after it:
  ``<Name type words`` in, ``>Name type words`` out, ``%Name type words`` both; words ``optional values= text=
  interval``.

The caller gives the releases in order; ``since=2016`` hides a class or member before that release,
``until=2019`` after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

from emulator.cim.declaration import (
    NO_VALUES,
    ClassDeclaration,
    MethodDeclaration,
    ParameterDeclaration,
    PropertyDeclaration,
    ValueMap,
)
from emulator.cim.errors import CimError, InvalidClass, SchemaTableError
from emulator.cim.schema_members import ClassParts, MemberReader

__all__ = [
    "ClassDeclaration",
    "MethodDeclaration",
    "ParameterDeclaration",
    "PropertyDeclaration",
    "Schema",
]

_CLASS_FLAGS = ("association", "abstract", "singleton", "indication")
_DEEPEST_DERIVATION = 64


class Schema:
    """The classes of one namespace as one release has them.

    Opening it only indexes the lines of the table.
    """

    def __init__(
        self,
        text: str,
        namespace: str,
        releases: Sequence[str],
        release: str,
        missing: type[CimError] = InvalidClass,
    ) -> None:
        """`text` is the table; `releases` in order, oldest first; `release` is one of them; `missing` is the
        error that stands for InvalidClass below.

        A class that comes again in the table takes the place of the one before it.
        Raises ValueError for a release that is not in the order.
        """
        self.namespace = namespace
        self.release = release
        self._missing = missing
        self._ranks = {name: rank for rank, name in enumerate(releases)}
        if release not in self._ranks:
            raise ValueError(f"{release} is not one of the releases {', '.join(releases)}")
        self._rank = self._ranks[release]
        self._lines: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._value_lines: dict[str, str] = {}
        self._value_maps: dict[str, ValueMap] = {}
        self._declarations: dict[str, ClassDeclaration] = {}
        self._parts: dict[str, ClassParts] = {}
        self._children: dict[str, tuple[str, ...]] | None = None
        self._names: tuple[str, ...] | None = None
        self._associations: tuple[str, ...] | None = None
        for line in text.split("\n"):
            head, _, rest = line.partition("\t")
            if head[:1] == "=":
                self._value_lines[head[1:]] = rest
            elif head and head[0] != "#":
                key = head.partition(":")[0].lower()
                self._lines.pop(key, None)
                self._hidden.pop(key, None)
                present = self.is_present(rest.partition("\t")[0])
                (self._lines if present else self._hidden)[key] = line

    @classmethod
    def load(
        cls,
        paths: Sequence[str | Path],
        namespace: str,
        release_order: Sequence[str],
        release: str,
        missing: type[CimError] = InvalidClass,
    ) -> Schema:
        """The schema in table files, read as one. Raises OSError when a file cannot be read."""
        text = "\n".join([Path(path).read_text(encoding="utf-8") for path in paths])
        return cls(text, namespace, release_order, release, missing)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._lines

    def find(self, name: str) -> ClassDeclaration:
        """The class of that name without regard to case. Raises InvalidClass."""
        found = self.get(name)
        if found is None:
            raise self._missing(f"no class {name[:256]} in {self.namespace}")
        return found

    def get(self, name: str) -> ClassDeclaration | None:
        """The class of that name without regard to case, None when the namespace does not have it."""
        wanted = name.lower()
        found = self._declarations.get(wanted)
        if found is None and wanted in self._lines:
            found = self._declarations[wanted] = self._declare(wanted)
        return found

    def names(self) -> tuple[str, ...]:
        """Names of all classes in alphabetical order, without regard to case."""
        if self._names is None:
            self._names = tuple(self._lines[key].partition(":")[0] for key in sorted(self._lines))
        return self._names

    def subclasses(self, name: str, deep: bool = True) -> tuple[str, ...]:
        """Names of the classes that derive from a class, without itself. Raises InvalidClass."""
        if name not in self:
            raise self._missing(f"no class {name[:256]} in {self.namespace}")
        return tuple(self._descendants(name.lower(), deep))

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether a class is another or derives from it.

        Raises InvalidClass when the first does not exist.
        """
        return self.find(name).is_a(ancestor)

    def associations(self) -> tuple[str, ...]:
        """Names of all association classes in alphabetical order."""
        if self._associations is None:
            self._associations = tuple(name for name in self.names() if self._is_association(name.lower()))
        return self._associations

    def _is_association(self, key: str) -> bool:
        for _ in range(_DEEPEST_DERIVATION):
            line = self._lines.get(key) or self._hidden.get(key)
            if line is None:
                return False
            head, words = line.split("\t", 2)[:2]
            if "association" in words.split(" "):
                return True
            key = head.partition(":")[2].lower()
        return False

    def _descendants(self, key: str, deep: bool) -> Iterator[str]:
        if self._children is None:
            children: dict[str, list[str]] = {}
            for line in self._lines.values():
                name, _, superclass = line.partition("\t")[0].partition(":")
                parent = superclass.lower()
                while parent in self._hidden:
                    parent = self._hidden[parent].partition("\t")[0].partition(":")[2].lower()
                children.setdefault(parent, []).append(name)
            self._children = {parent: tuple(names) for parent, names in children.items()}
        for name in self._children.get(key, ()):
            yield name
            if deep:
                yield from self._descendants(name.lower(), deep)

    def is_present(self, words: str) -> bool:
        """Whether a class or member with these words exists in the release."""
        if "since=" not in words and "until=" not in words:
            return True
        for word in words.split(" "):
            name, _, release = word.partition("=")
            if name == "since" and self._rank < self._rank_of(release):
                return False
            if name == "until" and self._rank > self._rank_of(release):
                return False
        return True

    def _rank_of(self, release: str) -> int:
        try:
            return self._ranks[release]
        except KeyError:
            raise SchemaTableError(
                f"{self.namespace}: the table names an unknown release {release}"
            ) from None

    def value_map(self, number: str | None) -> ValueMap:
        """The value map of that number, an empty one for None."""
        if number is None:
            return NO_VALUES
        found = self._value_maps.get(number)
        if found is None:
            pairs = (field.partition(" ") for field in self._value_lines[number].split("\t"))
            found = self._value_maps[number] = MappingProxyType({value: label for value, _, label in pairs})
        return found

    def _declare(self, key: str) -> ClassDeclaration:
        parts = self._assemble(key)
        properties = tuple(parts.properties[name] for name in sorted(parts.properties))
        return ClassDeclaration(
            name=parts.name,
            superclass=parts.superclass,
            derivation=parts.derivation,
            properties=properties,
            methods=tuple(parts.methods[name] for name in sorted(parts.methods)),
            # A singleton is addressed as `Class=@`, whatever keys its ancestors declare.
            keys=() if "singleton" in parts.flags else tuple(each.name for each in properties if each.is_key),
            is_association="association" in parts.flags,
            is_abstract="abstract" in parts.flags,
            is_singleton="singleton" in parts.flags,
            is_indication="indication" in parts.flags,
        )

    def _assemble(self, key: str, depth: int = 0) -> ClassParts:
        """Everything that a class declares or inherits, by lower-case name."""
        found = self._parts.get(key)
        if found is not None:
            return found
        if depth > _DEEPEST_DERIVATION:
            raise SchemaTableError(f"{self.namespace}: {key} has too many ancestors")
        line = self._lines.get(key) or self._hidden[key]
        head, words, *members = line.split("\t")
        name, _, superclass = head.partition(":")
        parent = superclass.lower()
        if parent in self._lines or parent in self._hidden:
            parts = self._assemble(parent, depth + 1).child(name, is_parent_hidden=parent in self._hidden)
        else:
            parts = ClassParts(
                name, superclass or None, (name, superclass) if superclass else (name,), {}, {}
            )
        parts.flags.update(word for word in words.split(" ") if word in _CLASS_FLAGS)
        MemberReader(self, parts).read(members)
        self._parts[key] = parts
        return parts
