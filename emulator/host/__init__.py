"""The machine: a fake Windows host with Hyper-V as pure state and rules. It speaks no protocol.

``Host(profile)`` is everything. Doors read inside ``with host.looking():`` and change only through
operations of the objects here; each is atomic, checked first and then applied, and raises a ``HostError``
when refused.
"""

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoints import Checkpoints
from emulator.host.clock import Clock, Timer
from emulator.host.errors import (
    AccessDenied,
    AlreadyExists,
    ChainBroken,
    ChainCycle,
    DirectoryNotEmpty,
    DiskFull,
    FileInUse,
    FileNotFound,
    FileReadOnly,
    FilesystemError,
    GuestLocked,
    GuestNotReady,
    HostError,
    HypervisorNotRunning,
    InUse,
    InvalidParameter,
    InvalidPath,
    InvalidState,
    IsADirectory,
    LimitExceeded,
    NotADirectory,
    NotFound,
    NotSupported,
    NotVirtualDisk,
    OutOfMemory,
    ParentNotFound,
    PathExists,
    PathNotFound,
    PathTooLong,
    QuotaExceeded,
    RequirementNotMet,
    RoleNotInstalled,
    ServiceError,
    ShutdownInProgress,
    WrongDiskKind,
)
from emulator.host.gaps import Gap, Gaps
from emulator.host.guest.guest import Guest, GuestState, InstalledSystem
from emulator.host.guest.integration_services import (
    Heartbeat,
    IntegrationService,
    IntegrationServiceKind,
    IntegrationStatus,
)
from emulator.host.host import Host
from emulator.host.host_object import HostObject, Part
from emulator.host.job import Job, JobError, JobKind, Jobs, JobState, JobType
from emulator.host.network.host_network_adapter import HostNetworkAdapter
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.port_access_lists import (
    AclAction,
    AclApplicability,
    AclDirection,
    AclType,
    ExtendedAcl,
    PortAcl,
)
from emulator.host.network.port_feature import PortFeature
from emulator.host.network.port_features import (
    PORT_FEATURES,
    MonitorMode,
    PortBandwidth,
    PortOffload,
    PortProfile,
    PortRdma,
    PortSecurity,
    TeamMapping,
)
from emulator.host.network.port_networks import (
    IsolationMode,
    PortIsolation,
    PrivateVlanMode,
    RoutingDomain,
    Vlan,
    VlanMode,
)
from emulator.host.network.switch_extensions import (
    NATIVE_EXTENSION,
    ExtensionType,
    SwitchExtension,
    extension_version,
    installed_extensions,
)
from emulator.host.network.switch_port import FeatureSetting, SwitchPort
from emulator.host.network.virtual_switch import (
    BandwidthMode,
    LoadBalancing,
    SwitchKind,
    VirtualSwitch,
)
from emulator.host.network.virtual_switches import VirtualSwitches
from emulator.host.requirements import Requirement
from emulator.host.role import HyperVRole, PendingChange, RoleState
from emulator.host.security.accounts import Account, Accounts, Group
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.filesystem import Entry, FileAttributes, Filesystem, Volume
from emulator.host.storage.virtual_disk import VirtualDisk
from emulator.host.storage.virtual_disks import VirtualDisks
from emulator.host.virtual_machine.controllers import (
    Controller,
    ControllerType,
    IdeController,
    ScsiController,
)
from emulator.host.virtual_machine.device import ComPort, Device, FixedDevice, FixedKind
from emulator.host.virtual_machine.drives import Drive, DvdDrive, FloppyDrive, HardDiskDrive, KeyStorageDrive
from emulator.host.virtual_machine.firmware_settings import SECURE_BOOT_TEMPLATES, FirmwareSettings
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import (
    CheckpointType,
    ConsoleMode,
    CriticalErrorAction,
    HealthState,
    OperationalStatus,
    RecoveryAction,
    RequestedState,
    StartAction,
    StopAction,
    VirtualMachineState,
)
from emulator.host.virtual_machine.virtual_machines import VirtualMachines
from emulator.host.windows.environment_variables import EnvironmentVariable, EnvironmentVariables
from emulator.host.windows.event_log import EventLevel, EventLog, EventLogEntry
from emulator.host.windows.processes import Process
from emulator.host.windows.services import Service, ServiceState, StartMode
from emulator.host.winrm.winrm_configuration import WinrmConfiguration
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal

