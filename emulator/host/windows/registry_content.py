"""What a fresh machine has in its registry: the keys that tools read.

Where the machine knows a thing elsewhere (version, environment, services, time zone, computer name), the key
shows that and a change goes there.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.windows.file_classes import fresh_classes
from emulator.host.windows.registry_key import RegistryKey, RegistryValue, Shown, ValueKind, number, text
from emulator.host.windows.user_locale import GEO, INTERNATIONAL, fresh_home, fresh_values

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.windows.services import Service

_CURRENT_VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_CONTROL = "SYSTEM\\CurrentControlSet\\Control"
_SERVICES = "SYSTEM\\CurrentControlSet\\Services"
_VIRTUALIZATION = f"{_CURRENT_VERSION}\\Virtualization"
_SHELL = "Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell"
_FIRST_BUILD_WITH_MAJOR_NUMBERS = 10240
_FIRST_BUILD_WITH_SECURE_BOOT = 9200
#: Start of a service's key (SERVICE_AUTO_START ...) by its start mode.
_START = {"Auto": 2, "Manual": 3, "Disabled": 4}
_OWN_PROCESS, _SHARED_PROCESS = 16, 32

# Keys without anything that the machine knows better: path | name | kind | data.
_FACTS = """
SOFTWARE\\Microsoft\\Windows\\CurrentVersion | ProgramFilesDir | REG_SZ | C:\\Program Files
SOFTWARE\\Microsoft\\Windows\\CurrentVersion | CommonFilesDir | REG_SZ | C:\\Program Files\\Common Files
SOFTWARE\\Microsoft\\Windows\\CurrentVersion | ProgramFilesDir (x86) | REG_SZ | C:\\Program Files (x86)
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System | EnableLUA | REG_DWORD | 1
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System | ConsentPromptBehaviorAdmin | REG_DWORD | 5
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT | |
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall | |
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update | |
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run | |
SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WSMAN | |
SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon | Shell | REG_SZ | explorer.exe
SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon | AutoAdminLogon | REG_SZ | 0
SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\AutoLogonChecked | |
SOFTWARE\\Microsoft\\Virtual Machine | |
SOFTWARE\\Policies\\Microsoft\\Windows | |
SYSTEM\\CurrentControlSet\\Control\\Terminal Server | fDenyTSConnections | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\Terminal Server | TSEnabled | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp | PortNumber | REG_DWORD | 3389
SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp | UserAuthentication | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\Lsa | LimitBlankPasswordUse | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\Lsa | NoLMHash | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Power | HiberbootEnabled | REG_DWORD | 0
SYSTEM\\CurrentControlSet\\Control\\FileSystem | LongPathsEnabled | REG_DWORD | 0
SYSTEM\\CurrentControlSet\\Control\\CrashControl | AutoReboot | REG_DWORD | 1
SYSTEM\\CurrentControlSet\\Control\\CrashControl | CrashDumpEnabled | REG_DWORD | 7
SYSTEM\\CurrentControlSet\\Enum | |
SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current | |
SYSTEM\\Setup | SystemSetupInProgress | REG_DWORD | 0
SYSTEM\\Select | Current | REG_DWORD | 1
SAM\\SAM | |
SECURITY | |
"""


def fill(host: "Host", machine: RegistryKey, users: RegistryKey) -> None:
    """Put the content of a fresh machine into the two roots."""
    for line in _FACTS.strip().splitlines():
        path, name, kind, *rest = (cell.strip() for cell in line.split("|"))
        key = _key(machine, path)
        if kind:
            chosen = ValueKind[kind]
            data = int(rest[0]) if chosen is ValueKind.REG_DWORD else rest[0]
            key.own_values[name.casefold()] = RegistryValue(name, chosen, data)
    for path, value in fresh_classes():
        _key(machine, path).own_values[value.name.casefold()] = value
    policy = host.release.execution_policy
    if policy != "Restricted":
        # What setup writes; where scripts do not run it writes nothing.
        shell = _key(machine, f"SOFTWARE\\{_SHELL}")
        shell.own_values["executionpolicy"] = text("ExecutionPolicy", policy)
    if host.profile.operating_system.architecture == "x64":
        _add_32_bit_view(host, _key(machine, "SOFTWARE"), policy)
    _key(machine, _CURRENT_VERSION).live = Shown(lambda: _current_version(host))
    _key(machine, _VIRTUALIZATION).live = Shown(lambda: _virtualization(host))
    _key(machine, f"{_CONTROL}\\TimeZoneInformation").live = Shown(lambda: _time_zone(host))
    system = host.operating_system
    # The second one is what Windows bears now; tools take a difference for a restart that is due.
    _key(machine, f"{_CONTROL}\\ComputerName\\ComputerName").live = Shown(
        lambda: [text("ComputerName", system.next_computer_name)]
    )
    _key(machine, f"{_CONTROL}\\ComputerName\\ActiveComputerName").live = Shown(
        lambda: [text("ComputerName", system.computer_name)]
    )
    _key(machine, f"{_CONTROL}\\ProductOptions").live = Shown(lambda: _product_options(host))
    _key(machine, f"{_CONTROL}\\Session Manager\\Environment").live = _Environment(host, "<SYSTEM>")
    _key(machine, "HARDWARE\\DESCRIPTION\\System\\BIOS").live = Shown(lambda: _bios(host))
    if host.hardware.firmware.type == "UEFI" and host.release.build >= _FIRST_BUILD_WITH_SECURE_BOOT:
        state = _key(machine, f"{_CONTROL}\\SecureBoot\\State")
        enabled = number("UEFISecureBootEnabled", int(host.hardware.firmware.secure_boot))
        state.own_values[enabled.name.casefold()] = enabled
    processors = _key(machine, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor")
    processors.children = lambda: _processors(host)
    servicing = _key(machine, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing")
    servicing.children = lambda: _servicing(host)
    _add_services(host, _key(machine, _SERVICES))
    for sid, name in (("S-1-5-18", "NT AUTHORITY\\SYSTEM"), (".DEFAULT", "NT AUTHORITY\\SYSTEM")):
        _add_user(host, users, sid, name)
    for account in host.accounts:
        if not account.disabled:
            _add_user(host, users, account.sid, account.qualified_name)


def _add_32_bit_view(host: "Host", software: RegistryKey, policy: str) -> None:
    """What 32-bit programs have for themselves, with links to what all have in common."""
    node = _key(software, "WOW6432Node")
    windows = _key(node, "Microsoft\\Windows\\CurrentVersion")
    others = "C:\\Program Files (x86)"
    for name, path in (
        *(("ProgramFilesDir", others), ("CommonFilesDir", f"{others}\\Common Files")),
        *(("ProgramFilesDir (x86)", others), ("CommonFilesDir (x86)", f"{others}\\Common Files")),
        *(("ProgramW6432Dir", "C:\\Program Files"), ("CommonW6432Dir", "C:\\Program Files\\Common Files")),
    ):
        windows.own_values[name.casefold()] = text(name, path)
    for name in ("Run", "Uninstall"):
        _key(windows, name)
    windows.keys["policies"] = _key(software, "Microsoft\\Windows\\CurrentVersion\\Policies")
    if policy != "Restricted":
        _key(node, _SHELL).own_values["executionpolicy"] = text("ExecutionPolicy", policy)
    _key(node, "Microsoft\\Windows NT\\CurrentVersion").live = Shown(lambda: _current_version(host))
    for name in ("classes", "policies"):
        node.keys[name] = software.keys[name]


def _key(root: RegistryKey, path: str) -> RegistryKey:
    key = root
    for part in path.split("\\"):
        key = key.keys.setdefault(part.casefold(), RegistryKey(part))
    return key


def _add_user(host: "Host", users: RegistryKey, sid: str, name: str) -> None:
    user = users.keys[sid.casefold()] = RegistryKey(sid)
    _key(user, "Environment").live = _Environment(host, name)
    _key(user, "Software\\Microsoft\\Windows\\CurrentVersion\\Run")
    for path, values in ((INTERNATIONAL, fresh_values()), (GEO, fresh_home())):
        key = _key(user, path)
        key.own_values.update((value.name.casefold(), value) for value in values)


def _current_version(host: "Host") -> Iterable[RegistryValue]:
    system, release, profile = host.operating_system, host.release, host.profile
    edition = profile.edition
    is_core = profile.operating_system.installation == "core"
    major, minor, build = release.version.split(".")
    yield text("SystemRoot", "C:\\Windows")
    yield text("ProductName", edition.product_name.strip())
    yield text(
        "EditionID", edition.edition_id_core if is_core and edition.edition_id_core else edition.edition_id
    )
    yield text("InstallationType", system.installation_type)
    yield text("CurrentVersion", f"{major}.{minor}" if int(major) < 10 else "6.3")
    yield text("CurrentBuild", build)
    yield text("CurrentBuildNumber", build)
    yield text("BuildLabEx", profile.build_lab)
    yield text("BuildLab", ".".join(profile.build_lab.split(".")[:1] + profile.build_lab.split(".")[3:]))
    yield text("CurrentType", "Multiprocessor Free")
    yield text("ProductId", system.product_id)
    yield text("RegisteredOwner", system.registered_owner)
    yield text("RegisteredOrganization", system.registered_organization)
    yield number("InstallDate", int(system.install_date.timestamp()) & 0xFFFF_FFFF)
    if system.service_pack_text:
        yield text("CSDVersion", system.service_pack_text)
    if release.build >= _FIRST_BUILD_WITH_MAJOR_NUMBERS:
        yield number("CurrentMajorVersionNumber", int(major))
        yield number("CurrentMinorVersionNumber", int(minor))
        yield number("UBR", release.update_revision)
    if release.release_id:
        yield text("ReleaseId", release.release_id)
    if release.display_version:
        yield text("DisplayVersion", release.display_version)


def _virtualization(host: "Host") -> Iterable[RegistryValue]:
    """Where new machines go and how the host treats memory, once the role is there."""
    if host.role.active:
        yield text("DefaultExternalDataRoot", host.settings.virtual_machine_path)
        yield text("DefaultVirtualHardDiskPath", host.settings.virtual_hard_disk_path)
        yield text("Version", f"{host.release.version}.{host.release.update_revision}")


def _time_zone(host: "Host") -> Iterable[RegistryValue]:
    name = host.operating_system.time_zone
    bias = -int(host.operating_system.utc_offset().total_seconds() // 60) & 0xFFFF_FFFF
    yield text("TimeZoneKeyName", name)
    yield text("StandardName", name)
    yield text("DaylightName", name.replace("Standard", "Daylight"))
    yield number("ActiveTimeBias", bias)
    yield number("DynamicDaylightTimeDisabled", int(not host.operating_system.daylight_saving_enabled))


def _product_options(host: "Host") -> Iterable[RegistryValue]:
    yield text("ProductType", "WinNT" if host.release.is_client else "ServerNT")
    suite = ("Terminal Server",) if host.release.is_client else ("Terminal Server", "DataCenter")
    yield RegistryValue("ProductSuite", ValueKind.REG_MULTI_SZ, suite)


def _bios(host: "Host") -> Iterable[RegistryValue]:
    firmware, system = host.hardware.firmware, host.hardware.system
    yield text("BIOSVendor", firmware.vendor)
    yield text("BIOSVersion", firmware.version)
    yield text("BIOSReleaseDate", f"{firmware.release_date:%m/%d/%Y}")
    yield text("SystemManufacturer", system.manufacturer)
    yield text("SystemProductName", system.model)


def _processors(host: "Host") -> Iterable[RegistryKey]:
    facts = host.hardware.processor
    values = (
        text("ProcessorNameString", facts.model),
        text("Identifier", facts.identifier),
        text("VendorIdentifier", facts.manufacturer),
        number("~MHz", facts.clock_megahertz),
    )
    return [RegistryKey(str(index), Shown(lambda: values)) for index in range(facts.logical_processors)]


def _servicing(host: "Host") -> Iterable[RegistryKey]:
    """RebootPending is there while a role or feature waits for the restart."""
    return [] if host.role.pending is None else [RegistryKey("RebootPending")]


def _host_names(host: "Host") -> Iterable[RegistryValue]:
    """The names in use, and those of the next boot ("non-volatile")."""
    system = host.operating_system
    return [
        text("Hostname", system.computer_name),
        text("NV Hostname", system.next_computer_name),
        text("Domain", system.domain or ""),
        text("NV Domain", system.next_domain or ""),
    ]


def _add_services(host: "Host", services: RegistryKey) -> None:
    """Every service and driver has a key; the parameters of a service are kept below it."""
    parameters = {
        "LanmanServer": (number("AutoShareServer", 1), text("srvcomment", "")),
        "Tcpip": (),
        "W32Time": (
            text("Type", "NT5DS" if host.operating_system.domain else "NTP"),
            text("NtpServer", "time.windows.com,0x8"),
        ),
        "WinRM": (),
    }
    kept = {name.casefold(): _key(RegistryKey(name), "Parameters") for name in parameters}
    for name, values in parameters.items():
        for value in values:
            kept[name.casefold()].own_values[value.name.casefold()] = value
    kept["tcpip"].live = Shown(lambda: _host_names(host))

    def children() -> Iterable[RegistryKey]:
        from emulator.host.windows.system_drivers import system_drivers

        for service in host.services:
            key = RegistryKey(service.name, _ServiceValues(service))
            if (below := kept.get(service.name.casefold())) is not None:
                key.keys["parameters"] = below
            yield key
        for driver in system_drivers(host):
            path = driver.path.replace("C:\\Windows\\system32", "\\SystemRoot\\System32")
            values = (text("DisplayName", driver.display_name), text("ImagePath", path), number("Type", 1))
            key = RegistryKey(driver.name, Shown(_constant(values)))
            if (below := kept.get(driver.name.casefold())) is not None:
                key.keys["parameters"] = below
            yield key

    services.children = children


def _constant(values: tuple[RegistryValue, ...]) -> "_Constant":
    return _Constant(values)


class _Constant:
    """Values that do not change, as something to call."""

    def __init__(self, values: tuple[RegistryValue, ...]) -> None:
        self._values = values

    def __call__(self) -> Iterable[RegistryValue]:
        return self._values


class _ServiceValues:
    """The key of a service: what the service controller knows of it."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def read(self) -> Iterable[RegistryValue]:
        service = self._service
        yield text("DisplayName", service.display_name)
        yield RegistryValue("ImagePath", ValueKind.REG_EXPAND_SZ, service.path_name)
        yield text("ObjectName", service.account)
        yield number("ErrorControl", 1)
        yield number("Start", _START[service.start_mode.value])
        yield number("Type", _SHARED_PROCESS if service.is_shared else _OWN_PROCESS)

    def write(self, value: RegistryValue) -> None:
        name, data = value.name.casefold(), value.data
        modes = {start: mode for mode, start in _START.items()}
        if name == "start" and isinstance(data, int) and data in modes:
            self._service.set_start_mode(modes[data])
        elif name == "displayname" and isinstance(data, str):
            self._service.configure(display_name=data)
        elif name == "imagepath" and isinstance(data, str):
            self._service.configure(path_name=data)
        else:
            raise InvalidParameter(f"The value {value.name:.64} of a service cannot be set like this.")

    def remove(self, name: str) -> None:
        raise InvalidParameter(f"The value {name:.64} of a service cannot be removed.")


class _Environment:
    """The environment variables of the system or of a user."""

    def __init__(self, host: "Host", owner: str) -> None:
        self._host = host
        self._owner = owner

    def read(self) -> Iterable[RegistryValue]:
        wanted = self._owner.casefold()
        for variable in self._host.environment_variables:
            if variable.user.casefold() == wanted:
                kind = ValueKind.REG_EXPAND_SZ if "%" in variable.value else ValueKind.REG_SZ
                yield RegistryValue(variable.name, kind, variable.value)

    def write(self, value: RegistryValue) -> None:
        if not isinstance(value.data, str):
            raise InvalidParameter("An environment variable is text.")
        variable = self._host.environment_variables.find(self._owner, value.name)
        if variable is None:
            self._host.environment_variables.create(self._owner, value.name, value.data)
        else:
            variable.set_value(value.data)

    def remove(self, name: str) -> None:
        variable = self._host.environment_variables.find(self._owner, name)
        if variable is not None:
            variable.delete()
