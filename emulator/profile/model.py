"""The profile itself: one machine, from its processor to its virtual machines."""

from typing import Literal

from emulator.profile.accounts import AccountPolicy, Domain
from emulator.profile.hardware import Hardware
from emulator.profile.inventory import Inventory
from emulator.profile.operating_system import HyperVSettings, OperatingSystem, User
from emulator.profile.release import EditionFacts, Release, release
from emulator.profile.section import Field, Section
from emulator.profile.web_pages import WebPage, WebProxy
from emulator.profile.winrm import Winrm


class Profile(Section):
    """A checked description of one Windows machine. Immutable."""

    name: str = Field(
        default="",
        max_length=100,
        description="Name of the profile; left out: the file's name without ending.",
    )
    description: str = Field(default="", max_length=4096, description="What the machine is for.")
    clock: Literal["real", "fast", "manual"] = Field(
        default="real",
        description="`real`: time passes; `fast`: waits inside the machine jump; `manual`: a test moves it.",
    )
    hardware: Hardware = Field(description="Processors, memory, disks, adapters and firmware.")
    operating_system: OperatingSystem = Field(description="The installed Windows.")
    hyper_v: HyperVSettings = Field(
        default_factory=HyperVSettings, description="The Hyper-V role and its host-wide settings."
    )
    winrm: Winrm = Field(default_factory=Winrm, description="The WinRM service.")
    users: tuple[User, ...] = Field(min_length=1, max_length=1000, description="Local accounts.")
    account_policy: AccountPolicy = Field(
        default_factory=AccountPolicy, description="Lockout, password age and rights of local accounts."
    )
    domain: Domain | None = Field(
        default=None, description="A Windows domain and its accounts; left out: none is known."
    )
    web_pages: tuple[WebPage, ...] = Field(
        default=(),
        max_length=1000,
        description="What web sites answer to the machine's requests; nothing else of the internet exists.",
    )
    web_proxies: tuple[WebProxy, ...] = Field(
        default=(), max_length=1000, description="Proxies that pass the machine's web requests on."
    )
    inventory: Inventory = Field(
        default_factory=Inventory, description="What exists in Hyper-V at the start and after a reset."
    )

    @property
    def release(self) -> Release:
        """Facts of the installed release."""
        return release(self.operating_system.release)

    @property
    def edition(self) -> EditionFacts:
        """Facts of the installed edition."""
        return self.release.editions[self.operating_system.edition]

    @property
    def sku(self) -> int:
        """Win32_OperatingSystem.OperatingSystemSKU."""
        core = self.operating_system.installation == "core"
        return self.edition.sku_core if core and self.edition.sku_core is not None else self.edition.sku_full

    @property
    def installation_type(self) -> str:
        """InstallationType of the registry: ``Server``, ``Server Core`` or ``Client``."""
        if self.release.is_client:
            return "Client"
        return "Server Core" if self.operating_system.installation == "core" else "Server"

    @property
    def build_lab(self) -> str:
        """BuildLabEx of the registry, with the installed architecture."""
        if self.operating_system.architecture == "x86":
            return self.release.build_lab.replace(".amd64fre.", ".x86fre.")
        return self.release.build_lab

    @property
    def unmet_requirements(self) -> tuple[str, ...]:
        """What the hardware lacks for the hypervisor of this release.

        Keys of ``Release.requirement_texts`` in the order in which Windows names them:
        ``cpu``, ``firmware``, ``dep``, ``slat``.
        """
        return unmet_requirements(self.hardware, self.release)


def unmet_requirements(hardware: Hardware, facts: Release) -> tuple[str, ...]:
    """What `hardware` lacks for the hypervisor of a release; see ``Profile.unmet_requirements``."""
    processor = hardware.processor
    capable = processor.architecture == "x64" and processor.virtualization.supported
    tests = (
        ("cpu", capable),
        ("firmware", processor.virtualization.enabled or not capable),
        ("dep", processor.dep.usable),
        ("slat", processor.slat or not facts.slat_required),
    )
    return tuple(key for key, met in tests if not met)
