"""WebResponseObject, BasicHtmlWebResponseObject and HtmlWebResponseObject: what Invoke-WebRequest writes."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.streams import MemoryStream
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.web_elements import PageObjects
from emulator.powershell.modules.management.web_exchange import text_of
from emulator.powershell.modules.management.web_messages import HttpWebResponse
from emulator.powershell.modules.management.web_text import elements


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


class HtmlWebResponse(WebResponse):
    """Microsoft.PowerShell.Commands.HtmlWebResponseObject: a text that Internet Explorer's engine reads."""

    __slots__ = ("page",)

    def __init__(self, response: HttpWebResponse) -> None:
        super().__init__(response)
        self.page = PageObjects(text_of(response))


def _shown(answer: WebResponse) -> str:
    """The content with a dot for each character that is not shown."""
    text = answer.response.answer.body.decode("ascii", "replace").replace("�", "?")
    return "".join(one if one.isprintable() or one in "\r\n\t" else "." for one in text)


_COMMON: dict[str, Any] = {
    "StatusCode: int": lambda w: w.response.answer.status,
    "StatusDescription: string": lambda w: w.response.answer.reason,
    "RawContentStream": lambda w: MemoryStream(bytearray(w.response.answer.body), writable=False),
    "RawContentLength: long": lambda w: Int64(len(w.response.answer.body)),
    "RawContent: string": lambda w: w.raw(),
    "BaseResponse": lambda w: w.response,
    "Headers": lambda w: w.response.headers(),
    "ToString()": _shown,
}
register(
    PSType(
        "Microsoft.PowerShell.Commands.WebResponseObject",
        instance={**_COMMON, "Content: byte[]": lambda w: bytearray(w.response.answer.body)},
        to_text=_shown,
    ),
    WebResponse,
)
register(
    PSType(
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        base="Microsoft.PowerShell.Commands.WebResponseObject",
        instance={
            **_COMMON,
            "ToString()": lambda w: text_of(w.response),
            "Content: string": lambda w: text_of(w.response),
            "InputFields": lambda w: elements(text_of(w.response), "INPUT"),
            "Links": lambda w: elements(text_of(w.response), "A"),
            "Images": lambda w: elements(text_of(w.response), "IMG"),
        },
        to_text=lambda w: text_of(w.response),
    ),
    BasicHtmlWebResponse,
)
register(
    PSType(
        "Microsoft.PowerShell.Commands.HtmlWebResponseObject",
        base="Microsoft.PowerShell.Commands.WebResponseObject",
        interfaces=("System.IDisposable",),
        instance={
            **_COMMON,
            "AllElements": lambda w: w.page.elements(),
            "Content: string": lambda w: text_of(w.response),
            "Forms": lambda w: w.page.forms(),
            "Images": lambda w: w.page.elements("img"),
            "InputFields": lambda w: w.page.elements("input"),
            "Links": lambda w: w.page.elements("a", "area", having="href"),
            "ParsedHtml": lambda w: w.page.document,
            "Scripts": lambda w: w.page.elements("script"),
            "Dispose()": lambda _w: None,
        },
    ),
    HtmlWebResponse,
)
