"""The Hyper-V module for Windows PowerShell."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.errors import ErrorRecord
    from emulator.profile import Release

__all__ = ["cmdlet_release", "hyper_v_module"]

_PACKAGE = "emulator.powershell.modules.hyperv"
_AREAS = (
    "assignable_devices",
    "checkpoint",
    "comparison",
    "connect_access",
    "drives",
    "fibre_channel",
    "firmware",
    "graphics",
    "guest_addresses",
    "host",
    "import_export",
    "integration_service",
    "life_cycle",
    "machine_group",
    "machine_tools",
    "metering",
    "migration",
    "network_adapter",
    "network_rules",
    "network_settings",
    "switch_features",
    "switch_parts",
    "new_virtual_machine",
    "port_settings",
    "replication",
    "replication_failover",
    "replication_server",
    "resource_pool",
    "security",
    "settings",
    "storage_settings",
    "vhd_set",
    "video",
    "virtual_disk",
    "virtual_machine",
    "virtual_switch",
)
_ALIASES = {
    "gvm": "Get-VM",
    "savm": "Save-VM",
    "spvm": "Stop-VM",
    "gvmr": "Get-VMReplication",
    "mvmr": "Measure-VMReplication",
    "gvmrs": "Get-VMReplicationServer",
}
_CHECKPOINT_ALIASES = {
    f"{verb}-VMCheckpoint": f"{verb}-VMSnapshot" for verb in ("Export", "Get", "Remove", "Rename", "Restore")
}
# From this build on cmdlet classes are named without "Command" and checkpoints have their new name.
_SECOND_GENERATION_BUILD = 14393
_DISK_VERBS = ("Convert", "Dismount", "Get", "Merge", "Mount", "New", "Optimize", "Resize", "Set", "Test")
_MODULES = "C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules"
_HYPER_V = "Microsoft.HyperV.PowerShell"
_TABLE = CmdletTable(_PACKAGE)


def hyper_v_module(release: Release) -> Module | None:
    """The module of a release, or None where Windows has none (2008 R2, 7).

    Give it to a session only when the machine has the module installed (``host.role.has_powershell_module``):
    without them Windows has no such module. Its cmdlets reach the machine by ``call.service(Host)``.
    """
    version = release.hyper_v_module_version
    return None if version is None else _module(version, release.build)


def _explain(call: CmdletCall, problem: Exception) -> ErrorRecord | None:
    """A refusal of the machine that a cmdlet did not report itself."""
    from emulator.host import HostError
    from emulator.powershell.modules.hyperv.errors import record_of

    return record_of(call, problem) if isinstance(problem, HostError) else None


@lru_cache(maxsize=32)
def _module(version: str, build: int) -> Module:
    newer = build >= _SECOND_GENERATION_BUILD
    suffix = "" if newer else "Command"

    def types() -> Iterable[PSType]:
        from emulator.powershell.modules.hyperv.types import module_types

        return module_types()

    def views() -> Iterable[View]:
        from emulator.powershell.modules.hyperv.views import module_views

        return module_views(build)

    return of_windows(
        Module(
            name="Hyper-V",
            version=version,
            table=_TABLE,
            behaviours=tuple(f"{_PACKAGE}.behaviours.{area}" for area in _AREAS),
            aliases={**_ALIASES, **(_CHECKPOINT_ALIASES if newer else {})},
            class_name=f"Microsoft.HyperV.PowerShell.Commands.{{verb}}{{noun}}{suffix}",
            class_names={f"{verb}-VHD": _disk_class(verb, newer) for verb in _DISK_VERBS},
            types=types,
            assemblies=(_HYPER_V, *((f"{_HYPER_V}.Objects", f"{_HYPER_V}.Cmdlets") if newer else ())),
            # Sessions to other computers cannot be opened; `support.ready` logs on with the credential.
            reads=frozenset({"cimsession", "credential"}),
            views=views,
            description="",
            path=f"{_MODULES}\\Hyper-V\\{version + chr(92) if newer else ''}Hyper-V.psd1",
            module_type="Binary",
            explain=_explain,
            job_kind="VMJob",
        )
    )


# Server releases of the cmdlet tables by their build.
_RELEASES = {9200: "2012", 9600: "2012R2", 14393: "2016", 17763: "2019", 20348: "2022", 26100: "2025"}


def cmdlet_release(release: Release) -> str | None:
    """The key under which a session views the cmdlet tables (``InitialSession.release``).

    Clients have the cmdlets of the newest server release whose build is not above theirs. None before 2012.
    """
    found = [key for build, key in _RELEASES.items() if build <= release.build]
    return found[-1] if found else None


def _disk_class(verb: str, newer: bool) -> str:
    """Class of a cmdlet for virtual hard disks (recorded: NewVhd, GetVHD, ResizeVhdCommand)."""
    if not newer:
        return f"Microsoft.Vhd.PowerShell.{verb}VhdCommand"
    return f"Microsoft.Vhd.PowerShell.Cmdlets.{verb}{'VHD' if verb == 'Get' else 'Vhd'}"
