"""One subscription: its feed and its times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.identifiers import random_guid
from emulator.shells import stopwatch
from emulator.wsman.eventing.request import DeliveryMode

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wsman.eventing.ending import Ending
    from emulator.wsman.eventing.feed import EventFeed
    from emulator.wsman.eventing.request import Expires, SubscribeRequest

#: A longer e:Expires means no expiry: collectors ask for a century, and get PT0.000S (recorded). The bound is
#: that of 32-bit milliseconds (chosen).
_LONGEST_SECONDS = 4_294_967.0


#: The host's clock counts microseconds, readings are floats: a moment so near has come.
_TICK = 2e-6


def has_come(moment: float | None, now: float) -> bool:
    """Whether a moment is there; never for None. Who sleeps until a moment must find it come when awake."""
    return moment is not None and now + _TICK >= moment


class Subscription:
    """A subscription of one user. Its times run as `emulator.shells.stopwatch` says.

    The feed is set right after the subscription was made, because it asks back whether it is abandoned.
    """

    feed: EventFeed

    def __init__(
        self,
        host: Host,
        owner: str,
        resource_uri: str,
        manager: str,
        request: SubscribeRequest,
        idle_timeout: float,
    ) -> None:
        self.host = host
        self.identifier = random_guid()
        self.owner = owner
        self.resource_uri = resource_uri
        #: The a:Address of the subscription manager: where Unsubscribe goes.
        self.manager = manager
        self.request = request
        self.context = f"uuid:{random_guid()}"
        self.ending: Ending | None = None
        #: A Pull is being served: the context is taken until it is answered.
        self.is_pulled = False
        now = self.now()
        self.last_sent = now
        self._idle_timeout = idle_timeout
        self._expires_at = None if request.expires is None else self._deadline(request.expires, now)

    def now(self) -> float:
        """The present in seconds; only differences mean something."""
        return stopwatch.seconds(self.host.clock)

    @property
    def is_pull(self) -> bool:
        return self.request.mode is DeliveryMode.PULL

    @property
    def expires_at(self) -> float | None:
        """When it expires, as `now` counts; None when never."""
        return self._expires_at

    @property
    def is_over(self) -> bool:
        """Whether it expired, or nobody has pulled for EnumerationTimeoutms (MS-WSMV 3.1.4.1.36)."""
        now = self.now()
        if has_come(self._expires_at, now):
            return True
        return self.is_pull and not self.is_pulled and has_come(self.last_sent + self._idle_timeout, now)

    def _deadline(self, expires: Expires, now: float) -> float | None:
        left = expires.seconds
        if left is None:
            moment = expires.moment
            left = 0.0 if moment is None else (moment - self.host.clock.now()).total_seconds()
        return None if left > _LONGEST_SECONDS else now + left
