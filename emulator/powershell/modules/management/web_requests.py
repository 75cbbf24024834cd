"""Invoke-WebRequest and Invoke-RestMethod of Microsoft.PowerShell.Utility, over the emulated network only."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from emulator.powershell.dotnet.collections import Hashtable, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.management.web_exchange import HttpWebResponse, WebRefused, exchange, text_of
from emulator.powershell.modules.utility.files import bytes_of, resolved
from emulator.powershell.modules.utility.invoking import values_of_command
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet

_UNKNOWN = (
    *("Certificate", "CertificateThumbprint"),
    *("Proxy", "ProxyCredential", "ProxyUseDefaultCredentials"),
)
_READ = (
    *("Uri", "Method", "Body", "Headers", "ContentType", "UserAgent", "Credential", "UseDefaultCredentials"),
    *("InFile", "OutFile", "PassThru", "WebSession", "SessionVariable", *_UNKNOWN),
)
_DOCUMENT = "System.Xml.XmlDocument"
_NO_BROWSER = (
    "The response content cannot be parsed because the Internet Explorer engine is not available, or "
    "Internet Explorer's first-launch configuration is not complete. Specify the UseBasicParsing parameter "
    "and try again. "
)


class WebSession:
    """Microsoft.PowerShell.Commands.WebRequestSession: what requests of a session have in common. No emulated
    port gives cookies."""

    def __init__(self) -> None:
        self.headers = Hashtable()
        self.user_agent: Any = None
        self.credentials: Any = None
        self.default_credentials = False

    def learn(self, given: dict[str, Any]) -> None:
        """Keep what a request says for the ones after it."""
        for name, value in (unwrap(given.get("headers")) or Hashtable()).items():
            self.headers[to_text(name)] = to_text(value)
        self.user_agent = given.get("useragent") or self.user_agent
        self.credentials = given.get("credential") or self.credentials
        self.default_credentials = bool(given.get("usedefaultcredentials")) or self.default_credentials

    def applied(self, given: dict[str, Any]) -> dict[str, Any]:
        """The parameters of a request of the session."""
        self.learn(given)
        return {
            **given,
            "headers": self.headers,
            "useragent": self.user_agent,
            "credential": self.credentials,
            "usedefaultcredentials": self.default_credentials,
        }


def _no_cookies(_session: WebSession) -> NoReturn:
    raise not_emulated("Cookies of web sessions")


def _member(name: str) -> Any:
    return lambda s, value: setattr(s, name, value)


register(
    PSType(
        "Microsoft.PowerShell.Commands.WebRequestSession",
        instance={
            "Headers": lambda s: s.headers,
            "UserAgent: string": lambda s: s.user_agent,
            "UserAgent=": _member("user_agent"),
            "Credentials": lambda s: s.credentials,
            "Credentials=": _member("credentials"),
            "UseDefaultCredentials: bool": lambda s: s.default_credentials,
            "UseDefaultCredentials=": _member("default_credentials"),
            "Cookies": _no_cookies,
        },
        construct={"new()": lambda _kind: WebSession()},
    ),
    WebSession,
)


class WebResponse:
    """Microsoft.PowerShell.Commands.WebResponseObject: an answer whose content are bytes."""

    __slots__ = ("response",)

    def __init__(self, response: HttpWebResponse) -> None:
        self.response = response

    def raw(self) -> str:
        """The answer as on the wire."""
        answer = self.response.answer
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{head}\r\n{text_of(self.response)}"


class BasicHtmlWebResponse(WebResponse):
    """Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject: an answer that is text."""

    __slots__ = ()

    def tags(self, pattern: str) -> PSArray:
        """The elements of some names as objects of their attributes."""
        found = re.finditer(rf"<({pattern})(\s[^>]*)?>(?:[^<]*</\1>)?", text_of(self.response), re.I)
        return PSArray(_element(each) for each in found)


def _element(found: re.Match[str]) -> PSObject:
    attributes = re.findall(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", found[2] or "")
    return PSObject.custom(
        [
            ("outerHTML", found[0]),
            ("tagName", found[1].upper()),
            *((name, one or two or three) for name, one, two, three in attributes),
        ]
    )


_COMMON: dict[str, Any] = {
    "StatusCode: int": lambda w: w.response.answer.status,
    "StatusDescription: string": lambda w: w.response.answer.reason,
    "RawContent: string": lambda w: w.raw(),
    "RawContentLength: long": lambda w: len(w.response.answer.body),
    "Headers": lambda w: w.response.headers(),
    "BaseResponse": lambda w: w.response,
}
register(
    PSType(
        "Microsoft.PowerShell.Commands.WebResponseObject",
        instance={**_COMMON, "Content: byte[]": lambda w: bytearray(w.response.answer.body)},
    ),
    WebResponse,
)
register(
    PSType(
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        base="Microsoft.PowerShell.Commands.WebResponseObject",
        instance={
            **_COMMON,
            "Content: string": lambda w: text_of(w.response),
            "Links": lambda w: w.tags("a"),
            "Images": lambda w: w.tags("img"),
            "InputFields": lambda w: w.tags("input"),
        },
    ),
    BasicHtmlWebResponse,
)


@cmdlet("Invoke-WebRequest", reads=(*_READ, "UseBasicParsing"))
def invoke_web_request(call: CmdletCall, **given: Any) -> None:
    """Send a request; the answer with what it says about itself comes out, or goes into a file."""
    response = _sent(call, given)
    result: WebResponse = WebResponse(response)
    if _is_text(response):
        if not given.get("usebasicparsing"):
            raise call.failure(
                "System.NotSupportedException",
                _NO_BROWSER,
                "WebCmdletIEDomNotSupportedException",
                "NotImplemented",
            )
        result = BasicHtmlWebResponse(response)
    if _kept(call, given, response):
        call.write(result)


@cmdlet("Invoke-RestMethod", reads=_READ)
def invoke_rest_method(call: CmdletCall, **given: Any) -> None:
    """Send a request; what the answer's text means comes out: an XML document, the object of a JSON text, or
    the text itself."""
    response = _sent(call, given)
    if not _kept(call, given, response):
        return
    text = text_of(response)
    kind = _kind(response)
    if re.search(r"[/+]xml$", kind) or (not _is_json(kind) and text.lstrip().startswith("<?xml")):
        try:
            load_on_demand(_DOCUMENT.lower())
            call.write(convert(text, builtin(_DOCUMENT), call.engine))
            return
        except (PSError, NetError):
            pass
    elif _is_json(kind):
        try:
            json.loads(text)
        except ValueError:
            pass
        else:
            call.write_all(PSArray(values_of_command(call, "ConvertFrom-Json", [("InputObject", text)])))
            return
    call.write(text)


def _sent(call: CmdletCall, given: dict[str, Any]) -> HttpWebResponse:
    for parameter in _UNKNOWN:
        if given.get(parameter.lower()):
            raise call.complete(not_emulated(f"{call.name} -{parameter}"))
    session = unwrap(given.get("websession")) or WebSession()
    given = session.applied(given)
    if given.get("sessionvariable"):
        call.frame.scope.assign(to_text(given["sessionvariable"]), session, call.engine)
    if given.get("infile"):
        given = {**given, "file": bytes_of(call).read_bytes(resolved(call, given["infile"]))}
    try:
        return exchange(call.engine, given, call.name)
    except WebRefused as refused:
        failure = call.failure(
            refused.exception,
            error_id="WebCmdletWebResponseException",
            category="InvalidOperation",
            target=refused.request,
        )
        failure.record.details = refused.page
        raise failure from None
    except PSError as problem:
        raise call.complete(problem) from None
    except NetError as problem:
        name = problem.exception.ps_type.name
        raise call.failure(problem.exception, error_id=name, category="NotSpecified") from None


def _kept(call: CmdletCall, given: dict[str, Any], response: HttpWebResponse) -> bool:
    """Put the body into the file of -OutFile; whether the answer is to be written to the pipeline."""
    if given.get("outfile"):
        bytes_of(call).write_bytes(resolved(call, given["outfile"]), response.answer.body)
        return bool(given.get("passthru"))
    return True


def _kind(response: HttpWebResponse) -> str:
    return (response.header("Content-Type") or "").partition(";")[0].strip().lower()


def _is_json(kind: str) -> bool:
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def _is_text(response: HttpWebResponse) -> bool:
    kind = _kind(response)
    return kind.startswith("text/") or _is_json(kind) or bool(re.search(r"[/+]xml(-|$)", kind))
