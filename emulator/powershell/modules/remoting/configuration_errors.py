"""Errors that the cmdlets of session configurations share."""

from __future__ import annotations

from typing import Any

from emulator.host import Account, Host, HostError
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError

_INVALID = "System.InvalidOperationException"


def require_administrator(call: CmdletCall) -> Host:
    """The machine. Raises what these cmdlets say to everybody else."""
    account = call.engine.find_service(Account)
    if account is None or not account.is_administrator:
        raise call.failure(
            _INVALID,
            'Access is denied. To run this cmdlet, start Windows PowerShell with the "Run as administrator" '
            "option.",
            _INVALID,
        )
    return call.service(Host)


def refused(call: CmdletCall, problem: HostError, target: Any = None) -> PSError:
    """The error of something that the machine refuses."""
    return call.failure(_INVALID, problem.text, "WsManError", "InvalidOperation", target)
