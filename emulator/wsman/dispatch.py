"""Which operation answers which action, and what the operations share between requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.wsman.contexts import EnumerationContexts
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import InstanceRenderer
from emulator.wsman.operations import enumeration, get, shell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.invoke import invoke
from emulator.wsman.resource_uri import PowershellTarget, ShellTarget, Target, WmiTarget, parse_resource_uri

if TYPE_CHECKING:
    from emulator.host import Host

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"


class Workshop:
    """Where a service answers everything but Identify."""

    def __init__(self, host: Host, null_arrays: bool) -> None:
        self.contexts = EnumerationContexts(host)
        self.renderer = InstanceRenderer(null_arrays)

    def dispatch(self, call: Call) -> Answer:
        """Do what the action of a request asks. Raises WsmanFault."""
        action = call.envelope.action
        handler = _WITHOUT_TARGET.get(action)
        if handler is not None:
            return handler(call)
        target = parse_resource_uri(call.envelope.resource_uri)
        for_shell = shell.ACTIONS.get(action)
        if for_shell is not None:
            if not isinstance(target, ShellTarget | PowershellTarget):
                raise WsmanFault("ERROR_WSMAN_ACTION_MISMATCH")
            return for_shell(call)
        with_target = _WITH_TARGET.get(action)
        if with_target is not None:
            return with_target(call, target)
        if action.startswith(_EVENTING):
            raise call.unsupported(f"eventing ({action.rpartition('/')[2]}) on {call.envelope.resource_uri}")
        if isinstance(target, WmiTarget):
            return invoke(call, target)
        raise WsmanFault("ERROR_WSMAN_INVALID_ACTIONURI")


def _create(call: Call, target: Target) -> Answer:
    if isinstance(target, ShellTarget | PowershellTarget):
        return shell.create(call, target)
    raise call.unsupported(f"Create of {call.envelope.resource_uri}")


def _delete(call: Call, target: Target) -> Answer:
    if isinstance(target, ShellTarget | PowershellTarget):
        return shell.delete(call)
    raise call.unsupported(f"Delete of {call.envelope.resource_uri}")


def _put(call: Call, _target: Target) -> Answer:
    raise call.unsupported(f"Put of {call.envelope.resource_uri}")


_WITHOUT_TARGET: dict[str, Callable[[Call], Answer]] = {
    _ENUMERATION + "Pull": enumeration.pull,
    _ENUMERATION + "Release": enumeration.release,
}
_WITH_TARGET: dict[str, Callable[[Call, Target], Answer]] = {
    _TRANSFER + "Get": get.get,
    _TRANSFER + "Put": _put,
    _TRANSFER + "Create": _create,
    _TRANSFER + "Delete": _delete,
    _ENUMERATION + "Enumerate": enumeration.enumerate_resources,
}
