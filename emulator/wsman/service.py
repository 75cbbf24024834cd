"""The WS-Management service: one request in, one reply out, a fault for everything that goes wrong."""

from __future__ import annotations

import codecs
import threading
from typing import TYPE_CHECKING

from emulator.log import Log
from emulator.shells import ShellService
from emulator.wsman import templates
from emulator.wsman.envelope import Envelope, HeaderFault, decode
from emulator.wsman.errors import quota_fault
from emulator.wsman.faults import WsmanFault, render_body
from emulator.wsman.known_requests import KnownRequests
from emulator.wsman.messages import SOAP_CONTENT_TYPE, WsmanReply, WsmanRequest
from emulator.wsman.operations.call import Answer, Call
from emulator.xml_document import local_name

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.wmi import WmiService
    from emulator.wsman.contexts import EnumerationContexts
    from emulator.wsman.dispatch import Workshop

_logger = Log(__name__)

_UTF_16_CONTENT_TYPE = "application/soap+xml;charset=UTF-16"
_BYTE_ORDER_MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
#: Requests may be larger than the envelope limit for responses: uploads in 200,000-byte slices are common.
_MINIMUM_REQUEST_LIMIT = 512_000
#: p:ActivityId is sent from this Windows version on (Server 2012 R2).
_ACTIVITY_SINCE = (6, 3)


