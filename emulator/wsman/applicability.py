"""Which headers a kind of resource can honour: options that must be complied with, and fragments.

An option that is not known is ignored, unless the client insists (MustComply, DSP0226 6.4). Options of WMI
resources become the context of the WMI call; PowerShell sessions check their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.wsman.faults import WsmanFault
from emulator.wsman.resource_uri import (
    ClassSchemaTarget,
    EventLogTarget,
    PowershellTarget,
    ShellTarget,
    Target,
    WmiTarget,
)

if TYPE_CHECKING:
    from emulator.wsman.envelope import Envelope

_GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
_PUT = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put"
#: Names are in lower case, as the envelope keeps them.
_SHELL_OPTIONS = frozenset(
    {
        "winrs_noprofile",
        "winrs_codepage",
        "winrs_consolemode_stdin",
        "winrs_skip_cmd_shell",
        "wsman_cmdshell_option_keepalive",
    }
)
#: MS-WSMV 3.1.4.1.30.1, and the name that clients give their subscription.
_EVENT_LOG_OPTIONS = frozenset(
    {
        "cdata",
        "compression",
        "contentformat",
        "ignorechannelerror",
        "readexistingevents",
        "subscriptionname",
    }
)
#: MS-WSMV 2.2.10 and what the CIM cmdlets send.
_CIM_PREFIXES = ("__mi_", "wmi:", "wmiarray:", "msftwinrm:")
_CIM_FLAGS = frozenset(
    {
        "msftwinrm:useprecisearrays",
        "msftwinrm:includepropertymetadata",
        "includeinheritancehierarchy",
        "includeinheritedelements",
        "includequalifiers",
        "includeclassorigin",
    }
)
_FLAG_VALUES = ("true", "false", "1", "0", "")


def check_applicable(envelope: Envelope, target: Target) -> None:
    """Refuse what the client insists on and the resource does not have.

    Raises OPTIONS_NOT_SUPPORTED, OPTIONS_INVALID_VALUE, UNSUPPORTED_FEATURE_OPTIONS and
    FRAGMENT_TRANSFER_NOT_SUPPORTED.
    """
    if envelope.fragment is not None and not (
        isinstance(target, WmiTarget) and envelope.action in (_GET, _PUT)
    ):
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED")
    if not envelope.options or isinstance(target, PowershellTarget):
        return
    if not isinstance(target, WmiTarget | ClassSchemaTarget | ShellTarget | EventLogTarget):
        if envelope.options_must_understand:
            raise WsmanFault("ERROR_WSMAN_UNSUPPORTED_FEATURE_OPTIONS")
        if any(option.must_comply for option in envelope.options.values()):
            raise WsmanFault("ERROR_WSMAN_OPTIONS_NOT_SUPPORTED")
        return
    for name, option in envelope.options.items():
        if isinstance(target, ShellTarget):
            known = name in _SHELL_OPTIONS
        elif isinstance(target, EventLogTarget):
            known = name in _EVENT_LOG_OPTIONS
        else:
            known = name in _CIM_FLAGS or name.startswith(_CIM_PREFIXES)
        if not known and option.must_comply:
            raise WsmanFault("ERROR_WSMAN_OPTIONS_NOT_SUPPORTED")
        if name in _CIM_FLAGS and option.value.strip().lower() not in _FLAG_VALUES:
            raise WsmanFault("ERROR_WSMAN_OPTIONS_INVALID_VALUE")
