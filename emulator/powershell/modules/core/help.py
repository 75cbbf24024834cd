"""Get-Help: how topics are shown, and what it says when it cannot (GetHelpCommand of 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core.help_addresses import help_address
from emulator.powershell.modules.core.help_documents import CORE_FILE, Unreadable
from emulator.powershell.modules.core.help_search import COMMANDS, DEFAULT, Topics
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet

_VIEWS = {"detailed": "DetailedView", "full": "FullView", "examples": "ExamplesView"}
_INVALID_OPERATION = "System.Management.Automation.PSInvalidOperationException"


@cmdlet("Get-Help", reads=("Detailed", "Full", "Examples"))
def get_help(
    call: CmdletCall,
    name: str | None = None,
    category: list[str] | None = None,
    component: list[str] | None = None,
    functionality: list[str] | None = None,
    role: list[str] | None = None,
    parameter: list[str] | str | None = None,
    online: bool = False,
    show_window: bool = False,
    **others: Any,
) -> Iterator[Any]:
    """Help of a command or another topic, or the list of those that fit."""
    _check_place(call, online=online, show_window=show_window)
    categories = frozenset(one.lower() for one in category or ()) - {"all"}
    _check_category(call, categories)
    filters = {"Component": component, "Role": role, "Functionality": functionality}
    if not (name or categories or any(filters.values())):
        name, categories = DEFAULT, frozenset({"defaulthelp"})
    if any(filters.values()) and not categories:
        categories = COMMANDS
    elif "cmdlet" in categories:
        categories |= {"alias"}
    target = name or "*"
    topics = Topics(call, target, categories, {key: value for key, value in filters.items() if value})
    found = topics.found()
    first = next(found, None)
    for problem in topics.documents.problems:
        call.error(_unreadable(call, problem))
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


def _short(topic: PSObject) -> PSObject:
    """A topic as one of many."""
    made = PSObject(None, ("HelpInfoShort",))
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
    if call.engine.session.is_remote:
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
    if not categories or categories & COMMANDS:
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
    return _load_failure(call, "System.IO.FileNotFoundException", Unreadable(name, CORE_FILE, CORE_FILE))


def _unreadable(call: CmdletCall, problem: Unreadable) -> ErrorRecord:
    return _load_failure(call, "System.Xml.XmlException", problem)


def _load_failure(call: CmdletCall, kind: str, problem: Unreadable) -> ErrorRecord:
    record = call.record(kind, problem.reason, "LoadHelpFileForTargetFailed", "OpenError")
    record.details = (
        f"An error occurred while loading Help content for {problem.topic} from file {problem.file}. "
        f"Details: {problem.reason}. To download updated Help topics, run the Update-Help cmdlet. To get "
        "help online, search for the Help topic in the TechNet library at https://go.microsoft.com/fwlink/?LinkID=107116."
    )
    return record


def _online_of_many(call: CmdletCall) -> PSError:
    text = "Multiple Help topics were found. Use only one Help topic with the -Online option."
    return call.failure(_INVALID_OPERATION, text, "InvalidOperation", "InvalidOperation")


def _no_browser(call: CmdletCall, topics: Topics, topic: PSObject) -> PSError:
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
