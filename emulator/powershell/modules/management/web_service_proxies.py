"""New-WebServiceProxy: the description of a service is asked for; a proxy of one is not emulated."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.modules.management.web_exchange import exchange, text_of
from emulator.powershell.modules.management.web_messages import WebRefused
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_OPERATION = "System.InvalidOperationException"


@cmdlet("New-WebServiceProxy")
def new_web_service_proxy(
    call: CmdletCall, uri: Any, credential: Any = None, use_default_credential: bool = False
) -> None:
    """Ask for the description (WSDL). No emulated port has one, so that an answer is no description."""
    given = {"uri": uri, "credential": credential, "usedefaultcredentials": use_default_credential}
    if not to_text(uri).lower().startswith(("http:", "https:")):
        raise call.complete(not_emulated("New-WebServiceProxy of a file"))
    try:
        answer = text_of(exchange(call.engine, {key: one for key, one in given.items() if one}, call.name))
    except WebRefused as problem:
        call.error(call.record(problem.exception, "", "WebException", "ObjectNotFound", uri))
        return
    except NetError as problem:
        call.error(call.record(problem.exception, "", "WebException", "ObjectNotFound", uri))
        return
    if "definitions" in answer and "schemas.xmlsoap.org/wsdl" in answer:
        raise call.complete(not_emulated("A proxy of a web service"))
    text = (
        f"The document at the url {to_text(uri)} was not recognized as a known document type.\n"
        "The error message from each known type may help you fix the problem:\n"
        "- Report from 'XML Schema' is 'The root element is missing.'."
    )
    call.error(call.record(_OPERATION, text, "InvalidOperationException", "InvalidOperation", uri))
