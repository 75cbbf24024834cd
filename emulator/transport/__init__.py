"""HTTP/1.1 and TLS listeners, and the endpoint that joins them with authentication and WS-Management."""

from emulator.transport.application import Application, ConnectionInfo, Conversation
from emulator.transport.errors import AddressInUse, ListenError
from emulator.transport.http import Headers, HttpRequest, HttpResponse
from emulator.transport.limits import ConnectionLimits
from emulator.transport.listener import Listener
from emulator.transport.tls import ServerCertificate
from emulator.transport.winrm_endpoint import WinrmEndpoint

__all__ = [
    "AddressInUse",
    "Application",
    "ConnectionInfo",
    "ConnectionLimits",
    "Conversation",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "ListenError",
    "Listener",
    "ServerCertificate",
    "WinrmEndpoint",
]
