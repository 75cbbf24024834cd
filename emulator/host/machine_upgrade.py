"""Bringing the configuration version of a virtual machine up to date. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.errors import NotSupported
from emulator.host.job import Job, JobType
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine import VirtualMachine

_FIRST_BUILD_WITH_UPGRADES = 14393


def upgrade(vm: "VirtualMachine") -> Job:
    """Start the job. A machine that is up to date stays as it is. Raises InvalidState, NotSupported."""
    release = vm.host.release
    if release.build < _FIRST_BUILD_WITH_UPGRADES or release.default_configuration_version is None:
        raise NotSupported()
    vm.require(VirtualMachineState.OFF)
    newest = release.default_configuration_version

    def rest() -> None:
        vm.job = None
        vm.touch()

    def finish() -> None:
        if release.configuration_versions.index(vm.version) < release.configuration_versions.index(newest):
            vm.version = newest
        rest()

    vm.job = vm.host.jobs.run(JobType.UPGRADE, vm, finish, affected=[vm], abandon=rest)
    vm.touch()
    return vm.job
