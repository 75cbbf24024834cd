"""Msvm_AffectedStorageJobElement: what storage jobs work on, in both Hyper-V namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.job import Job, JobKind
from emulator.host.storage.virtual_disk import VirtualDisk
from emulator.wmi.association import End, Link
from emulator.wmi.virtualization_v2.jobs import StorageJob
from emulator.wmi.virtualization_v2.logical_disks import LogicalDisk

if TYPE_CHECKING:
    from emulator.host.storage.mounted_images import MountedImage
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View
    from emulator.wmi.virtualization_v2.drives import Medium

_ASSOCIATION = "Msvm_AffectedStorageJobElement"
_EXCLUSIVE_USE: dict[str, Any] = {"ElementEffects": [2]}


def links(images: type[View[MountedImage]]) -> tuple[Link, ...]:
    """The associations with logical disks and with attached images, which ``images`` shows."""

    def images_of_job(namespace: Namespace, job: Job) -> list[Any]:
        return [image for image in namespace.view(images).objects() if _is_of(job, image)]

    return (
        Link(
            _ASSOCIATION,
            End("AffectedElement", LogicalDisk, _jobs_of_disk),
            End("AffectingElement", StorageJob, _disks_of_job),
            values=_EXCLUSIVE_USE,
        ),
        Link(
            _ASSOCIATION,
            End("AffectedElement", images, _jobs_of_image),
            End("AffectingElement", StorageJob, images_of_job),
            values=_EXCLUSIVE_USE,
        ),
    )


def _disks_of_job(namespace: Namespace, job: Job) -> list[Medium]:
    """The logical disks of machines whose files a storage job works on."""
    disks = [each for each in job.affected if isinstance(each, VirtualDisk)]
    found = [drive for disk in disks for drive in namespace.host.virtual_disks.drives(disk.path)]
    return [drive for drive in found if not drive.vm.is_checkpoint]


def _jobs_of_disk(namespace: Namespace, drive: Medium) -> list[Job]:
    return [
        job
        for job in namespace.host.jobs
        if job.kind is JobKind.STORAGE and any(each is drive for each in _disks_of_job(namespace, job))
    ]


def _jobs_of_image(namespace: Namespace, image: MountedImage) -> list[Job]:
    return [job for job in namespace.host.jobs if job.kind is JobKind.STORAGE and _is_of(job, image)]


def _is_of(job: Job, image: MountedImage) -> bool:
    return any(each is image.disk for each in job.affected)
