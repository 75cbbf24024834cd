"""HostObject: what has a revision. Part: what belongs to another object and shares its revision.

Every change moves the host-wide counter and gives the new number to the object that changed. A part of a
virtual machine (processor, drive, adapter ...) has no number of its own: its revision is that of the virtual
machine, because what a door shows of a part depends on its owner too (name, state). So bytes cached under
(object, revision) are never stale; the price is that a change of one part renews the bytes of its twenty
siblings. Values that move with time alone (uptime, a job's percentage, CPU usage) are volatile: they move no
revision and are named so where they are declared.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from emulator.host.host import Host

Method = TypeVar("Method", bound=Callable[..., Any])


def operation(method: Method) -> Method:
    """Run a method under the host's lock with everything due settled: one atomic step for everybody else."""

    @functools.wraps(method)
    def locked(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.host.looking():
            return method(self, *args, **kwargs)

    return cast("Method", locked)


class HostObject:
    """An object of the machine with a revision from the host-wide counter.

    ``is_registered`` is false while an object is being made: observers hear of it only when it exists.
    """

    is_registered = True

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._revision = host.next_revision()

    @property
    def revision(self) -> int:
        """Moves with every change of this object or of one of its parts."""
        return self._revision

    def touch(self) -> None:
        """Say that this object changed: new revision, observers told, waiters look again."""
        self._revision = self.host.next_revision()
        if self.is_registered:
            self.host.observe("modified", self)


class Part:
    """A device or settings object inside an owner. Lighter than a HostObject: 1,000 machines have 20,000
    parts."""

    __slots__ = ("owner",)

    def __init__(self, owner: HostObject) -> None:
        self.owner = owner

    @property
    def host(self) -> "Host":
        return self.owner.host

    @property
    def revision(self) -> int:
        """The owner's revision."""
        return self.owner.revision

    def touch(self) -> None:
        """Say that this part changed; its owner changes with it."""
        self.owner.touch()
        if self.owner.is_registered:
            self.host.observe("modified", self)
