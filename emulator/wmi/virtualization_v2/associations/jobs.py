"""Jobs: what they work on, and who owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.job import Job, JobKind, JobType
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link, Reach
from emulator.wmi.virtualization_v2 import (
    computer_system,
    image_service,
    jobs,
    management_service,
    reaches,
    snapshot_service,
    storage_job_associations,
    system_settings,
)

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

MACHINE = computer_system.MachineSystem
SNAPSHOT = system_settings.SnapshotSettings
_CREATES: dict[str, Any] = {"ElementEffects": [5]}
_AFFECTED: dict[str, Any] = {"ElementEffects": [0]}
#: The jobs that a machine itself owns (RequestStateChange), and those of the snapshot service; the management
#: service owns the others (chosen).
_OF_MACHINE = frozenset(
    {
        JobType.START,
        JobType.TURN_OFF,
        JobType.SAVE,
        JobType.RESTORE,
        JobType.SHUT_DOWN,
        JobType.PAUSE,
        JobType.RESUME,
        JobType.RESET,
        JobType.REBOOT,
    }
)
_OF_SNAPSHOT_SERVICE = frozenset(
    {JobType.CREATE_CHECKPOINT, JobType.APPLY_CHECKPOINT, JobType.DELETE_CHECKPOINT, JobType.MERGE_CHECKPOINT}
)


def _owns(job: Job) -> str:
    if job.job_type in _OF_MACHINE:
        return "machine"
    return "snapshots" if job.job_type in _OF_SNAPSHOT_SERVICE else "management"


def _own_jobs(namespace: Namespace, vm: VirtualMachine) -> list[Job]:
    return [job for job in _concrete(namespace) if _owns(job) == "machine" and job.owner is vm]


def _owner(namespace: Namespace, job: Job) -> list[Any]:
    owner = job.owner
    is_there = isinstance(owner, VirtualMachine) and owner in namespace.host.virtual_machines
    return [owner] if is_there and _owns(job) == "machine" else []


def _jobs_of_service(name: str) -> Reach:
    return lambda namespace, _host: [job for job in _concrete(namespace) if _owns(job) == name]


def _service(name: str) -> Reach:
    return lambda namespace, job: (namespace.host,) if _owns(job) == name else ()


def _concrete(namespace: Namespace) -> list[Job]:
    return [job for job in namespace.host.jobs if job.kind is JobKind.CONCRETE]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", SNAPSHOT, reaches.jobs(JobKind.CONCRETE)),
        End("AffectingElement", jobs.ConcreteJob, reaches.affected_checkpoints),
        values=_CREATES,
    ),
    *(
        Link(
            "Msvm_AffectedJobElement",
            End("AffectedElement", MACHINE, reaches.jobs(view.kind)),
            End("AffectingElement", view, reaches.affected),
            values=_AFFECTED,
        )
        for view in (jobs.ConcreteJob, jobs.CopyFileJob)
    ),
    Link(
        "Msvm_OwningJobElement",
        End("OwningElement", MACHINE, _own_jobs),
        End("OwnedElement", jobs.ConcreteJob, _owner),
    ),
    *(
        Link(
            "Msvm_OwningJobElement",
            End("OwningElement", view, _jobs_of_service(name)),
            End("OwnedElement", jobs.ConcreteJob, _service(name)),
        )
        for view, name in (
            (management_service.ManagementService, "management"),
            (snapshot_service.SnapshotService, "snapshots"),
        )
    ),
    *storage_job_associations.links(image_service.MountedStorageImage),
)
