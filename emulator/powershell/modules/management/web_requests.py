"""Invoke-WebRequest and Invoke-RestMethod of Microsoft.PowerShell.Utility, over the emulated network only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.host import Account, HostError
from emulator.host.security.certificates import normal_thumbprint
from emulator.host.windows.registry import CURRENT_USER, LOCAL_MACHINE
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.dotnet.xml_nodes import XmlElement
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.provider import held_certificates
from emulator.powershell.modules.html.documents import HtmlDocument
from emulator.powershell.modules.html.writing import plain_text
from emulator.powershell.modules.management.tcp_connections import own_host
from emulator.powershell.modules.management.web_elements import FormObject
from emulator.powershell.modules.management.web_exchange import exchange, text_of
from emulator.powershell.modules.management.web_messages import HttpWebResponse, WebRefused
from emulator.powershell.modules.management.web_responses import (
    BasicHtmlWebResponse,
    HtmlWebResponse,
    WebResponse,
)
from emulator.powershell.modules.management.web_sessions import WebSession
from emulator.powershell.modules.utility.files import bytes_of, resolved
from emulator.powershell.modules.utility.invoking import values_of_command
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError
from emulator.powershell.runtime.module import cmdlet

_READ = (
    *("Uri", "Method", "Body", "Headers", "ContentType", "UserAgent", "Credential", "UseDefaultCredentials"),
    *("InFile", "OutFile", "PassThru", "WebSession", "SessionVariable", "MaximumRedirection"),
    *("Proxy", "ProxyCredential", "ProxyUseDefaultCredentials", "Certificate", "CertificateThumbprint"),
)
_DOCUMENT = "System.Xml.XmlDocument"
_NO_BROWSER = (
    "The response content cannot be parsed because the Internet Explorer engine is not available, or "
    "Internet Explorer's first-launch configuration is not complete. Specify the UseBasicParsing parameter "
    "and try again. "
)
_NO_CERTIFICATE = (
    "Unable to retrieve certificates because the thumbprint is not valid. Verify the thumbprint and retry. "
)
_TOO_MANY_MOVES = (
    "The maximum redirection count has been exceeded. To increase the number of redirections allowed, supply "
    "a higher value to the -MaximumRedirection parameter."
)
_REFUSED = "The cmdlet cannot run because the following "
_CONFLICTS = (
    ("SessionVariable", "WebSession", "Session", "Session and SessionVariable", "Session or SessionVariable"),
    ("Body", "InFile", "Body", "Body and InFile", "Body or Infile"),
    (
        *("Credential", "UseDefaultCredentials", "Credential"),
        *("Credential and UseDefaultCredentials", "Credential or UseDefaultCredentials"),
    ),
    (
        *("ProxyCredential", "ProxyUseDefaultCredentials", "ProxyCredential"),
        *("ProxyCredential and ProxyUseDefaultCredentials", "ProxyCredential or ProxyUseDefaultCredentials"),
    ),
)
"""Two parameters that exclude each other, the word of the identifier, and those of the message."""
_MAIN = "Software\\Microsoft\\Internet Explorer\\Main"
_FIRST_RUN = tuple(
    (hive, _MAIN.replace("Microsoft", f"{middle}Microsoft", 1))
    for hive in (LOCAL_MACHINE, CURRENT_USER)
    for middle in ("Policies\\", "")
)


@cmdlet("Invoke-WebRequest", reads=(*_READ, "UseBasicParsing"))
def invoke_web_request(call: CmdletCall, **given: Any) -> None:
    """Send a request; the answer with what it says about itself comes out, or goes into a file."""
    response = _sent(call, given)
    if not given.get("outfile") or given.get("passthru"):
        basic = bool(given.get("usebasicparsing"))
        if not basic:
            _need_browser(call)
        if _is_text(response):
            call.write(BasicHtmlWebResponse(response) if basic else HtmlWebResponse(response))
        else:
            call.write(WebResponse(response))
    _save(call, given, response)


@cmdlet("Invoke-RestMethod", reads=_READ)
def invoke_rest_method(call: CmdletCall, **given: Any) -> None:
    """Send a request; what the answer's text means comes out: the items of a feed, an XML document, the
    object of a JSON text, or the text itself."""
    response = _sent(call, given)
    if not given.get("outfile") or given.get("passthru"):
        _write_meaning(call, text_of(response), _kind(response))
    _save(call, given, response)


def _write_meaning(call: CmdletCall, text: str, kind: str) -> None:
    # Any text is tried as XML and as JSON; the content type says which first.
    readers = (_written_json, _written_xml) if _is_json(kind) else (_written_xml, _written_json)
    if not any(read(call, text) for read in readers):
        call.write(text)


def _written_xml(call: CmdletCall, text: str) -> bool:
    if not text.lstrip().startswith("<"):
        return False
    load_on_demand(_DOCUMENT.lower())
    # Document types are passed over.
    plain = re.sub(r"<!DOCTYPE[^>\[]*>", "", text, count=1, flags=re.I)
    try:
        document = convert(plain, builtin(_DOCUMENT), call.engine)
    except (PSError, NetError, ConversionError):
        return False
    root = XmlElement(document, document.raw) if document.raw is not None else None
    if root is not None and root.name.lower() in ("rss", "feed"):
        for item in _feed_items(root):
            call.write(item)
    else:
        call.write(document)
    return True


def _feed_items(root: XmlElement) -> list[XmlElement]:
    """The outermost elements item and entry of a feed, in their order."""
    found: list[XmlElement] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.name.lower() in ("item", "entry"):
            found.append(node)
        else:
            pending.extend(reversed(list(node.elements())))
    return found


def _written_json(call: CmdletCall, text: str) -> bool:
    if not text.strip():
        return False
    try:
        found = values_of_command(call, "ConvertFrom-Json", [("InputObject", text)])
    except (PSError, NetError):
        return False
    call.write_all(PSArray(found))
    return True


def _check(call: CmdletCall, given: dict[str, Any]) -> None:
    """Raises for parameters that exclude each other, or miss another one."""
    for first, second, word, names, choice in _CONFLICTS:
        if given.get(first.lower()) is not None and given.get(second.lower()):
            text = f"conflicting parameters are specified: {names}. Specify either {choice}, then retry."
            raise _wrong(call, _REFUSED + text, f"WebCmdlet{word}ConflictException")
    over_proxy = given.get("proxycredential") is not None or given.get("proxyusedefaultcredentials")
    if over_proxy and given.get("proxy") is None:
        text = (
            f"{_REFUSED}parameter is missing: Proxy. Provide a valid proxy URI for the Proxy parameter when "
            "using the ProxyCredential or ProxyUseDefaultCredentials parameters, then retry."
        )
        raise _wrong(call, text, "WebCmdletProxyUriNotSuppliedException")
    if given.get("passthru") and not given.get("outfile"):
        text = (
            f"{_REFUSED}parameter is missing: OutFile. Provide a valid OutFile parameter value when using "
            "the PassThru parameter, then retry."
        )
        raise _wrong(call, text, "WebCmdletOutFileMissingException")


def _wrong(call: CmdletCall, text: str, error_id: str) -> PSError:
    kind = "System.Management.Automation.ValidationMetadataException"
    return call.failure(kind, text, error_id, "InvalidArgument")


def _certificates(call: CmdletCall, given: dict[str, Any]) -> Iterator[CertificateObject]:
    """What is to be shown to sites that ask for a certificate."""
    if given.get("certificatethumbprint") is not None:
        wanted = normal_thumbprint(to_text(given["certificatethumbprint"]))
        held = held_certificates(call.engine, "CurrentUser", "My")
        found = [one for one in held if one.facts.thumbprint == wanted]
        if not found:
            raise call.failure(
                CRYPTOGRAPHIC,
                _NO_CERTIFICATE,
                "WebCmdletCertificateException",
                "SecurityError",
            )
        yield from found
    if given.get("certificate") is not None:
        yield unwrap(given["certificate"])


def _without_page(body: Any) -> Any:
    """The fields of a form in its place, and of a page in the place of one with a single form."""
    held = unwrap(body)
    if isinstance(held, HtmlWebResponse):
        forms = held.page.forms()
        return forms[0].fields if len(forms) == 1 else None
    return held.fields if isinstance(held, FormObject) else body


def _sent(call: CmdletCall, given: dict[str, Any]) -> HttpWebResponse:
    _check(call, given)
    given = {**given, "body": _without_page(given.get("body"))}
    session = unwrap(given.get("websession")) or WebSession()
    for certificate in _certificates(call, given):
        session.add_certificate(certificate)
    given = session.applied(given)
    if given.get("sessionvariable"):
        call.frame.scope.assign(to_text(given["sessionvariable"]), session, call.engine)
    if given.get("infile"):
        given = {**given, "file": bytes_of(call).read_bytes(resolved(call, given["infile"]))}
    try:
        response = exchange(call.engine, given, call.name, call.verbose)
    except WebRefused as refused:
        failure = call.failure(
            refused.exception,
            error_id="WebCmdletWebResponseException",
            category="InvalidOperation",
            target=refused.request,
        )
        failure.record.details = _read_page(call, given, refused.page) or None
        answered = refused.exception.extra.get("response")
        if isinstance(answered, HttpWebResponse):
            # The cmdlet has read the page for the error's details.
            stream = answered.body()
            stream.position = stream.length
        raise failure from None
    except PSError as problem:
        raise call.complete(problem) from None
    except NetError as problem:
        name = problem.exception.ps_type.name
        raise call.failure(problem.exception, error_id=name, category="NotSpecified") from None
    size, kind = len(response.answer.body), response.header("Content-Type") or ""
    call.verbose(f"received {size}-byte response of content type {kind}")
    if given.get("allowautoredirect") is False and response.answer.status in (301, 302):
        record = call.record(
            "System.InvalidOperationException",
            "Operation is not valid due to the current state of the object.",
            "MaximumRedirectExceeded",
            "InvalidOperation",
            response.request,
        )
        record.details = _TOO_MANY_MOVES
        call.error(record)
    return response


def _read_page(call: CmdletCall, given: dict[str, Any], page: str) -> str:
    """What is shown of the page that came with an error: what Internet Explorer's engine reads in it, or all
    of it where that is missing; without the engine the page without its tags."""
    if call.name == "Invoke-RestMethod" or given.get("usebasicparsing"):
        # Behind the last tag there is none, and a search for its end there would come to nothing each time.
        tags = page.rfind(">") + 1
        return re.sub(r"<[^>]*>", "", page[:tags]) + page[tags:]
    if not page or not _has_browser(call):
        return page
    body = HtmlDocument(page).part("body")
    return plain_text(body).outside(body) or ""


def _need_browser(call: CmdletCall) -> None:
    """Raises what the cmdlet says on a machine without Internet Explorer, or on which nobody has started it
    yet and no setting passes over its first start."""
    if not _has_browser(call):
        raise call.failure(
            "System.NotSupportedException",
            _NO_BROWSER,
            "WebCmdletIEDomNotSupportedException",
            "NotImplemented",
        )


def _has_browser(call: CmdletCall) -> bool:
    installation = own_host(call.engine).profile.operating_system.installation
    return installation != "core" and _is_browser_set_up(call)


def _is_browser_set_up(call: CmdletCall) -> bool:
    host, account = own_host(call.engine), call.engine.find_service(Account)
    for hive, path in _FIRST_RUN:
        try:
            with host.looking():
                found = host.registry.value(hive, path, "DisableFirstRunCustomize", account)
        except HostError:
            continue
        if str(found.data).strip("0").isdecimal():
            return True
    try:
        with host.looking():
            names = host.registry.values(CURRENT_USER, _MAIN, account)
    except HostError:
        return False
    # What the first start leaves behind.
    return any("runonce" in one.name.lower() for one in names)


def _save(call: CmdletCall, given: dict[str, Any], response: HttpWebResponse) -> None:
    """Put the body into the file of -OutFile."""
    if given.get("outfile"):
        bytes_of(call).write_bytes(resolved(call, given["outfile"]), response.answer.body)


def _kind(response: HttpWebResponse) -> str:
    return (response.header("Content-Type") or "").partition(";")[0].strip().lower()


def _is_json(kind: str) -> bool:
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def _is_text(response: HttpWebResponse) -> bool:
    kind = _kind(response)
    return kind.startswith("text/") or _is_json(kind) or bool(re.search(r"[/+]xml(-|$)", kind))
