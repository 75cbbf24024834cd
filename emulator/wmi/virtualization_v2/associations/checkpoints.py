"""Checkpoints: their tree, the machine that they are of, and the settings of their devices."""

from emulator.wmi.association import End, Link
from emulator.wmi.virtualization_v2 import computer_system, drives, reaches, system_settings
from emulator.wmi.virtualization_v2.associations.parts import SETTING_VIEWS
from emulator.wmi.virtualization_v2.common_links import checkpoint_links, component_links

MACHINE = computer_system.MachineSystem
SETTINGS = system_settings.RealizedSettings
SNAPSHOT = system_settings.SnapshotSettings

LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SnapshotOfVirtualSystem",
        End("Antecedent", MACHINE, reaches.checkpoints),
        End("Dependent", SNAPSHOT, reaches.machine_of),
    ),
    Link(
        "Msvm_MostCurrentSnapshotInBranch",
        End("Antecedent", MACHINE, reaches.reached("parent_checkpoint")),
        End("Dependent", SNAPSHOT, reaches.reached_from("parent_checkpoint")),
    ),
    Link(
        "Msvm_LastAppliedSnapshot",
        End("Antecedent", SNAPSHOT, reaches.reached_from("last_applied")),
        End("Dependent", MACHINE, reaches.reached("last_applied")),
    ),
    *checkpoint_links(SETTINGS, SNAPSHOT),
    *component_links(SNAPSHOT, reaches.checkpoint, SETTING_VIEWS),
    Link(
        "Msvm_BootSourceComponent",
        End("GroupComponent", SNAPSHOT, reaches.devices(drives.BootSource)),
        End("PartComponent", drives.BootSource, reaches.checkpoint),
    ),
)