__all__ = [
    "NATIVE_EXTENSION",
    "PORT_FEATURES",
    "SECURE_BOOT_TEMPLATES",
    "AccessDenied",
    "Account",
    "Accounts",
    "AclAction",
    "AclApplicability",
    "AclDirection",
    "AclType",
    "AlreadyExists",
    "BandwidthMode",
    "ChainBroken",
    "ChainCycle",
    "Checkpoint",
    "CheckpointType",
    "Checkpoints",
    "Clock",
    "ComPort",
    "ConfigurationRefused",
    "ConsoleMode",
    "Controller",
    "ControllerType",
    "CriticalErrorAction",
    "Device",
    "DirectoryNotEmpty",
    "DiskFormat",
    "DiskFull",
    "DiskKind",
    "Drive",
    "DvdDrive",
    "Entry",
    "EnvironmentVariable",
    "EnvironmentVariables",
    "EventLevel",
    "EventLog",
    "EventLogEntry",
    "ExtendedAcl",
    "ExtensionType",
    "FeatureSetting",
    "FileAttributes",
    "FileInUse",
    "FileNotFound",
    "FileReadOnly",
    "Filesystem",
    "FilesystemError",
    "FirmwareSettings",
    "FixedDevice",
    "FixedKind",
    "FloppyDrive",
    "Gap",
    "Gaps",
    "Group",
    "Guest",
    "GuestLocked",
    "GuestNotReady",
    "GuestState",
    "HardDiskDrive",
    "HealthState",
    "Heartbeat",
    "Host",
    "HostError",
    "HostNetworkAdapter",
    "HostObject",
    "HyperVRole",
    "HypervisorNotRunning",
    "IdeController",
    "InUse",
    "InstalledSystem",
    "IntegrationService",
    "IntegrationServiceKind",
    "IntegrationStatus",
    "InvalidParameter",
    "InvalidPath",
    "InvalidState",
    "IsADirectory",
    "IsolationMode",
    "Job",
    "JobError",
    "JobKind",
    "JobState",
    "JobType",
    "Jobs",
    "KeyStorageDrive",
    "LimitExceeded",
    "LoadBalancing",
    "MemorySettings",
    "MonitorMode",
    "NetworkAdapter",
    "NotADirectory",
    "NotFound",
    "NotSupported",
    "NotVirtualDisk",
    "OperationalStatus",
    "OutOfMemory",
    "ParentNotFound",
    "Part",
    "PathExists",
    "PathNotFound",
    "PathTooLong",
    "PendingChange",
    "PortAcl",
    "PortBandwidth",
    "PortFeature",
    "PortIsolation",
    "PortOffload",
    "PortProfile",
    "PortRdma",
    "PortSecurity",
    "PrivateVlanMode",
    "Process",
    "ProcessorSettings",
    "QuotaExceeded",
    "RecoveryAction",
    "Refusal",
    "RequestedState",
    "Requirement",
    "RequirementNotMet",
    "RoleNotInstalled",
    "RoleState",
    "RoutingDomain",
    "ScsiController",
    "Service",
    "ServiceError",
    "ServiceState",
    "ShutdownInProgress",
    "StartAction",
    "StartMode",
    "StopAction",
    "SwitchExtension",
    "SwitchKind",
    "SwitchPort",
    "TeamMapping",
    "Timer",
    "VirtualDisk",
    "VirtualDisks",
    "VirtualMachine",
    "VirtualMachineState",
    "VirtualMachines",
    "VirtualSwitch",
    "VirtualSwitches",
    "Vlan",
    "VlanMode",
    "Volume",
    "WinrmConfiguration",
    "WrongDiskKind",
    "extension_version",
    "installed_extensions",
]
