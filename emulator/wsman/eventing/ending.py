"""Why a subscription ended."""

from __future__ import annotations

from enum import Enum

_EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"


class Ending(Enum):
    """Why a subscription ended. The first three are no surprise to the subscriber, who is told nothing."""

    UNSUBSCRIBED = "Unsubscribed"
    EXPIRED = "Expired"
    REFUSED = "DeliveryRefused"
    DELIVERY_FAILED = "DeliveryFailure"
    SHUTTING_DOWN = "SourceShuttingDown"
    CANCELLED = "SourceCanceling"

    @property
    def status(self) -> str | None:
        """e:Status of the SubscriptionEnd that is sent (DSP0226 10.8), None when none is."""
        told = self in (Ending.DELIVERY_FAILED, Ending.SHUTTING_DOWN, Ending.CANCELLED)
        return _EVENTING + self.value if told else None
