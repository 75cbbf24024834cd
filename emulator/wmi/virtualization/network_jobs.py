"""Msvm_NetworkJob: setting a virtual switch up and taking it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.job import JobKind
from emulator.host.network.switch_setup import NetworkJob
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization.switches import InternalEthernetPort
from emulator.wmi.virtualization_v2.jobs import JobView
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.host.job import Job
    from emulator.wmi.method import Arguments, MethodResult


class NetworkJobView(JobView):
    """Jobs of virtual switches; none can be stopped (documented)."""

    class_name = "Msvm_NetworkJob"
    kind = JobKind.NETWORK

    def NetworkJobType(self, job: Job) -> int:
        """1 sets a switch up, 2 takes it down."""
        return job.type

    def Hresult(self, job: Job) -> int:
        """What ended the job; 0 when nothing did."""
        return 0 if job.exception is None else job.exception.hresult

    def CreatedInternalEthernetPort(self, job: Job) -> str | None:
        """The path of the adapter of the host that it made."""
        made = job.created if isinstance(job, NetworkJob) else None
        return None if made is None else str(self.namespace.view(InternalEthernetPort).instance(made).path)

    @wmi_method
    def RequestStateChange(self, _job: Job, arguments: Arguments) -> MethodResult:
        """Not supported."""
        return arguments.result(UNSUPPORTED)
