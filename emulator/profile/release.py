"""Facts of a release of Windows: one small file a release, each a change of its predecessor.

The files are ``releases/<key>.yaml``. A fact that a file does not state is the predecessor's (``extends``).
Code asks these facts; it never compares release names.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from emulator.profile.source import Node

from emulator.profile.values import parse_size
from emulator.record import Record, names

_DIRECTORY: Final = Path(__file__).parent / "releases"


class EditionFacts(Record):
    """What an edition of a release is called and may do."""

    name: str
    """Key in the profile: ``Datacenter``, ``Standard``, ``Professional`` ..."""
    caption: str
    """Win32_OperatingSystem.Caption; 2008 R2 ends it with a blank (recorded Server 2008 R2 host)."""
    product_name: str
    """ProductName of the registry, without the maker."""
    edition_id: str
    """EditionID of the registry, full installation."""
    edition_id_core: str | None
    """EditionID of the registry, Server Core; None when there is no core installation."""
    sku_full: int
    """OperatingSystemSKU of the full installation (GetProductInfo)."""
    sku_core: int | None
    """OperatingSystemSKU of Server Core; None when there is no core installation."""
    installations: tuple[str, ...]
    """Which of ``full`` and ``core`` exist."""
    architectures: tuple[str, ...]
    """Which of ``x64`` and ``x86`` exist."""
    product_type: int
    """Win32_OperatingSystem.ProductType: 1 client, 3 server."""
    suite_mask: int
    """Win32_OperatingSystem.SuiteMask and OSProductSuite."""
    maximum_memory: int
    """Bytes of memory that the edition uses."""
    hyper_v: bool
    """The Hyper-V role can be installed."""
    hyper_v_preinstalled: bool
    """The Hyper-V role is part of the edition (Hyper-V Server)."""


class Limits(Record):
    """Largest values of the Hyper-V host; sizes in bytes."""

    host_logical_processors: int
    host_memory: int
    running_virtual_machines: int
    host_virtual_processors: int
    virtual_processors_per_logical_processor: int
    virtual_processors_generation_1: int
    virtual_processors_generation_2: int
    virtual_machine_memory_generation_1: int
    virtual_machine_memory_generation_2: int
    checkpoints: int
    scsi_controllers: int
    disks_per_scsi_controller: int
    ide_disks: int
    vhd_size: int
    vhdx_size: int
    network_adapters: int
    legacy_network_adapters: int

    def virtual_processors(self, generation: int) -> int:
        """Most virtual processors of a machine of that generation."""
        return (
            self.virtual_processors_generation_2 if generation == 2 else self.virtual_processors_generation_1
        )

    def virtual_machine_memory(self, generation: int) -> int:
        """Most memory of a machine of that generation in bytes."""
        if generation == 2:
            return self.virtual_machine_memory_generation_2
        return self.virtual_machine_memory_generation_1


class Features(Record):
    """Names under which Windows installs Hyper-V and its tools."""

    role: str
    """Server Manager name of the role; empty on clients."""
    tools: tuple[str, ...]
    """Server Manager names of the management tools."""
    server_feature_id: int | None
    """Win32_ServerFeature.ID of the role; None on clients."""
    dism_role: tuple[str, ...]
    """DISM feature names of the role, the one to enable first."""
    dism_tools: tuple[str, ...]
    """DISM feature names of the management tools."""
    dism_all: bool
    """DISM knows /all and Enable-WindowsOptionalFeature -All."""
    commands_full: tuple[str, ...]
    """Programs, cmdlets and WMI methods that install the role on a full installation."""
    commands_core: tuple[str, ...]
    """The same on Server Core."""


class Release(Record):
    """Facts of one release."""

    key: str
    title: str
    """Product family, e.g. ``Windows Server 2022``."""
    is_client: bool
    version: str
    """major.minor.build, e.g. ``10.0.20348``."""
    build: int
    update_revision: int
    """UBR of the registry."""
    build_lab: str
    """BuildLabEx of the registry."""
    display_version: str
    """DisplayVersion of the registry, e.g. ``21H2``; empty where the value does not exist."""
    release_id: str
    """ReleaseId of the registry, e.g. ``2009``; empty where the value does not exist."""
    command_interpreter_version: str
    """What ``ver`` prints after "Version"."""
    service_pack: int
    """ServicePackMajorVersion."""
    service_pack_text: str | None
    """CSDVersion, e.g. ``Service Pack 1``."""
    winrm_stack: str
    """Stack version in Identify: ``2.0`` or ``3.0``."""
    powershell_version: str
    powershell_build: str
    execution_policy: str
    """The policy for scripts where nobody set one (about_Execution_Policies): servers since 2012 R2 run those
    of their own disks."""
    """PSVersionTable.BuildVersion."""
    powershell_full_version: str
    """PSVersionTable.PSVersion."""
    powershell_compatible_versions: tuple[str, ...]
    powershell_remoting_protocol: str
    """PSVersionTable.PSRemotingProtocolVersion."""
    common_language_runtime: str
    """PSVersionTable.CLRVersion."""
    hyper_v_module_version: str | None
    """Version of the Hyper-V PowerShell module; None where there is none."""
    wmi_namespaces: tuple[str, ...]
    """``v1`` (root/virtualization) and ``v2`` (root/virtualization/v2)."""
    generation_2: bool
    configuration_versions: tuple[str, ...]
    """Configuration versions that a machine may have; empty where the host has no such choice."""
    default_configuration_version: str | None
    configuration_format: str
    """``xml`` or ``vmcx``."""
    exported_configuration: str
    """Ending of the configuration files of an export: ``exp``, ``xml`` or ``vmcx``."""
    feature_minimum_configuration_versions: Mapping[str, str]
    """Feature -> first configuration version that has it."""
    virtual_disk_formats: tuple[str, ...]
    """File name endings of virtual hard disks: ``vhd``, ``vhdx``, ``vhds``."""
    production_checkpoints: bool
    replication_intervals: tuple[int, ...]
    """Seconds between two cycles of Hyper-V Replica that may be chosen; empty where there is none."""
    extended_replication: bool
    """A replica may be replicated to a third host."""
    storage_spaces: Mapping[str, Any]
    """What Storage Spaces are like: ``subsystem``, the name of their subsystem; ``dual_parity``, whether two
    disks of a parity may fail; ``named_disks``, whether their disks have their names. Empty without them."""
    special_devices: tuple[str, ...]
    """Kinds of special devices that machines may have: ``fibre_channel``, ``remotefx``, ``gpu_partition``,
    ``assignable_device``, ``persistent_memory``, ``flexible_io``."""
    default_switch_id: str | None
    """GUID of the switch "Default Switch" that clients have; None elsewhere."""
    slat_required: bool
    limits: Limits
    editions: Mapping[str, EditionFacts]
    features: Features
    requirement_texts: Mapping[str, str]
    """Why Server Manager refuses the role: keys cpu, firmware, dep, slat, already_virtual."""
    local_groups: Mapping[str, str]
    """Name -> SID of the built-in local groups."""
    dep_support_policy: int
    """Win32_OperatingSystem.DataExecutionPrevention_SupportPolicy."""
    processor_virtualization_properties: bool
    """Win32_Processor has VirtualizationFirmwareEnabled and its siblings."""
    hypervisor_present_property: bool
    """Win32_ComputerSystem has HypervisorPresent."""
    systeminfo_hyper_v: bool
    """systeminfo prints its Hyper-V block."""
    winrm_defaults: Mapping[str, Any]
    """Keys of a profile's `winrm` whose default differs from the newest release's."""

    @property
    def version_parts(self) -> tuple[int, int, int]:
        """(major, minor, build)."""
        major, minor, build = (int(part) for part in self.version.split("."))
        return major, minor, build

    @property
    def supports_hyper_v(self) -> bool:
        """Some edition can have the Hyper-V role."""
        return any(edition.hyper_v for edition in self.editions.values())


@functools.cache
def release_keys() -> tuple[str, ...]:
    """Keys of all releases, oldest server first, clients last."""

    def age(key: str) -> tuple[bool, int, str]:
        number = re.match(r"\d+", key)
        year = int(number.group()) if number else 0
        return year < 1000, year, key

    return tuple(sorted((path.stem for path in _DIRECTORY.glob("*.yaml")), key=age))


_known: dict[str, Release] = {}


def know_release(facts: Release) -> None:
    """Take the facts of a release that were read before, so that nobody reads them again."""
    _known[facts.key] = facts


def release(key: str) -> Release:
    """Facts of a release, e.g. ``release("2022")``; KeyError when there is no such release."""
    found = _known.get(key)
    if found is None:
        found = _known[key] = _read(key)
    return found


def _read(key: str) -> Release:
    if key not in release_keys():
        raise KeyError(key)
    facts = _node(key).plain()
    words = {"title": facts["title"], "number": facts.pop("number")}
    facts |= {
        "key": key,
        "build": int(facts["version"].rpartition(".")[2]),
        "limits": Limits(**{name: parse_size(value) for name, value in facts["limits"].items()}),
        "features": Features(**_frozen(facts["features"])),
        "editions": {
            name: _edition(name, edition, words) for name, edition in facts["editions"].items() if edition
        },
        "local_groups": {name: sid for name, sid in facts["local_groups"].items() if sid},
    }
    missing = set(names(Release)) - facts.keys()
    if missing:
        raise ValueError(f"release {key} states no {', '.join(sorted(missing))}")
    return Release(**_frozen(facts))


@functools.cache
def _node(key: str) -> Node:
    """The facts of a release laid over those of its predecessors."""
    # YAML is loaded only when there is some to read.
    from emulator.profile.source import merge, read

    node = read(_DIRECTORY / f"{key}.yaml", f"releases/{key}.yaml")
    base = node.value.pop("extends", None)
    return node if base is None else merge(_node(str(base.value)), node)


def _edition(name: str, facts: dict[str, Any], words: dict[str, str]) -> EditionFacts:
    caption = facts["caption"].format_map(words)
    product_name = facts.get("product_name") or caption.strip().removeprefix("Microsoft ")
    memory = parse_size(facts["maximum_memory"])
    stated = facts | {"caption": caption, "product_name": product_name, "maximum_memory": memory}
    return EditionFacts(name=name, **_frozen(stated))


def _frozen(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts with lists as tuples and mappings read-only, at every depth."""
    return {name: _freeze(value) for name, value in facts.items()}


def _freeze(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_freeze(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _freeze(item) for key, item in value.items()})
    return value
