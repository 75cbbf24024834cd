"""Asking another host of the neighbourhood, as replication does.

Two hosts never hold their locks at once: an operation takes what it needs under the lock of its host, asks
the other one in an errand, and writes down the answer under its own lock again (``converse``).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from emulator.host.errors import HostError
from emulator.host.job import Job
from emulator.host.replication.replica_server import (
    ServerUnreachable,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

Answer = TypeVar("Answer")


def reach(host: "Host", name: str) -> "Host":
    """The other host. Raises ServerUnreachable. Called with no lock held."""
    neighbourhood = host.neighbourhood
    other = None if neighbourhood is None else neighbourhood.find(name)
    if other is None or other.closed:
        raise ServerUnreachable(
            f"Hyper-V failed to connect to the Replica server '{name}'. Error: The server name or address"
            " could not be resolved (0x00002EE7).",
            hresult=0x00002EE7,
        )
    return other


def converse(
    job: Job,
    seconds: float,
    destination: str,
    ask: "Callable[[Host], Answer]",
    finish: Callable[[Answer], None],
    refused: Callable[[HostError], HostError],
    *,
    abandon: Callable[[], None] | None = None,
) -> Job:
    """Begin a job that asks another host after ``seconds``. ``ask`` runs under that host's lock, ``finish``
    and ``refused`` (which gives the error that the job shall have) under that of the job's."""
    host = job.host

    def fail(error: HostError) -> None:
        with host.looking():
            if host.jobs.is_running(job):
                host.jobs.end(job, refused(error))

    def travel() -> None:
        try:
            other = reach(host, destination)
            with other.looking():
                answer = ask(other)
        except HostError as error:
            fail(error)
            return
        with host.looking():
            if not host.jobs.is_running(job):
                return
            try:
                finish(answer)
            except HostError as error:
                host.jobs.end(job, refused(error))
            else:
                host.jobs.end(job)

    host.jobs.begin(job, seconds, lambda: host.after_step(travel), abandon=abandon)
    return job


def told(vm: "VirtualMachine", what: str) -> Callable[[HostError], HostError]:
    """Errors with Hyper-V's sentence before them: ``Hyper-V failed to enable replication``."""

    def tell(error: HostError) -> HostError:
        text = (
            f"Hyper-V failed to {what} for virtual machine '{vm.name}': {error.text}"
            f" (Virtual machine ID {vm.id})"
        )
        return HostError(text, code=error.code, hresult=error.hresult)

    return tell