class WsmanService:
    """Answers WS-Management requests for one host. Thread-safe; a request runs in its caller's thread."""

    def __init__(
        self, host: Host, wmi: WmiService, shells: ShellService, *, null_arrays: bool = True
    ) -> None:
        """`null_arrays`: NULL arrays are written as one xsi:nil element; otherwise they are left out."""
        self.host = host
        self.wmi = wmi
        self.shells = shells
        self._null_arrays = null_arrays
        self._requests = KnownRequests()
        self._workshop: Workshop | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._operations: dict[str, int] = {}
        self._with_activity = host.release.version_parts >= _ACTIVITY_SINCE

    def handle(self, request: WsmanRequest) -> WsmanReply:
        """Answer one request. Never raises: an error inside becomes an internal-error fault and a log entry.

        An empty body gets an empty answer: clients warm up an encrypted connection that way.
        """
        if not request.body:
            return WsmanReply(200, b"", SOAP_CONTENT_TYPE)
        envelope = Envelope()
        try:
            envelope = self._envelope(request)
            if envelope.body is not None and local_name(envelope.body) == "Identify":
                return self._reply(200, self._identify(request.account), envelope.encoding)
            if envelope.operation_id:
                return self._robustly(request, envelope)
            return self._answer(request, envelope)
        except HeaderFault as wrong:
            return self._fault(wrong.envelope.without_operation(), wrong.fault)
        except WsmanFault as early:
            return self._fault(envelope, early)

    def answer(self, account: Account | None, message: bytes) -> bytes:
        """Answer a message that the machine sends to itself (`emulator.host.management_requests`)."""
        return self.handle(WsmanRequest(message, SOAP_CONTENT_TYPE, account, "127.0.0.1", False, True)).body

    def close(self) -> None:
        """Refuse what comes and wake every waiter; waiting requests answer code 995. Safe to call twice."""
        self._closed = True
        if self._workshop is not None:
            self._workshop.close()
        self.shells.close()

    def reset(self) -> None:
        """Forget every enumeration and everything rendered; subscriptions are cancelled."""
        if self._workshop is not None:
            self._workshop.reset()

    def _envelope(self, request: WsmanRequest) -> Envelope:
        limit = max(_MINIMUM_REQUEST_LIMIT, self.host.winrm.max_envelope_size_kilobytes * 1024)
        if len(request.body) > limit * 2:
            raise WsmanFault("ERROR_WSMAN_ENVELOPE_TOO_LARGE")
        data, encoding = decode(request.body, request.content_type)
        if len(data) > limit:
            raise WsmanFault("ERROR_WSMAN_ENVELOPE_TOO_LARGE")
        return self._requests.read(data, encoding)

    def _robustly(self, request: WsmanRequest, envelope: Envelope) -> WsmanReply:
        """Answer a message of a named operation, or answer it once more (MS-WSMV 3.1.4.1.39)."""
        account = request.account
        workshop = self._workshop or self._open_workshop()
        if account is None or not workshop.is_robust(envelope):
            return self._answer(request, envelope.without_operation())
        messages = workshop.messages
        message, is_new = messages.begin(account.sid, envelope)
        if is_new:
            reply = self._answer(request, envelope)
            messages.end(message, reply)
            return reply
        message.answered.wait(self._timeout(envelope))
        if message.reply is None:
            aborted = "ERROR_OPERATION_ABORTED"
            raise WsmanFault(aborted if self._closed else "ERROR_WSMAN_OPERATION_TIMEDOUT")
        return message.reply

    def _answer(self, request: WsmanRequest, envelope: Envelope) -> WsmanReply:
        """Do what a request asks; a fault is an answer too."""
        try:
            answer = self._answered(request, envelope)
        except WsmanFault as fault:
            return self._fault(envelope, fault)
        except Exception:  # nothing inside may reach a client as anything but a fault
            _logger.exception("the request %s %s failed", envelope.action, envelope.resource_uri)
            return self._fault(envelope, WsmanFault("ERROR_INTERNAL_ERROR"))
        text = templates.envelope(
            answer.prefixes,
            answer.action,
            envelope.message_id,
            answer.body,
            self._with_activity,
            envelope.operation_id,
            answer.headers,
        )
        return self._reply(200, text, envelope.encoding)

    def _fault(self, envelope: Envelope, fault: WsmanFault) -> WsmanReply:
        body = (render_body(fault, self.host.name).encode(),)
        text = templates.envelope(
            templates.FAULT,
            fault.action,
            envelope.message_id,
            body,
            self._with_activity,
            envelope.operation_id,
        )
        return self._reply(500, text, envelope.encoding)

    def _timeout(self, envelope: Envelope) -> float:
        longest = self.host.winrm.max_timeout_milliseconds / 1000
        asked = envelope.operation_timeout
        return longest if asked is None else min(asked, longest)

    def _answered(self, request: WsmanRequest, envelope: Envelope) -> Answer:
        account = request.account
        if account is None or not account.may_use_winrm:
            raise WsmanFault("ERROR_ACCESS_DENIED")
        if self._closed:
            raise WsmanFault("ERROR_OPERATION_ABORTED")
        if not envelope.message_id:
            # MS-WSMV 3.1.4.1.5
            raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")
        if not envelope.action or not envelope.reply_to:
            # MS-WSMV 3.1.4.1.2 for the ReplyTo
            raise WsmanFault("ERROR_WSMAN_MESSAGE_INFORMATION_HEADER_REQUIRED")
        workshop = self._workshop or self._open_workshop()
        call = Call(
            envelope=envelope,
            account=account,
            client_address=request.client_address,
            is_tls=request.is_tls,
            timeout=self._timeout(envelope),
            host=self.host,
            wmi=self.wmi,
            shells=self.shells,
            contexts=workshop.contexts,
            subscriptions=workshop.subscriptions,
            renderer=workshop.renderer,
            addresses=workshop.addresses,
        )
        self._enter(account.sid)
        try:
            return workshop.dispatch(call)
        finally:
            self._leave(account.sid)

    @property
    def contexts(self) -> EnumerationContexts:
        """The enumeration contexts that are open."""
        return (self._workshop or self._open_workshop()).contexts

    def _open_workshop(self) -> Workshop:
        """Load everything that Identify does without: a host answers sooner after its start."""
        from emulator.wsman.dispatch import Workshop

        with self._lock:
            if self._workshop is None:
                self._workshop = Workshop(self.host, self._null_arrays)
            return self._workshop

    def _identify(self, account: Account | None) -> bytes:
        release = self.host.release
        if account is None:
            return templates.identify_response(f"OS: 0.0.0 SP: 0.0 Stack: {release.winrm_stack}")
        version = f"OS: {release.version} SP: {release.service_pack}.0 Stack: {release.winrm_stack}"
        return templates.identify_response(version)

    def _enter(self, user: str) -> None:
        limit = self.host.winrm.max_concurrent_operations_per_user
        with self._lock:
            running = self._operations.get(user, 0)
            if running >= limit:
                raise quota_fault(
                    "ERROR_WSMAN_QUOTA_MAX_OPERATIONS",
                    limit,
                    "operations",
                    "Close existing operations for this user, or raise the quota for this user.",
                    has_wmi_error=not self.host.release.winrm_stack.startswith("2."),
                )
            self._operations[user] = running + 1

    def _leave(self, user: str) -> None:
        with self._lock:
            running = self._operations[user] - 1
            if running:
                self._operations[user] = running
            else:
                del self._operations[user]

    def _reply(self, status: int, text: bytes, encoding: str) -> WsmanReply:
        if encoding in _BYTE_ORDER_MARKS:
            body = _BYTE_ORDER_MARKS[encoding] + text.decode().encode(encoding)
            return WsmanReply(status, body, _UTF_16_CONTENT_TYPE)
        return WsmanReply(status, text, SOAP_CONTENT_TYPE)
