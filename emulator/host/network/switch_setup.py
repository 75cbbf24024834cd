"""Setting a virtual switch up for a physical adapter and taking it down, as jobs: both may cut the network
for a moment, so Windows always does them in the background (documented)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InUse, InvalidParameter
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.network.virtual_switch import SwitchKind

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.switch_ports import ExternalPort, InternalPort, Port
    from emulator.host.network.virtual_switch import VirtualSwitch


class NetworkJob(Job):
    """Msvm_NetworkJob. ``created`` is the adapter of the host that a set-up made, once it has made it."""

    def __init__(self, host: "Host", kind: JobFacts, switch: "VirtualSwitch") -> None:
        super().__init__(host, kind, switch, [switch])
        self.created: InternalPort | None = None


def set_up(
    host: "Host",
    outer: "Port",
    inner: "Port | None",
    external: "ExternalPort",
    name: str,
    friendly_name: str,
) -> NetworkJob:
    """Start to connect a physical adapter to one port of a switch and a new adapter of the host to another.

    Raises NotFound (the switch), InvalidParameter (ports of two switches), InUse (a port or the adapter is
    connected). What goes wrong later ends the job in EXCEPTION.
    """
    ports = host.switch_ports
    host.virtual_switches.require(outer.switch)
    if inner is not None and inner.switch is not outer.switch:
        raise InvalidParameter("The ports belong to different switches.")
    if any(port is not None and port.peer is not None for port in (outer, inner)):
        raise InUse("The switch port is connected.")
    if external.switch is not None:
        raise InUse("The Ethernet port is connected to a virtual switch.")
    job = NetworkJob(host, JobType.SET_UP_SWITCH, outer.switch)

    def connect() -> None:
        ports.connect(outer, external)
        if inner is None:
            return
        made: InternalPort | None = None
        try:
            made = ports.create_internal(name, friendly_name, None)
            ports.connect(inner, made)
        except HostError:
            if made is not None:
                ports.delete_internal(made)
            ports.disconnect(outer)
            raise
        job.created = made

    return _begun(host, job, connect)


def tear_down(host: "Host", external: "ExternalPort", internal: "InternalPort | None") -> NetworkJob:
    """Start to undo a set-up: the adapter of the host goes, then the physical one leaves the switch.

    Raises InvalidParameter when the physical adapter is on no switch or the other one on another.
    """
    ports = host.switch_ports
    connected = ports.port_of(external)
    if connected is None:
        raise InvalidParameter("The Ethernet port is not connected to a virtual switch.")
    switch = connected.switch
    if internal is not None and internal.switch is not switch:
        raise InvalidParameter("The internal Ethernet port is not connected to the virtual switch.")

    def disconnect() -> None:
        if internal is not None:
            ports.delete_internal(internal)
        if switch.kind is SwitchKind.EXTERNAL:
            ports.disconnect(connected)

    return _begun(host, NetworkJob(host, JobType.TEAR_DOWN_SWITCH, switch), disconnect)


def _begun(host: "Host", job: NetworkJob, work: Callable[[], None]) -> NetworkJob:
    def step() -> None:
        try:
            work()
        except HostError as error:
            host.jobs.end(job, error)
        else:
            host.jobs.end(job)

    host.jobs.begin(job, job.job_type.seconds, step)
    return job
