"""The providers over the state of the session: Environment, Variable, Function, Alias."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import DictionaryEntry
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.providers.provider import Provider, not_there, null_path
from emulator.powershell.runtime.commands import AliasInfo, FunctionInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.scope import Scope, Variable
from emulator.powershell.runtime.script_block import ScriptBlock


class SessionProvider(Provider):
    """A provider whose only container is its root."""

    capabilities = "ShouldProcess"
    drive = ""

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield self.drive, "", ""

    @property
    def scope(self) -> Scope:
        """Where the running script is."""
        return self.engine.frame.scope

    def names(self) -> list[str]:
        """The names of all items."""
        raise NotImplementedError

    def find(self, name: str) -> Any:
        """The item of a name, or None."""
        raise NotImplementedError

    def exists(self, path: str) -> bool:
        return path == "" or self.find(path) is not None

    def item(self, path: str) -> Any:
        if path == "":
            return [self.find(one) for one in self.names()]
        return self.find(path)

    def children(self, path: str) -> Iterator[str]:
        if path == "":
            yield from sorted(self.names(), key=str.lower)

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:  # noqa: ARG002
        if self.find(path) is not None and not force:
            raise _taken(path)
        self.write(path, value)
        return self.find(path)

    def shown_path(self, path: str) -> str:
        return path

    def copy(self, path: str, target: str, recurse: bool) -> str:  # noqa: ARG002
        self.write(target, self.value_of(self._named(path)))
        return target

    def rename(self, path: str, name: str) -> str:
        value = self.value_of(self._named(path))
        self.remove(path, False, True)
        self.write(name, value)
        return name

    def value_of(self, item: Any) -> Any:
        """What `write` takes to make the same item again."""
        return item

    def content(self, path: str) -> Any:
        return [self.value_of(self._named(path))]

    def _named(self, path: str) -> Any:
        """The item of a path, which must not be the drive itself."""
        if path == "":
            raise null_path()
        found = self.find(path)
        if found is None:
            raise not_there(self.shown_path(path))
        return found

    def set_content(self, path: str, values: list[Any]) -> None:
        from emulator.powershell.dotnet.collections import PSArray

        self.write(path, values[0] if len(values) == 1 else PSArray(values))


def _taken(name: str) -> PSError:
    return error(
        f"The item at path '{name}' already exists.",
        "Argument",
        "InvalidArgument",
        name,
        kind="System.Management.Automation.PSArgumentException",
    )


class EnvironmentProvider(SessionProvider):
    """Env:."""

    name = "Environment"
    drive = "Env"

    def names(self) -> list[str]:
        return list(self.engine.environment)

    def find(self, name: str) -> Any:
        value = self.engine.environment.read(name)
        if value is None:
            return None
        proper = next((one for one in self.engine.environment if one.lower() == name.lower()), name)
        return EnvironmentEntry(proper, value)

    def value_of(self, item: Any) -> Any:
        return item.value

    def write(self, path: str, value: Any) -> None:
        self.engine.environment.write(path, None if value is None else to_text(value))

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        self.engine.environment.write(path, None)


class EnvironmentEntry(DictionaryEntry):
    """An environment variable."""

    __slots__ = ()


class VariableProvider(SessionProvider):
    """Variable:."""

    name = "Variable"
    drive = "Variable"

    def names(self) -> list[str]:
        found: dict[str, str] = {}
        scope: Scope | None = self.scope
        while scope is not None:
            for key, one in scope.variables.items():
                if not key.startswith(("__", "[")):
                    found.setdefault(key, one.name)
            scope = scope.parent
        return list(found.values())

    def find(self, name: str) -> Any:
        return self.scope.find(name.lower())

    def value_of(self, item: Any) -> Any:
        return item.current

    def write(self, path: str, value: Any) -> None:
        value = unwrap(value)
        self.scope.assign(path, value.current if isinstance(value, Variable) else value, self.engine)

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        scope: Scope | None = self.scope
        key = path.lower()
        while scope is not None:
            found = scope.variables.get(key)
            if found is not None:
                if "Constant" in found.options or ("ReadOnly" in found.options and not force):
                    raise error(
                        f"Cannot remove variable {found.name} because it is constant or read-only. If the "
                        "variable is read-only, try the operation again specifying the Force option.",
                        "VariableNotRemovable",
                        "WriteError",
                        found.name,
                        kind="System.Management.Automation.SessionStateUnauthorizedAccessException",
                    )
                del scope.variables[key]
                return
            scope = scope.parent


class FunctionProvider(SessionProvider):
    """Function:."""

    name = "Function"
    drive = "Function"

    def names(self) -> list[str]:
        found: dict[str, str] = {}
        scope: Scope | None = self.scope
        while scope is not None:
            for key, one in (scope.functions or {}).items():
                found.setdefault(key, one.name)
            scope = scope.parent
        return list(found.values())

    def find(self, name: str) -> Any:
        scope, name = self._place(name)
        return scope.find_function(name.lower())

    def _place(self, name: str) -> tuple[Scope, str]:
        word, colon, rest = name.partition(":")
        found = self.scope.numbered(word) if colon else None
        return (found, rest) if found is not None else (self.scope, name)

    def value_of(self, item: Any) -> Any:
        return item.script

    def write(self, path: str, value: Any) -> None:
        scope, name = self._place(path)
        value = unwrap(value)
        if isinstance(value, FunctionInfo):
            value = value.script
        script = value if isinstance(value, ScriptBlock) else self.engine.script_block(to_text(value))
        if scope.functions is None:
            scope.functions = {}
        scope.functions[name.lower()] = FunctionInfo(name, script)

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        place, name = self._place(path)
        scope: Scope | None = place
        while scope is not None:
            if scope.functions is not None and scope.functions.pop(name.lower(), None) is not None:
                return
            scope = scope.parent
        raise not_there(path)


class AliasProvider(SessionProvider):
    """Alias:."""

    name = "Alias"
    drive = "Alias"

    def names(self) -> list[str]:
        self.engine.commands.add_session_aliases()
        found: dict[str, str] = {}
        scope: Scope | None = self.scope
        while scope is not None:
            for key, one in (scope.aliases or {}).items():
                found.setdefault(key, one.name)
            scope = scope.parent
        return list(found.values())

    def find(self, name: str) -> Any:
        self.engine.commands.add_session_aliases()
        return self.scope.find_alias(name.lower())

    def value_of(self, item: Any) -> Any:
        return item.target

    def write(self, path: str, value: Any) -> None:
        scope = self.scope
        if scope.aliases is None:
            scope.aliases = {}
        scope.aliases[path.lower()] = AliasInfo(path, to_text(value))

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        self.engine.commands.add_session_aliases()
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.aliases is not None and scope.aliases.pop(path.lower(), None) is not None:
                return
            scope = scope.parent
