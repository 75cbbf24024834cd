"""Get-Help: which topics a request means, and how they are shown (HelpSystem and GetHelpCommand of 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core.help_addresses import help_address
from emulator.powershell.modules.core.help_objects import aliases_by_target, comment_of, help_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import AliasInfo, ApplicationInfo, CommandInfo
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet

_REMOTE_HOST = "ServerRemoteHost"
_COMMANDS = frozenset({"alias", "cmdlet", "externalscript", "filter", "function", "scriptcommand"})
"""The categories whose topics have parameters, components, roles and functionalities."""
_VIEWS = {"detailed": "DetailedView", "full": "FullView", "examples": "ExamplesView"}
_INVALID_OPERATION = "System.Management.Automation.PSInvalidOperationException"
_MOST_ALIASES = 16
_PROVIDER_FILE = "System.Management.Automation.dll-Help.xml"


@cmdlet("Get-Help", reads=("Detailed", "Full", "Examples"))
def get_help(
    call: CmdletCall,
    name: str | None = None,
    path: str | None = None,
    category: list[str] | None = None,
    component: list[str] | None = None,
    functionality: list[str] | None = None,
    role: list[str] | None = None,
    parameter: list[str] | str | None = None,
    online: bool = False,
    show_window: bool = False,
    **others: Any,
) -> Iterator[Any]:
    """Help of a command, or the list of those that fit. Provider help, which -Path would choose, is in files
    that are not there."""
    _check_place(call, online=online, show_window=show_window)
    categories = frozenset(one.lower() for one in category or ()) - {"all"}
    _check_category(call, categories)
    filters = {"Component": component, "Role": role, "Functionality": functionality}
    if not (name or categories or path or any(filters.values())):
        raise call.complete(not_emulated("Get-Help without a name", "the text of its topic is not here"))
    if any(filters.values()) and not categories:
        categories = _COMMANDS
    elif "cmdlet" in categories:
        categories |= {"alias"}
    target = name or "*"
    topics = _Topics(call, target, categories, {key: value for key, value in filters.items() if value})
    found = topics.found()
    first = next(found, None)
    if first is None:
        if not is_wildcard(target):
            call.error(_missing_file(call, target, categories) or _not_found(call, target))
        return
    second = next(found, None)
    if second is not None:
        if online:
            raise _online_of_many(call)
        for one in _chained(first, second, found):
            if parameter is None or _parameters(one, parameter):
                yield _short(one)
    elif online:
        raise _no_browser(call, topics, first)
    elif show_window:
        raise call.complete(not_emulated("A window of Get-Help, which nobody would see,"))
    elif parameter is not None:
        yield from _named_parameters(call, first, parameter)
    else:
        yield _with_view(first, others)


def _chained(first: PSObject, second: PSObject, rest: Iterator[PSObject]) -> Iterator[PSObject]:
    yield first
    yield second
    yield from rest


class _Topics:
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
        #: The last command whose help was made.
        self.command: CommandInfo | None = None

    def found(self) -> Iterator[PSObject]:
        """The topics; nothing when there are none."""
        target = self._target
        if not is_wildcard(target):
            exact = self._exact(target)
            if exact is not None:
                yield exact
                return
        some = False
        for one in self._by_name(target):
            some = True
            yield one
        if not some:
            yield from self._by_text(target)

    def _wants(self, command: CommandInfo) -> bool:
        kind = "scriptcommand" if command.kind == "Script" else command.kind.lower()
        return not self._categories or kind in self._categories

    def _help(self, command: CommandInfo) -> PSObject | None:
        """The help of a command, when the request wants it."""
        made = _of_alias(command) if isinstance(command, AliasInfo) else self._full(command)
        for key, patterns in self._filters.items():
            held = made.note(key)
            if not (isinstance(held, str) and any(like(held, one) for one in patterns)):
                return None
        self.command = command
        return made

    def _full(self, command: CommandInfo) -> PSObject:
        return help_of(command, self._call, self._aliases)

    def _exact(self, name: str) -> PSObject | None:
        commands, scope = self._call.engine.commands, self._call.frame.scope
        found: CommandInfo | None = commands.find_or_load(name, scope)
        if found is None or isinstance(found, ApplicationInfo) or not self._wants(found):
            return None
        for _ in range(_MOST_ALIASES):
            if not isinstance(found, AliasInfo):
                break
            found = commands.find_or_load(found.target, scope)
        return None if found is None or isinstance(found, ApplicationInfo) else self._help(found)

    def _by_name(self, target: str) -> Iterator[PSObject]:
        """Commands of all modules by name: a name with a dash is a beginning, another one any part."""
        pattern = target
        if not is_wildcard(target):
            pattern = f"{target}*" if "-" in target else f"*{target}*"
        seen: set[str] = set()
        for command in self._call.engine.commands.all(self._call.frame.scope, everything=True):
            key = command.name.lower()
            if key not in seen and like(command.name, pattern) and self._wants(command):
                seen.add(key)
                made = self._help(command)
                if made is not None:
                    yield made

    def _by_text(self, target: str) -> Iterator[PSObject]:
        """Help that somebody wrote, by synopsis and description."""
        pattern = target if is_wildcard(target) else f"*{target}*"
        for command in self._call.engine.commands.all(self._call.frame.scope, everything=False):
            comment = comment_of(command)
            if comment is not None and self._wants(command):
                texts = (comment.sections.get("synopsis", ""), comment.sections.get("description", ""))
                made = self._help(command) if any(like(one, pattern) for one in texts) else None
                if made is not None:
                    yield made


def _of_alias(alias: AliasInfo) -> PSObject:
    """An alias in a list; asked for alone, it is help of its command."""
    made = PSObject(None, (f"AliasHelpInfo#{alias.name}", "AliasHelpInfo", "HelpInfo"))
    pairs = (("Name", alias.name), ("Category", "Alias"), ("Synopsis", alias.target))
    for key, value in (*pairs, ("Component", ""), ("Role", ""), ("Functionality", "")):
        made.add(NoteProperty(key, value))
    return made


def _short(topic: PSObject) -> PSObject:
    """A topic as one of many."""
    made = PSObject(topic.base, ("HelpInfoShort",))
    made.members.update(topic.members)
    return made


def _with_view(topic: PSObject, switches: dict[str, Any]) -> PSObject:
    """A topic whose types say which view of it was asked for."""
    view = next((view for key, view in _VIEWS.items() if switches.get(key)), None)
    if view is None:
        return topic
    made = PSObject(topic.base, (*(f"{one}#{view}" for one in topic.type_names), *topic.type_names))
    made.members.update(topic.members)
    return made


# Parameters


def _parameters(topic: PSObject, parameter: list[str] | str) -> list[PSObject]:
    """The parameters of a topic by patterns, in the order of these."""
    held = topic.note("parameters")
    listed = items_of(held.note("parameter")) if isinstance(held, PSObject) else []
    patterns = [parameter] if isinstance(parameter, str) else parameter
    return [one for pattern in patterns for one in listed if like(to_text(one.note("name")), pattern)]


def _named_parameters(call: CmdletCall, topic: PSObject, parameter: list[str] | str) -> Iterator[PSObject]:
    found = _parameters(topic, parameter)
    if not found:
        name = parameter if isinstance(parameter, str) else parameter[0]
        text = f"No parameter matches criteria {name}."
        kind = "System.Management.Automation.PSArgumentException"
        call.error(call.record(kind, text, "NoParmsFound", "InvalidArgument", topic))
    yield from found


# Refusals


def _check_place(call: CmdletCall, *, online: bool, show_window: bool) -> None:
    """A session from elsewhere shows neither a browser nor a window."""
    if call.engine.session.host_name == _REMOTE_HOST:
        for given, parameter in ((online, "Online"), (show_window, "ShowWindow")):
            if given:
                raise call.failure(
                    "System.InvalidOperationException",
                    f"Cmdlet '{call.invocation.invocation_name}' does not support parameter '{parameter}' in "
                    "a remote session.",
                    "ParameterNotValidInRemoteRunspace",
                    "InvalidArgument",
                )


def _check_category(call: CmdletCall, categories: frozenset[str]) -> None:
    """Only help of commands has what -Parameter and its like ask for."""
    if not categories or categories & _COMMANDS:
        return
    for key in ("Parameter", "Component", "Role", "Functionality"):
        if call.has(key):
            raise call.failure(
                "System.Management.Automation.PSArgumentException",
                f"-{key} is not supported by the requested Help category.",
                "Argument",
                "InvalidArgument",
            )


def _not_found(call: CmdletCall, name: str) -> Any:
    return call.record(
        "Microsoft.PowerShell.Commands.HelpNotFoundException",
        f"Get-Help could not find {name} in a help file in this session. To download updated help "
        'topics type: "Update-Help". To get help online, search for the help topic in the TechNet '
        "library at https:/go.microsoft.com/fwlink/?LinkID=107116.",
        "HelpNotFound",
        "ResourceUnavailable",
    )


def _missing_file(call: CmdletCall, name: str, categories: frozenset[str]) -> Any:
    """Help of providers is in a file that a new Windows has not got; None when there is no such provider."""
    provider = call.engine.paths.providers.get(name.lower())
    if categories and "provider" not in categories:
        return None
    if provider is None:
        if categories != {"provider"}:
            return None
        text = f"Cannot find a provider with the name '{name}'."
        record = call.record(
            "System.Management.Automation.ProviderNotFoundException",
            text,
            "ProviderLoadError",
            "ResourceUnavailable",
        )
        record.details = f'The provider "{name}" cannot be loaded. Details: {text}.'
        return record
    text = (
        f"An error occurred while loading Help content for {name} from file {_PROVIDER_FILE}. Details: "
        f"{_PROVIDER_FILE}. To download updated Help topics, run the Update-Help cmdlet. To get help online, "
        "search for the Help topic in the TechNet library at https://go.microsoft.com/fwlink/?LinkID=107116."
    )
    kind = "System.IO.FileNotFoundException"
    record = call.record(kind, _PROVIDER_FILE, "LoadHelpFileForTargetFailed", "OpenError")
    record.details = text
    return record


def _online_of_many(call: CmdletCall) -> PSError:
    text = "Multiple Help topics were found. Use only one Help topic with the -Online option."
    return call.failure(_INVALID_OPERATION, text, "InvalidOperation", "InvalidOperation")


def _no_browser(call: CmdletCall, topics: _Topics, topic: PSObject) -> PSError:
    """Why no browser shows the topic: it has no address, or nothing here opens one."""
    links = topic.note("relatedLinks")
    listed = items_of(links.note("navigationLink")) if isinstance(links, PSObject) else []
    addresses = [to_text(one.note("uri")) for one in listed if one.note("uri")]
    if not addresses and topics.command is not None:
        addresses = [help_address(topics.command)]
    address = addresses[0] if addresses else ""
    if not address:
        text = (
            "The online version of this Help topic cannot be displayed because the Internet address (URI) of "
            "the Help topic is not specified in the command code or in the help file for the command."
        )
    elif not address.lower().startswith(("http:", "https:")):
        text = (
            f'The protocol specified in the Uri "{address}" is not supported. Only "http" and "https" '
            "protocols are supported."
        )
    else:
        call.verbose(f"Help URI: {address}")
        text = (
            "Starting a browser to display online Help failed. No program or browser is associated to open "
            f"the URI {address}."
        )
    return call.failure(_INVALID_OPERATION, text, "InvalidOperation", "InvalidOperation")
