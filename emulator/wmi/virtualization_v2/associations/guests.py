"""Services for guests: copying files, their network configuration, and programs that speak to them."""

from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization_v2 import guest_services, integration, network, reaches

LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_RegisteredGuestService",
        End("Antecedent", integration.GuestServiceComponent, guest_services.machine_of_component),
        End("Dependent", guest_services.GuestFileService, reaches.devices(integration.GuestServiceComponent)),
    ),
    Link(
        "Msvm_SettingDataComponent",
        End("GroupComponent", network.SyntheticPortSettings, itself),
        End("PartComponent", guest_services.GuestNetworkConfiguration, itself),
    ),
    Link(
        "Msvm_GuestServiceInterfaceSettingDataComponent",
        End("GroupComponent", integration.GuestServiceSettings, guest_services.services_of_component),
        End(
            "PartComponent",
            guest_services.CommunicationSettings,
            reaches.siblings(integration.GuestServiceSettings),
        ),
    ),
)
