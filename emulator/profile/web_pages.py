"""Pages of web sites that the machine reaches, as a profile states them. Nothing else of the internet is."""

from typing import Annotated

from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import Number

_NAME_OF_HEADER = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}"
HEADER = rf"^{_NAME_OF_HEADER}: ?[^\r\n\x00-\x08]{{0,8192}}$"
_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
URL = rf"^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.-]{{1,253}}(:{_PORT})?(/[^\s#]{{0,2048}})?$"
ANY_CERTIFICATE = "*"
Thumbprint = Annotated[str, Rule(pattern=r"^(\*|[0-9A-Fa-f]{40})$")]
Header = Annotated[str, Rule(pattern=HEADER)]


class WebPage(Section):
    """What a web site answers to requests for one address."""

    url: str = Field(
        pattern=URL,
        description="Address of the page. With a query it answers that query, without one every query.",
        examples=["https://downloads.example/setup.exe"],
    )
    method: str = Field(
        default="GET", pattern=r"^[A-Z]{1,20}$", description="Method that it answers; GET also answers HEAD."
    )
    status: Number = Field(default=200, ge=200, le=599, description="Status code.")
    headers: tuple[Header, ...] = Field(
        default=(),
        max_length=100,
        description="Headers, each with its value. Content-Length is added, and Content-Type when none is "
        "stated.",
        examples=[["Content-Type: application/json", "Set-Cookie: visit=1; Path=/"]],
    )
    body: str = Field(default="", description="The body as text, sent as UTF-8.")
    file: str = Field(
        default="",
        max_length=1024,
        description="File with the body on the machine where the emulator runs, read at each request; in "
        "place of `body`.",
    )
    client_certificates: tuple[Thumbprint, ...] = Field(
        default=(),
        max_length=100,
        description="Thumbprints of the client certificates that an https page takes, `*` for any; without "
        "one of them, or without its private key, the answer is 403.",
    )


class WebProxy(Section):
    """A proxy that passes the machine's requests on."""

    name: str = Field(pattern=r"^[A-Za-z0-9.-]{1,253}$", description="Name or IPv4 address of the proxy.")
    port: Number = Field(default=8080, ge=1, le=65535, description="Port at which it listens.")
    user: str = Field(
        default="",
        max_length=256,
        description="Who may use it (`DOMAIN\\name` or a name); empty: everybody.",
    )
    password: str = Field(default="", max_length=256, description="Password of that user.")
