"""Bringing the configuration version of a virtual machine up to date. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.job import Job, JobType
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_FIRST_BUILD_WITH_UPGRADES = 14393


def upgrade(vm: "VirtualMachine", target: str | None = None) -> Job:
    """Start the job. A machine that is up to date stays as it is; ``target`` None is the newest version.

    Raises InvalidState, NotSupported, InvalidParameter (a version that the release does not know, or that is
    older than the machine's).
    """
    release = vm.host.release
    if release.build < _FIRST_BUILD_WITH_UPGRADES or release.default_configuration_version is None:
        raise NotSupported()
    vm.require(VirtualMachineState.OFF)
    known = release.configuration_versions
    wanted = target or release.default_configuration_version
    if wanted not in known or (target is not None and known.index(wanted) < known.index(vm.version)):
        raise InvalidParameter(f"The machine cannot be brought to the configuration version {wanted}.")

    def rest() -> None:
        vm.job = None
        vm.touch()

    def finish() -> None:
        if known.index(vm.version) < known.index(wanted):
            vm.version = wanted
        rest()

    vm.job = vm.host.jobs.run(JobType.UPGRADE, vm, finish, affected=[vm], abandon=rest)
    vm.touch()
    return vm.job
