"""PowerShell remoting on the wire: how MS-PSRP rides on rsp: elements (MS-PSRP 3.1.5.3, MS-WSMV 3.1.4)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from emulator.shells.identifiers import checked_identifier
from emulator.wsman.envelope import child, text_of
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import POWERSHELL
from emulator.wsman.operations.call import Call
from emulator.wsman.resource_uri import PowershellTarget
from emulator.wsman.text import escape
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.shells import Received, ShellSettings
    from emulator.shells.powershell import RunspacePoolShell

_VERSION_OPTION = "protocolversion"


def create(
    call: Call, target: PowershellTarget, body: Element, settings: ShellSettings, chosen: str
) -> RunspacePoolShell:
    """A new runspace pool from creationXml. Raises WsmanFault, ShellError."""
    from emulator.shells.powershell import PoolRequest

    opening = child(body, "creationXml")
    if opening is None:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    request = PoolRequest(
        opening=decoded(opening),
        protocol_version=call.envelope.option(_VERSION_OPTION),
        connection_string=call.envelope.to or "",
    )
    return call.shells.create_pool(
        call.account,
        target.configuration,
        call.client_address,
        settings,
        request,
        checked_identifier(chosen) if chosen else None,
    )


def command(pool: RunspacePoolShell, body: Element, chosen: str) -> str:
    """A new pipeline: the fragments are in Arguments; `chosen` is the client's id or empty. Its id."""
    arguments = [part for part in body if local_name(part) == "Arguments"]
    if len(arguments) != 1:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    return pool.run(decoded(arguments[0]), checked_identifier(chosen) if chosen else None)


def connect(call: Call, pool: RunspacePoolShell, body: Element) -> str:
    """Take a disconnected pool over; the element of connectResponseXml."""
    found = child(body, "connectXml")
    if found is None:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    answer = pool.connect_pool(decoded(found), call.envelope.option(_VERSION_OPTION))
    text = b64encode(answer).decode("ascii")
    return f'<connectResponseXml xmlns="{POWERSHELL}">{text}</connectResponseXml>'


def received(identifier: str | None, taken: Received, state: str) -> list[bytes]:
    """rsp:ReceiveResponse: a stream element a fragment; the state only at the end (recorded)."""
    parts = [b"<rsp:ReceiveResponse>"]
    attribute = "" if identifier is None else f' CommandId="{escape(identifier)}"'
    for name, data in taken.chunks:
        parts += (f'<rsp:Stream Name="{name}"{attribute}>'.encode(), b64encode(data), b"</rsp:Stream>")
    if taken.exit_code is not None:
        parts.append(
            f'<rsp:CommandState{attribute} State="{state}Done"><rsp:ExitCode>{taken.exit_code}</rsp:ExitCode>'
            "</rsp:CommandState>".encode()
        )
    parts.append(b"</rsp:ReceiveResponse>")
    return parts


def decoded(element: Element) -> bytes:
    """The bytes of a base64 element. Raises WsmanFault."""
    try:
        return b64decode("".join(text_of(element).split()), validate=True)
    except (binascii.Error, ValueError):
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES") from None
