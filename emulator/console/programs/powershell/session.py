"""The session that powershell.exe starts with: modules of the release, services of the machine."""

from __future__ import annotations

from typing import Any

from emulator.console.context import Context
from emulator.console.programs.powershell.account_names import AccountNames
from emulator.console.programs.powershell.com_objects import MachineComObjects
from emulator.console.programs.powershell.data_protection import AccountDataProtection
from emulator.console.programs.powershell.local_configurations import LocalConfigurations
from emulator.console.programs.powershell.local_management import LocalManagement
from emulator.console.programs.powershell.process_sessions import services_in
from emulator.console.programs.powershell.registry import ProcessRegistry
from emulator.console.programs.powershell.remote_sessions import ReachedSessions
from emulator.console.programs.powershell.services import HostClock, HostProviders
from emulator.console.programs.powershell.time_zones import MachineTimeZones
from emulator.console.programs.powershell.version_facts import of_release
from emulator.host import Account, Host
from emulator.host.windows.user_locale import settings_of
from emulator.powershell.modules.cim import CIM_MODULES
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.declared import declared_modules
from emulator.powershell.modules.dism import DISM
from emulator.powershell.modules.hyperv import cmdlet_release, hyper_v_module
from emulator.powershell.modules.native import MachineLibraries
from emulator.powershell.modules.pester.module import pester_module
from emulator.powershell.modules.pki import PKI
from emulator.powershell.modules.scheduled_tasks import SCHEDULED_TASKS
from emulator.powershell.modules.servermanager import server_manager_module
from emulator.powershell.modules.storage import STORAGE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Module, VersionFacts
from emulator.powershell.runtime import services as engine_services
from emulator.powershell.runtime.registry_service import RegistryStore
from emulator.powershell.runtime.remote_sessions import RemoteSessions

#: The key of the cmdlet tables for releases with Windows PowerShell 2.0.
_OLDEST = "2008R2"
#: Windows manages itself by PowerShell modules (network, storage ...) since this version of PowerShell.
_MODULES_SINCE = 3.0
#: Pester 3.4.0 comes with Windows since this version of PowerShell.
_PESTER_SINCE = 5.1


def initial_session(
    context: Context, interface: Any, *, version: VersionFacts | None = None
) -> InitialSession:
    """A session for the process that `context` is.

    `version` is that of the release when it is not given.
    """
    host = context.host
    release = host.release
    environment = engine_services.Environment(dict(context.environment))
    services: dict[Any, Any] = {
        **services_in(context, environment),
        Account: context.account,
        Host: host,
        Management: LocalManagement(host, context.account),
        engine_services.Clock: HostClock(host),
        engine_services.ConfiguredSessions: LocalConfigurations(host, context.account),
        RemoteSessions: ReachedSessions(host, context.account),
        engine_services.DataProtection: AccountDataProtection(host, context.account),
        engine_services.ItemProviders: HostProviders(host, context.account),
        engine_services.Identities: AccountNames(host, context.account),
        engine_services.NativeLibraries: MachineLibraries(),
        engine_services.Machine: _machine(context),
        RegistryStore: ProcessRegistry(context),
        engine_services.TimeZones: MachineTimeZones(host),
        engine_services.ComObjects: MachineComObjects(host, context.account),
    }
    settings = settings_of(host, context.account)
    return InitialSession(
        culture=settings.get("LocaleName") or "en-US",
        culture_settings=settings,
        modules=installed_modules(host),
        services=services,
        version=version or of_release(host),
        release=cmdlet_release(release) or _OLDEST,
        ui=interface,
        on_gap=lambda kind, name: host.gaps.record(f"powershell {kind}", name),
    )


def installed_modules(host: Host) -> tuple[Module, ...]:
    """The modules of this machine; Hyper-V's where its release has one and the tools are installed,
    ServerManager on servers, and last those of which only the shapes are known."""
    hyper_v = hyper_v_module(host.release) if host.role.has_powershell_module else None
    with_later = float(host.release.powershell_version) >= _MODULES_SINCE
    later = (DISM, PKI, SCHEDULED_TASKS, STORAGE, *CIM_MODULES) if with_later else ()
    tests = pester_module(3) if float(host.release.powershell_version) >= _PESTER_SINCE else None
    optional = (hyper_v, server_manager_module(host), tests, *later)
    declared = declared_modules(with_later=with_later)
    return (CORE, UTILITY, *(module for module in optional if module is not None), *declared)


def _machine(context: Context) -> engine_services.Machine:
    host = context.host
    major, minor, build = host.release.version_parts
    home = context.environment.get("USERPROFILE", "C:\\Users\\Public")
    return engine_services.Machine(
        computer_name=host.name,
        user_name=context.account.name,
        user_domain=context.account.domain,
        processor_count=host.profile.hardware.processor.logical_processors,
        os_version=(major, minor, build, 0),
        is_64_bit=host.profile.operating_system.architecture == "x64",
        is_32_bit_process=context.is_32_bit,
        home=home,
        temporary_path=context.environment.get("TEMP", f"{home}\\AppData\\Local\\Temp") + "\\",
        process_id=context.process_id,
    )
