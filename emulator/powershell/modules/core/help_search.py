"""Which topics a request of Get-Help means (HelpSystem of 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core import maml
from emulator.powershell.modules.core.help_documents import HelpDocuments
from emulator.powershell.modules.core.help_forwarding import forwarded
from emulator.powershell.modules.core.help_objects import aliases_by_target, comment_of, help_of
from emulator.powershell.modules.core.help_topics import topics
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import AliasInfo, ApplicationInfo, CmdletInfo, CommandInfo
from emulator.powershell.runtime.conversion import to_text

COMMANDS = frozenset({"alias", "cmdlet", "externalscript", "filter", "function", "scriptcommand"})
"""The categories whose topics have parameters, components, roles and functionalities."""
DEFAULT = "default"
"""The topic that is shown without a name."""
_TEXTS = "helpfile"
_PROVIDERS = "provider"
_MOST_ALIASES = 16
_SEARCHED = ("Synopsis", "description", "examples", "alertSet", "parameters")
"""The parts of help of a command that are searched for a text."""


class Topics:
    """The topics of a request: those of the very name, else those whose name fits, else those whose text
    does."""

    def __init__(
        self, call: CmdletCall, target: str, categories: frozenset[str], filters: dict[str, list[str]]
    ) -> None:
        self._call = call
        self._target = target
        self._categories = categories
        self._filters = filters
        self._aliases = aliases_by_target(call)
        self.documents = HelpDocuments(call.engine)
        #: The last command whose help was made.
        self.command: CommandInfo | None = None

    def found(self) -> Iterator[PSObject]:
        """The topics; nothing when there are none."""
        target = self._target
        searches: list[Callable[[str], Iterator[PSObject]]] = [self._by_name, self._by_text]
        if not is_wildcard(target):
            searches.insert(0, self._exact)
        for search in searches:
            some = False
            for one in search(target):
                some = True
                yield one
            if some:
                return

    def _wants_kind(self, kind: str) -> bool:
        return not self._categories or kind in self._categories

    def _wants(self, command: CommandInfo) -> bool:
        return self._wants_kind("scriptcommand" if command.kind == "Script" else command.kind.lower())

    @property
    def _wants_texts(self) -> bool:
        """Topics that are texts have no component, role and functionality to be chosen by."""
        return not self._filters and (self._wants_kind(_TEXTS) or "defaulthelp" in self._categories)

    @property
    def _wants_providers(self) -> bool:
        return not self._filters and self._wants_kind(_PROVIDERS)

    def _help(self, command: CommandInfo) -> PSObject | None:
        """The help of a command, when the request wants it."""
        if isinstance(command, AliasInfo):
            made = _of_alias(command)
        else:
            made = help_of(command, self._call, self._aliases, self.documents)
        for key, patterns in self._filters.items():
            held = made.note(key)
            if not (isinstance(held, str) and any(like(held, one) for one in patterns)):
                return None
        self.command = command
        return made

    def _exact(self, name: str) -> Iterator[PSObject]:
        commands, scope = self._call.engine.commands, self._call.frame.scope
        found: CommandInfo | None = commands.find_or_load(name, scope)
        if found is not None and not isinstance(found, ApplicationInfo) and self._wants(found):
            for _ in range(_MOST_ALIASES):
                if not isinstance(found, AliasInfo):
                    break
                found = commands.find_or_load(found.target, scope)
            if found is not None and not isinstance(found, ApplicationInfo):
                made = self._help(forwarded(found, self._call))
                if made is not None:
                    yield made
                    return
        if self._wants_providers and name.lower() in self._call.engine.paths.providers:
            provider = self.documents.of_provider(name)
            if provider is not None:
                yield provider
                return
        if self._wants_texts:
            yield from topics(self._call.engine, name)

    def _by_name(self, target: str) -> Iterator[PSObject]:
        """Commands of all modules by name, where one with a dash is a beginning and another one any part;
        providers by the beginning, texts by any part."""
        engine = self._call.engine
        pattern = part = start = target
        if not is_wildcard(target):
            start, part = f"{target}*", f"*{target}*"
            pattern = start if "-" in target else part
        seen: set[str] = set()
        for command in engine.commands.all(self._call.frame.scope, everything=True):
            key = command.name.lower()
            if key not in seen and like(command.name, pattern) and self._wants(command):
                seen.add(key)
                made = self._help(command)
                if made is not None:
                    yield made
        yield from self._providers(start)
        if self._wants_texts:
            yield from topics(engine, part)

    def _providers(self, pattern: str) -> Iterator[PSObject]:
        """The providers whose names fit and that the file tells of."""
        for one in self._call.engine.paths.providers.values() if self._wants_providers else ():
            made = self.documents.of_provider(one.name) if like(one.name, pattern) else None
            if made is not None:
                yield made

    def _by_text(self, target: str) -> Iterator[PSObject]:
        """Help that somebody wrote, by what it says."""
        pattern = target if is_wildcard(target) else f"*{target}*"
        seen: set[str] = set()
        for command in self._call.engine.commands.all(self._call.frame.scope, everything=True):
            key = command.name.lower()
            if key not in seen and self._wants(command) and self._is_written(command):
                seen.add(key)
                made = self._help(command)
                if made is not None and any(
                    like(maml.texts_of(made.note(one)), pattern) for one in _SEARCHED
                ):
                    yield made
        for made in self._providers("*"):
            if like(maml.texts_of(made), pattern):
                yield made
        for made in topics(self._call.engine, "*") if self._wants_texts else ():
            if like(to_text(made.base), pattern):
                yield made

    def _is_written(self, command: CommandInfo) -> bool:
        """Whether somebody wrote help of a command; what is made from a declaration is not searched."""
        if isinstance(command, CmdletInfo):
            return self.documents.has_files(command)
        return comment_of(command) is not None


def _of_alias(alias: AliasInfo) -> PSObject:
    """An alias in a list; asked for alone, it is help of its command."""
    made = PSObject(None, (f"AliasHelpInfo#{alias.name}", "AliasHelpInfo", "HelpInfo"))
    pairs = (("Name", alias.name), ("Category", "Alias"), ("Synopsis", alias.target))
    for key, value in (*pairs, ("Component", ""), ("Role", ""), ("Functionality", "")):
        made.add(NoteProperty(key, value))
    return made
