"""Help from web sites: where a HelpInfoUri leads, and what is there (UpdatableHelpSystem of 5.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from emulator.powershell.modules.management.web_exchange import exchange, text_of
from emulator.powershell.modules.management.web_messages import WebRefused
from emulator.powershell.modules.updatable_help.problems import HelpProblem
from emulator.powershell.runtime.cmdlet_call import CmdletCall

_MOST_STEPS = 10
_MOVED = (301, 302)
_OK = 200


def resolved(call: CmdletCall, address: str, *, tell: bool = False) -> str:
    """The folder that an address leads to: it ends with a slash. ``tell``: each step is told (Verbose).

    Raises HelpProblem for one that leads nowhere, WebRefused when nobody answers.
    """
    if tell and not address.endswith("/"):
        call.verbose(f'Resolving URI: "{address}"')
    for _ in range(_MOST_STEPS):
        if address.endswith("/"):
            break
        answer = exchange(call.engine, _request(call, address, allowautoredirect=False), call.info.name)
        target = (answer.header("Location") or "").strip()
        status = answer.answer.status
        if status in _MOVED and target:
            address = target if urlsplit(target).scheme else _moved(address, target)
        elif status == _OK:
            text = (
                "The value of the HelpInfoUri key in the module manifest must resolve to a container or root "
                f"URL on a website where the help files are stored. The HelpInfoUri '{address}' does not "
                "resolve to a container."
            )
            raise HelpProblem("InvalidHelpInfoUri", text)
    if not address.endswith("/"):
        text = "A Help URI cannot contain more than 10 redirections. Specify a valid Help URI."
        raise HelpProblem("TooManyRedirections", text)
    if tell:
        call.verbose(f'Your connection has been redirected to the following URI: "{address}"')
    return address


def _moved(address: str, path: str) -> str:
    """An address with another path."""
    old = urlsplit(address).path
    return address.replace(old, path, 1) if old else address + path


def help_info_text(call: CmdletCall, address: str) -> str | None:
    """The text of a HelpInfo.xml; None when it is not there."""
    try:
        return text_of(exchange(call.engine, _request(call, address), call.info.name)).lstrip("\ufeff")
    except WebRefused:
        return None


def cabinet(call: CmdletCall, address: str) -> bytes:
    """The bytes of a cabinet. Raises HelpProblem when it is not there."""
    try:
        return exchange(call.engine, _request(call, address), call.info.name).answer.body
    except WebRefused:
        raise no_content() from None


def no_content() -> HelpProblem:
    """A cabinet is not where it should be."""
    text = (
        "Help content cannot be found. Make sure the server is available and the help content location is "
        "properly defined in the HelpInfo XML."
    )
    return HelpProblem("HelpContentNotFound", text, "ResourceUnavailable")


def _request(call: CmdletCall, address: str, **more: Any) -> dict[str, Any]:
    return {"uri": address, "usedefaultcredentials": call.has("UseDefaultCredentials"), **more}
