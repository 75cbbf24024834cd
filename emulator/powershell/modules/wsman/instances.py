"""Test-WSMan and the -WSManInstance cmdlets, Invoke-WSManAction and New-WSManSessionOption."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from emulator.host import Account, Host
from emulator.host.winrm.client_errors import ClientError
from emulator.host.winrm.client_targets import NotReached, account_there, reached_service
from emulator.host.winrm.winrm_listeners import OWN_PREFIX, Transport
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.wsman import client as requests
from emulator.powershell.modules.wsman.client import ManagementClient, RequestRefused
from emulator.powershell.modules.wsman.session_options import SessionOption
from emulator.powershell.modules.wsman.showing import show
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore

T = TypeVar("T")
#: What every request says; the rest of how to connect makes no difference.
_REQUEST = (
    *("ResourceURI", "OptionSet", "ComputerName", "ConnectionURI", "Credential"),
    *("Port", "UseSSL", "ApplicationName"),
)
_OBJECT_OF = re.compile(r"\{\s*Object\s*=\s*([^?}]+)\?([^;}]*)[^}]*\}", re.IGNORECASE)
_ROOTS = {"listener": "Listener", "service/certmapping": "CertMapping", "plugin": "PlugInConfiguration"}
OWN_NAME = "localhost"
_CONFIGURATION = "http://schemas.microsoft.com/wbem/wsman/1/config"


@cmdlet("Test-WSMan", reads=("Authentication", "Port", "UseSSL", "ApplicationName"))
def identify(call: CmdletCall, computer_name: str | None = None, credential: Any = None) -> None:
    """Whether a service answers, and which; with -Authentication also the version of its Windows."""
    named = call.has("Authentication") and to_text(call.get("Authentication")) != "None"
    show(
        call,
        _asked(call, lambda: client_of(call, computer_name, credential, named).identify(), computer_name),
    )


@cmdlet(
    "Get-WSManInstance",
    reads=(
        *(*_REQUEST, "SelectorSet", "Enumerate", "Fragment", "Filter", "Dialect", "Associations"),
        *("ReturnType", "Shallow", "BasePropertiesOnly"),
    ),
)
def get_instance(call: CmdletCall, **given: Any) -> None:
    """One instance, a fragment of it, or with -Enumerate all that a filter lets pass."""
    uri = requests.resource_uri(to_text(given["resourceuri"]))
    options = requests.option_set(_table(given.get("optionset")))
    client = _client(call, given)
    if not given.get("enumerate"):
        fragment = given.get("fragment") or ""
        found = _asked(
            call,
            lambda: client.get(uri, _table(given.get("selectorset")), options, fragment),
            given["resourceuri"],
        )
        show(call, found)
        return
    inner = _enumeration(call, uri, given)
    items = _asked(call, lambda: list(client.enumerate(uri, inner, options)), given["resourceuri"])
    for one in items:
        show(call, one)


@cmdlet("Set-WSManInstance", reads=(*_REQUEST, "SelectorSet", "ValueSet", "Fragment", "FilePath"))
def set_instance(call: CmdletCall, **given: Any) -> None:
    """Change values of an instance; their names count with their case."""
    uri = requests.resource_uri(to_text(given["resourceuri"]))
    options = requests.option_set(_table(given.get("optionset")))
    selectors, values = _table(given.get("selectorset")), _table(given.get("valueset"))
    client, fragment = _client(call, given), given.get("fragment") or ""

    def change() -> Any:
        body = _file(call, given)
        if body is None:
            present = requests.alone(client.get(uri, selectors, options, fragment))
            _replace(call, present, values)
            body = _text(present)
        return client.put(uri, selectors, body, options, fragment)

    show(call, _asked(call, change, given["resourceuri"]))


@cmdlet("New-WSManInstance", reads=(*_REQUEST, "SelectorSet", "ValueSet", "FilePath"))
def new_instance(call: CmdletCall, **given: Any) -> None:
    """Make an instance; the reference to it comes out."""
    uri = requests.resource_uri(to_text(given["resourceuri"]))
    options = requests.option_set(_table(given.get("optionset")))
    selectors = _table(given.get("selectorset"))
    body = _file(call, given) or requests.body_of(_root(uri), uri, _table(given.get("valueset")))
    client = _client(call, given)
    show(call, _asked(call, lambda: client.create(uri, selectors, body, options), given["resourceuri"]))


@cmdlet("Remove-WSManInstance", reads=(*_REQUEST, "SelectorSet"))
def remove_instance(call: CmdletCall, **given: Any) -> None:
    """Remove an instance."""
    uri = requests.resource_uri(to_text(given["resourceuri"]))
    options = requests.option_set(_table(given.get("optionset")))
    client, selectors = _client(call, given), _table(given.get("selectorset"))
    _asked(call, lambda: client.delete(uri, selectors, options), given["resourceuri"])


@cmdlet("Invoke-WSManAction", reads=(*_REQUEST, "Action", "SelectorSet", "ValueSet", "FilePath"))
def invoke_action(call: CmdletCall, **given: Any) -> None:
    """Call a method; its output comes out."""
    uri = requests.resource_uri(to_text(given["resourceuri"]))
    action = to_text(given["action"])
    options = requests.option_set(_table(given.get("optionset")))
    selectors = _table(given.get("selectorset"))
    body = _file(call, given) or requests.body_of(f"{action}_INPUT", uri, _table(given.get("valueset")))
    client = _client(call, given)
    found = _asked(call, lambda: client.invoke(uri, action, selectors, body, options), given["resourceuri"])
    show(call, found)


@cmdlet(
    "New-WSManSessionOption",
    reads=(
        *("ProxyAccessType", "ProxyAuthentication", "ProxyCredential", "SkipCACheck", "SkipCNCheck"),
        *("SkipRevocationCheck", "SPNPort", "OperationTimeout", "NoEncryption", "UseUTF16"),
    ),
)
def new_session_option(call: CmdletCall) -> None:
    """How a client wants its connection, as an object; nothing here needs what it says."""
    call.write(SessionOption({key: unwrap(value) for key, value in call.parameters.items()}))


# The other end


def client_of(call: CmdletCall, computer: str | None, credential: Any, named: bool) -> ManagementClient:
    """A client of a computer. Raises RequestRefused when it cannot be reached or does not know the user."""
    host, account = target_of(call, computer, credential)
    if host.requests is None:
        raise call.complete(not_emulated(f"{call.name} without a service"))
    identifiers = iter(lambda: to_text(call.engine.random.guid()), None)
    return ManagementClient(host.requests, account if named else None, identifiers)


def target_of(call: CmdletCall, computer: str | None, credential: Any) -> tuple[Host, Account]:
    """The host that a name means, and who the caller is there. Raises RequestRefused, also for a port or a
    transport that no listener of the host has."""
    own, held = call.service(Host), unwrap(credential)
    transport, port, path = _connection(call)
    user, password = (None, "") if held is None else (held.user_name, held.password.text)
    try:
        host = reached_service(own, OWN_NAME if computer is None else computer, transport, port, path)
        return host, account_there(own, host, call.service(Account), user, password)
    except NotReached as problem:
        raise RequestRefused(_fault(call, *problem.reason)) from None


def _connection(call: CmdletCall) -> tuple[Transport | None, int | None, str]:
    """Transport, port and path that -UseSSL, -Port, -ApplicationName or -ConnectionURI say, as far as they
    do."""
    address = call.get("ConnectionURI")
    if address is not None:
        try:
            parts = urlsplit(to_text(address))
            path = parts.path.strip("/") or OWN_PREFIX
            return ("HTTPS" if parts.scheme.lower() == "https" else "HTTP"), parts.port, path
        except ValueError:  # what is an address for .NET need not be one here
            raise RequestRefused(_fault(call, *ClientError.NOT_SERVED)) from None
    port = call.get("Port")
    transport: Transport | None = "HTTPS" if call.get("UseSSL") else "HTTP" if port else None
    path = to_text(call.get("ApplicationName") or OWN_PREFIX)
    return transport, int(port) if port else None, path


def _client(call: CmdletCall, given: Mapping[str, Any]) -> ManagementClient:
    computer = given.get("computername")
    connection = given.get("connectionuri")
    if computer is None and connection is not None:
        computer = re.sub(r"^https?://|[:/].*$", "", to_text(connection))
    return _asked(call, lambda: client_of(call, computer, given.get("credential"), True), computer)


def _asked(call: CmdletCall, ask: Callable[[], T], target: Any) -> T:
    try:
        return ask()
    except RequestRefused as refused:
        raise refusal(call, refused, target) from None


def refusal(call: CmdletCall, refused: RequestRefused, target: Any) -> PSError:
    """The error that stands for a fault."""
    return call.failure(
        "System.InvalidOperationException", refused.fault, "WsManError", "InvalidOperation", target
    )


def _fault(call: CmdletCall, code: int, text: str) -> str:
    machine = call.engine.machine.computer_name
    quoted = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" '
        f'Machine="{machine}"><f:Message>{quoted} </f:Message></f:WSManFault>'
    )


# Requests


def _enumeration(call: CmdletCall, uri: str, given: Mapping[str, Any]) -> str:
    text = to_text(given["filter"]) if given.get("filter") else None
    dialect = requests.dialect_uri(to_text(given["dialect"]) if given.get("dialect") else "wql")
    inner = ""
    if text is not None:
        if dialect.endswith("associationFilter"):
            inner += requests.association_filter(
                _association(call, uri, text, bool(given.get("associations")))
            )
        elif dialect.endswith("SelectorFilter"):
            inner += requests.selector_filter(_pairs(text.strip().strip("{}")))
        else:
            inner += requests.filter_text(dialect, text)
    if given.get("shallow"):
        inner += "<b:PolymorphismMode>None</b:PolymorphismMode>"
    elif given.get("basepropertiesonly"):
        inner += "<b:PolymorphismMode>ExcludeSubClassProperties</b:PolymorphismMode>"
    modes = {"epr": "EnumerateEPR", "objectandepr": "EnumerateObjectAndEPR"}
    mode = modes.get(to_text(given.get("returntype") or "object").lower())
    return inner + (f"<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else "")


def _association(call: CmdletCall, uri: str, text: str, of_associations: bool) -> requests.Association:
    found = _OBJECT_OF.fullmatch(text.strip())
    if found is None:
        raise call.failure(
            "System.ArgumentException",
            "The filter of an association is {Object=class?key=value}.",
            "WsManError",
            "InvalidArgument",
            text,
        )
    resource = f"{uri.rpartition('/')[0]}/{found[1].strip()}"
    return requests.Association(resource, _pairs(found[2].replace("+", ";")), of_associations)


def _pairs(text: str) -> dict[str, str]:
    parts = (one.partition("=") for one in text.split(";") if one.strip())
    return {key.strip(): value.strip().strip("\"'") for key, _, value in parts}


def _table(value: Any) -> dict[str, Any]:
    held = unwrap(value)
    if type(held) not in DICTIONARY_TYPES:
        return {}
    return {to_text(key): _plain(one) for key, one in held.items()}


def _plain(value: Any) -> Any:
    held = unwrap(value)
    return [unwrap(one) for one in held] if type(held) in LIST_TYPES else held


def _file(call: CmdletCall, given: Mapping[str, Any]) -> str | None:
    path = given.get("filepath")
    if not path:
        return None
    store = call.service(FileStore)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", store.read_text(store.resolve(to_text(path))))


def _root(uri: str) -> str:
    path = uri[len(_CONFIGURATION) + 1 :].lower() if uri.lower().startswith(_CONFIGURATION) else ""
    return _ROOTS.get(path) or uri.rpartition("/")[2]


def _replace(call: CmdletCall, element: Any, values: Mapping[str, Any]) -> None:
    """Put the values into the elements of their names. Raises what the cmdlet says of a name that is not
    there."""
    for name, value in values.items():
        found = element.findall(f"{{*}}{name}")
        if not found:
            raise call.failure(
                "System.ArgumentException",
                "There is no resource match for the specified selector set. Change the selector set in the "
                f"request. No element {name} is in the resource.",
                "WsManError",
                "InvalidArgument",
                name,
            )
        one = found[0]
        for more in found[1:]:
            element.remove(more)
        del one[:]
        one.text = None if value is None else requests.text_of(value)


def _text(element: Any) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode"))
