"""Which operation answers which action, and what the operations share between requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.wmi.revision_memory import RevisionMemory
from emulator.wsman.applicability import check_applicable
from emulator.wsman.contexts import EnumerationContexts
from emulator.wsman.envelope import child, text_of
from emulator.wsman.eventing.ending import Ending
from emulator.wsman.eventing.subscriptions import Subscriptions
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import InstanceRenderer
from emulator.wsman.operations import configuration, enumeration, get, shell, transfer
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.invoke import invoke
from emulator.wsman.resource_uri import (
    ClassSchemaTarget,
    ConfigurationTarget,
    EventLogTarget,
    PowershellTarget,
    ShellTarget,
    Target,
    WmiTarget,
    parse_resource_uri,
)
from emulator.wsman.retransmission import OperationMessages

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.view import ViewInstance
    from emulator.wsman.envelope import Envelope

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"
_REMEMBERED_ADDRESSES = 2_000


class Workshop:
    """Where a service answers everything but Identify."""

    def __init__(self, host: Host, null_arrays: bool) -> None:
        self.contexts = EnumerationContexts(host)
        self.messages = OperationMessages(host)
        self.subscriptions = Subscriptions(host)
        self.renderer = InstanceRenderer(null_arrays)
        self.dmtf_renderer = InstanceRenderer(null_arrays, is_dmtf=True)
        self.addresses: RevisionMemory[ViewInstance[Any]] = RevisionMemory(host, _REMEMBERED_ADDRESSES)
        self._has_robust_connections = not host.release.winrm_stack.startswith("2.")

    def is_robust(self, envelope: Envelope) -> bool:
        """Whether answers about the resource are kept: custom shells and CIM objects, from WinRM 3.0 on."""
        if not self._has_robust_connections:
            return False
        try:
            target = parse_resource_uri(envelope.resource_uri)
        except WsmanFault:
            return False
        return isinstance(target, WmiTarget | PowershellTarget)

    def close(self) -> None:
        """Forget everything; whoever waits for events wakes. Safe to call twice."""
        self.contexts.clear()
        self.messages.clear()
        self.subscriptions.close()

    def reset(self) -> None:
        """Forget everything that is older than the machine's new state."""
        self.contexts.clear()
        self.messages.clear()
        self.subscriptions.end_all(Ending.CANCELLED)
        self.renderer.clear()
        self.dmtf_renderer.clear()

    def dispatch(self, call: Call) -> Answer:
        """Do what the action of a request asks. Raises WsmanFault."""
        action = call.envelope.action
        handler = _WITHOUT_TARGET.get(action)
        if handler is not None:
            return handler(call)
        target = parse_resource_uri(call.envelope.resource_uri)
        winrm = call.host.winrm
        if winrm.switched_off and not winrm.plugins.serves(call.envelope.resource_uri):
            raise WsmanFault("ERROR_WSMAN_RESOURCE_NOT_FOUND")
        check_applicable(call.envelope, target)
        for_shell = shell.ACTIONS.get(action)
        if for_shell is not None:
            if not isinstance(target, ShellTarget | PowershellTarget):
                raise WsmanFault("ERROR_WSMAN_ACTION_MISMATCH")
            return for_shell(call)
        if isinstance(target, WmiTarget) and target.is_dmtf:
            call = call.replaced(renderer=self.dmtf_renderer)
        if isinstance(target, EventLogTarget) and not action.startswith(_EVENTING):
            raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")  # its plug-in can only Subscribe
        with_target = _WITH_TARGET.get(action)
        if isinstance(target, ClassSchemaTarget) and action not in _FOR_CLASS_SCHEMA:
            raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")
        if with_target is not None:
            return with_target(call, target)
        if action.startswith(_EVENTING):
            return _eventing(call, target)
        if isinstance(target, WmiTarget):
            return invoke(call, target)
        raise WsmanFault("ERROR_WSMAN_INVALID_ACTIONURI")


def _eventing(call: Call, target: Target) -> Answer:
    # Few clients subscribe; the others do not pay for loading it.
    from emulator.wsman.operations import eventing

    if call.envelope.action == _EVENTING + "Subscribe":
        return eventing.subscribe(call, target)
    handler = eventing.ACTIONS.get(call.envelope.action)
    if handler is None:
        raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")
    return handler(call)


def _pull(call: Call) -> Answer:
    context = _subscription_context(call)
    if context is None:
        return enumeration.pull(call)
    from emulator.wsman.operations import eventing

    return eventing.pull(call, context)


def _release(call: Call) -> Answer:
    context = _subscription_context(call)
    if context is None:
        return enumeration.release(call)
    from emulator.wsman.operations import eventing

    return eventing.release(call, context)


def _subscription_context(call: Call) -> str | None:
    """The enumeration context of the request when it is that of a subscription."""
    body = call.envelope.body
    if not len(call.subscriptions) or body is None:
        return None
    context = child(body, "EnumerationContext")
    text = "" if context is None else text_of(context)
    return text if call.subscriptions.has_context(text) else None


def _transfer(call: Call, target: Target) -> Answer:
    action = call.envelope.action
    handler = _TRANSFERS[action].get(type(target))
    if handler is None:
        raise call.unsupported(f"{action.rpartition('/')[2]} of {call.envelope.resource_uri}")
    return handler(call, target)


def _renew_or_status(_call: Call) -> Answer:
    """DSP0226 8.1 advises against both, and Windows has neither."""
    raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")


#: What Windows registers for the resource URI of class declarations.
_FOR_CLASS_SCHEMA = (_TRANSFER + "Get", _ENUMERATION + "Enumerate")
_WITHOUT_TARGET: dict[str, Callable[[Call], Answer]] = {
    _ENUMERATION + "Pull": _pull,
    _ENUMERATION + "Release": _release,
    _ENUMERATION + "Renew": _renew_or_status,
    _ENUMERATION + "GetStatus": _renew_or_status,
}
_TRANSFERS: dict[str, dict[type[Target], Callable[[Call, Any], Answer]]] = {
    _TRANSFER + "Put": {
        ConfigurationTarget: configuration.put,
        WmiTarget: transfer.put,
    },
    _TRANSFER + "Create": {
        ShellTarget: shell.create,
        PowershellTarget: shell.create,
        ConfigurationTarget: configuration.create,
        WmiTarget: transfer.create,
    },
    _TRANSFER + "Delete": {
        ShellTarget: shell.delete,
        PowershellTarget: shell.delete,
        ConfigurationTarget: configuration.delete,
        WmiTarget: transfer.delete,
    },
}
_WITH_TARGET: dict[str, Callable[[Call, Target], Answer]] = {
    _TRANSFER + "Get": get.get,
    _ENUMERATION + "Enumerate": enumeration.enumerate_resources,
    **dict.fromkeys(_TRANSFERS, _transfer),
}
