"""What every operation gets and gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.record import Record
from emulator.wsman import templates
from emulator.wsman.faults import WsmanFault
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.shells import ShellService
    from emulator.wmi import WmiService
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.revision_memory import RevisionMemory
    from emulator.wmi.view import ViewInstance
    from emulator.wsman.contexts import EnumerationContexts
    from emulator.wsman.envelope import Envelope
    from emulator.wsman.eventing.subscriptions import Subscriptions
    from emulator.wsman.instance_xml import InstanceRenderer

#: The smallest envelope that a client may ask for (DSP0226 section 6.3).
MINIMUM_ENVELOPE = 8192
#: The kind under which the host lists what clients asked this door for and is not emulated.
GAP_KIND = "ws-management"


class Answer(Record):
    """A successful response before it gets its envelope; the body in pieces, joined once at the end."""

    prefixes: str
    action: str
    body: Sequence[bytes]
    #: Further header blocks.
    headers: bytes = b""

    def __init__(self, prefixes: str, action: str, body: Sequence[bytes], headers: bytes = b"") -> None:
        # Written out because every request makes one.
        self.__dict__.update(prefixes=prefixes, action=action, body=body, headers=headers)


class Call(Record):
    """One request with what the operations may use.

    `timeout` is OperationTimeout in seconds, bounded; `addresses` holds the instances that administrators
    addressed since the machine last changed, by resource URI and selectors.
    """

    envelope: Envelope
    account: Account
    client_address: str
    is_tls: bool
    timeout: float
    host: Host
    wmi: WmiService
    shells: ShellService
    contexts: EnumerationContexts
    subscriptions: Subscriptions
    renderer: InstanceRenderer
    addresses: RevisionMemory[ViewInstance[Any]]

    def __init__(
        self,
        envelope: Envelope,
        account: Account,
        client_address: str,
        is_tls: bool,
        timeout: float,
        host: Host,
        wmi: WmiService,
        shells: ShellService,
        contexts: EnumerationContexts,
        subscriptions: Subscriptions,
        renderer: InstanceRenderer,
        addresses: RevisionMemory[ViewInstance[Any]],
    ) -> None:
        # Written out because every request makes one.
        self.__dict__.update(
            envelope=envelope,
            account=account,
            client_address=client_address,
            is_tls=is_tls,
            timeout=timeout,
            host=host,
            wmi=wmi,
            shells=shells,
            contexts=contexts,
            subscriptions=subscriptions,
            renderer=renderer,
            addresses=addresses,
        )

    def namespace(self, name: str, *, calls_method: bool = False) -> Namespace:
        """A WMI namespace as the account sees it. Raises InvalidNamespace, AccessDenied."""
        return self.wmi.namespace_for(self.account, name, calls_method=calls_method)

    def body(self, name: str) -> Element:
        """The first element of the body, which must have this local name. Raises SCHEMA_VALIDATION_ERROR."""
        body = self.envelope.body
        if body is None or local_name(body) != name:
            raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
        return body

    def room(self, prefixes: str, action: str) -> int:
        """Bytes that a response body may have: the client's MaxEnvelopeSize, or the service's if smaller.

        Raises MIN_ENVELOPE_SIZE when the client asks for less than the protocol's minimum.
        """
        allowed = self.host.winrm.max_envelope_size_kilobytes * 1024
        asked = self.envelope.max_envelope_size
        if asked is not None:
            if asked < MINIMUM_ENVELOPE:
                raise WsmanFault(
                    "ERROR_WSMAN_MIN_ENVELOPE_SIZE",
                    f"The MaxEnvelopeSize of the request is less than {MINIMUM_ENVELOPE} bytes.",
                )
            allowed = min(allowed, asked)
        envelope = self.envelope
        return allowed - templates.envelope_overhead(
            prefixes, action, envelope.message_id, envelope.operation_id
        )

    def record_gap(self, what: str) -> None:
        """Count something that the emulator does not do."""
        self.host.gaps.record(GAP_KIND, what)

    def unsupported(self, what: str) -> WsmanFault:
        """The fault for something that the emulator does not do; it is counted among the gaps."""
        self.record_gap(what)
        return WsmanFault("ERROR_WSMAN_UNSUPPORTED_FEATURE", f"Not emulated: {what}.")
