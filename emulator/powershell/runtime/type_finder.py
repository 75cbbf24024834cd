"""Finds types by the names scripts use: accelerators, namespaces left out, arrays and generic types.

The classes and enums of scripts belong to scopes: their names are known where they were defined and in what
is called from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.library.catalog import ACCELERATORS, load_builtin, load_on_demand
from emulator.powershell.dotnet.multi_arrays import multi_array_of
from emulator.powershell.dotnet.types import BUILTIN, PSType, array_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.scope import AmbiguousName, Scope

_MOST_DIMENSIONS = 32
MAXIMUM_NAME = 1000
MAXIMUM_KEPT = 4096
_CACHE: dict[str, PSType] = {}


class TypeFinder:
    """The types of one session: the built-in ones, those of loaded modules and of scripts."""

    __slots__ = (
        "_cache",
        "_own",
        "_scoped",
        "_scoped_found",
        "accelerators",
        "of_modules",
        "of_process",
        "scope",
    )

    def __init__(self) -> None:
        load_builtin()
        self._own: dict[str, PSType] = {}
        self._cache: dict[str, PSType] = {}
        self._scoped: set[str] = set()
        """The lower-case names that any scope has given to a type: what they mean depends on the place."""
        self._scoped_found = False
        self.scope: Callable[[], Scope] | None = None
        """The scope of the code that runs."""
        self.of_modules: Callable[[str], bool] | None = None
        """Adds the types that a module brings before it is loaded, for a lower-case name; whether it did."""
        self.of_process: dict[str, PSType] = {}
        """The types that some runspace of the process has compiled."""
        self.accelerators: dict[str, PSType] = {}
        """Accelerators that scripts added, by lower-case name."""

    def add(self, kinds: Iterable[PSType]) -> None:
        """Make types known by their full names."""
        for kind in kinds:
            self._own[kind.name.lower()] = kind
        self._cache.clear()

    def define(self, scope: Scope, named: Mapping[str, PSType | AmbiguousName]) -> None:
        """Make types of scripts known in a scope, by the names that they have there."""
        scope.types = scope.types if scope.types is not None else {}
        for name, kind in named.items():
            scope.types[name.lower()] = kind
        self._scoped.update(map(str.lower, named))
        self._cache.clear()

    def is_own(self, name: str) -> bool:
        """Whether a module or a script has defined a type of this full name."""
        return name.lower() in self._own or name.lower() in self.of_process

    def add_of_process(self, kinds: Iterable[PSType]) -> None:
        """Make types known to all runspaces of the process."""
        for kind in kinds:
            self.of_process[kind.name.lower()] = kind
        self._cache.clear()

    def forget_of_process(self, kinds: Iterable[PSType]) -> None:
        """Make types unknown again that were added and turned out wrong."""
        for kind in kinds:
            if self.of_process.get(kind.name.lower()) is kind:
                del self.of_process[kind.name.lower()]
        self._cache.clear()

    def add_accelerator(self, name: str, kind: PSType) -> None:
        """Give a type one more name."""
        if len(self.accelerators) < MAXIMUM_NAME:
            self.accelerators[name.lower()] = kind
            # As the types themselves, their names are those of the whole process.
            self.of_process[name.lower()] = kind
            self._cache.clear()

    def remove_accelerator(self, name: str) -> bool:
        """Take a name away that a script gave; false when there is none."""
        self.of_process.pop(name.lower(), None)
        self._cache.clear()
        return self.accelerators.pop(name.lower(), None) is not None

    def own(self) -> list[PSType]:
        """The types of modules, and those of scripts that are known in the scope of the code that runs."""
        found = list(self._own.values())
        scope = self.scope() if self.scope is not None else None
        while scope is not None:
            found.extend(one for one in (scope.types or {}).values() if isinstance(one, PSType))
            scope = scope.parent
        return found

    def find(self, name: str, scope: Scope | None = None) -> PSType | None:
        """The type of a name where code of a scope runs (of the one that does, by default), or None.

        Raises AmbiguousTypeReference when two modules that are used there have one of it.
        """
        key = name.lower()
        if self._scoped:
            return self._find_in(key, scope, name)
        found = self._cache.get(key) or (_CACHE.get(key) if not self._own and not self.of_process else None)
        if found is not None:
            return found
        if len(name) > MAXIMUM_NAME:
            return None
        found = self._parse(key.replace(" ", ""), None)
        kept = self._cache if self._own or self.of_process else _CACHE
        if found is not None and len(kept) < MAXIMUM_KEPT:
            kept[key] = found
        return found

    def _find_in(self, key: str, scope: Scope | None, name: str) -> PSType | None:
        if key in self._scoped:
            found = self._of_scopes(key, scope, name)
            if found is not None:
                return found
        else:
            cached = self._cache.get(key)
            if cached is not None:
                return cached
        if len(name) > MAXIMUM_NAME:
            return None
        outer, self._scoped_found = self._scoped_found, False
        found = self._parse(key.replace(" ", ""), scope)
        if found is not None and not self._scoped_found and len(self._cache) < MAXIMUM_KEPT:
            self._cache[key] = found
        self._scoped_found = self._scoped_found or outer
        return found

    def _of_scopes(self, key: str, scope: Scope | None, name: str) -> PSType | None:
        from emulator.powershell.runtime.scope import AmbiguousName

        self._scoped_found = True
        if scope is None and self.scope is not None:
            scope = self.scope()
        found = scope.find_type(key) if scope is not None else None
        if isinstance(found, AmbiguousName):
            from emulator.powershell.runtime.errors import error

            text = f"Type name '{name}' is ambiguous, it could be '{found.first}' or '{found.second}'."
            raise error(text, "AmbiguousTypeReference", "ParserError", name)
        return found

    def _parse(self, key: str, scope: Scope | None) -> PSType | None:
        if key.endswith("]"):
            opening = _opening(key)
            if opening <= 0:
                return None
            inside, head = key[opening + 1 : -1], key[:opening]
            if not inside.strip(","):
                element = self.find(head, scope)
                if element is None or len(inside) >= _MOST_DIMENSIONS:
                    return None
                return multi_array_of(element, len(inside) + 1) if inside else array_of(element)
            return self._generic(head, inside, scope)
        plain = key.partition(",")[0]
        return self._plain(plain, scope)

    def _plain(self, key: str, scope: Scope | None) -> PSType | None:
        scoped = self._of_scopes(key, scope, key) if key in self._scoped else None
        if scoped is not None:
            return scoped
        own = self._own.get(key) or self.of_process.get(key)
        if own is not None:
            return own
        accelerated = ACCELERATORS.get(key)
        if accelerated is not None:
            return BUILTIN.get(accelerated.lower()) or self.find(accelerated)
        found = BUILTIN.get(key) or BUILTIN.get(f"system.{key}")
        if found is None and (load_on_demand(key) or load_on_demand(f"system.{key}")):
            found = BUILTIN.get(key) or BUILTIN.get(f"system.{key}")
        if found is None:
            found = self._own.get(f"system.{key}")
        if found is None and self.of_modules is not None:
            for name in (key, f"system.{key}"):
                if self.of_modules(name):
                    found = self._own.get(name) or BUILTIN.get(name)
        return found

    def _generic(self, head: str, inside: str, scope: Scope | None) -> PSType | None:
        # A backtick before the one that starts the number of arguments escapes it.
        head = head.replace("``", "`")
        arguments = []
        for part in _split(inside):
            text = part[1:-1] if part.startswith("[") and part.endswith("]") else part
            argument = self.find(text, scope)
            if argument is None:
                return None
            arguments.append(argument)
        name = head if "`" in head else f"{head}`{len(arguments)}"
        definition = self._plain(name, scope)
        if definition is None:
            return None
        return construct_generic(definition, tuple(arguments))


def construct_generic(definition: PSType, arguments: tuple[PSType, ...]) -> PSType:
    """The type a generic definition makes with arguments."""
    instantiate = getattr(definition, "instantiate", None)
    if instantiate is not None:
        return instantiate(arguments)  # type: ignore[no-any-return]
    inside = ",".join(one.name for one in arguments)
    name = f"{definition.name}[{inside}]"
    found = BUILTIN.get(name.lower())
    if found is None or found.arguments != arguments:
        found = PSType(
            name,
            base=definition.base,
            interfaces=definition.interfaces,
            instance=definition.instance_table,
            static=definition.static_table,
            construct=definition.construct,
            is_interface=definition.is_interface,
            is_value_type=definition.is_value_type and definition.name != "System.Nullable`1",
            definition=definition.name,
            arguments=arguments,
        )
        # As for arrays: what is made of a script's class belongs to its session.
        if len(BUILTIN) < 20_000 and all(BUILTIN.get(one.name.lower()) is one for one in arguments):
            BUILTIN[name.lower()] = found
    return found


def _opening(key: str) -> int:
    depth = 0
    for index in range(len(key) - 1, -1, -1):
        depth += (key[index] == "]") - (key[index] == "[")
        if depth == 0:
            return index
    return -1


def _split(inside: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, character in enumerate(inside):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            parts.append(inside[start:index])
            start = index + 1
    return [*parts, inside[start:]]
