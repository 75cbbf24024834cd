"""Associations of root/virtualization/v2 between objects of several views, a module a subject.

One row says which objects of two views belong together. What concerns the views of one module only is in
that module.
"""

from emulator.wmi.association import Link
from emulator.wmi.virtualization_v2.associations import (
    checkpoints,
    devices,
    fibre_channel,
    groups,
    guests,
    jobs,
    machines,
    metering,
    pools,
    services,
    switches,
)

LINKS: tuple[Link, ...] = (
    *machines.LINKS,
    *checkpoints.LINKS,
    *devices.LINKS,
    *services.LINKS,
    *jobs.LINKS,
    *pools.LINKS,
    *groups.LINKS,
    *metering.LINKS,
    *guests.LINKS,
    *switches.LINKS,
    *fibre_channel.LINKS,
)

__all__ = ["LINKS"]
