"""How a service of a session is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: A service by its class or protocol. It is typed as a callable that makes one, since ``type[T]`` takes no
#: protocol.
ServiceKey = Callable[..., T]
