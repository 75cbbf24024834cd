"""The answers that HTTP.sys gives itself, before any service sees the request.

Unlike those of the WinRM service they have a reason phrase, a short page and end the connection.
"""

from __future__ import annotations

from emulator.transport.http import HttpResponse

_PAGE = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n'
    "<HTML><HEAD><TITLE>{reason}</TITLE>\r\n"
    '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n'
    "<BODY><h2>{heading}</h2>\r\n"
    "<hr><p>HTTP Error {status}. {text}</p>\r\n"
    "</BODY></HTML>\r\n"
)

# fault: status, reason phrase, what the heading adds to it, sentence
_FAULTS = {
    "bad request": (400, "Bad Request", "", "The request is badly formed."),
    "no host name": (400, "Bad Request", " - Invalid Hostname", "The request hostname is invalid."),
    "header too long": (
        400,
        "Bad Request",
        " - Request Too Long",
        "The size of the request headers is too long.",
    ),
    "not found": (404, "Not Found", "", "The requested resource is not found."),
    "length required": (
        411,
        "Length Required",
        "",
        "The request must be chunked or have a content length.",
    ),
    "body too long": (413, "Request Entity Too Large", "", "The size of the request body is too long."),
    "target too long": (414, "Request-URI Too Long", "", "The request URL is too long."),
    "unavailable": (503, "Service Unavailable", "", "The service is unavailable."),
}


def error_page(fault: str) -> HttpResponse:
    """The page for a row of the table."""
    status, reason, addition, text = _FAULTS[fault]
    page = _PAGE.format(reason=reason, heading=reason + addition, status=status, text=text)
    return HttpResponse(
        status, page.encode("ascii"), "text/html; charset=us-ascii", reason=reason, close=True
    )
