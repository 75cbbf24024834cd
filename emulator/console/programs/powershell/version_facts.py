"""Which PowerShell runs: the one of the release, or PowerShell 7 beside it."""

from __future__ import annotations

from emulator.host import Host
from emulator.powershell.runtime import VersionFacts

#: PSCompatibleVersions of PowerShell 7 before its own version (about_Automatic_Variables, recorded outputs).
_COMPATIBLE = ("1.0", "2.0", "3.0", "4.0", "5.0", "5.1.10032.0", "6.2.0")


def of_release(host: Host) -> VersionFacts:
    """Windows PowerShell as the release has it."""
    release = host.release
    return VersionFacts(
        ps_version=release.powershell_full_version,
        build=release.powershell_build,
        clr_version=release.common_language_runtime,
        edition="Desktop" if release.powershell_version >= "5.1" else None,
        wsman_stack_version=release.winrm_stack,
        remoting_protocol_version=release.powershell_remoting_protocol,
        compatible_versions=release.powershell_compatible_versions,
    )


def seven(host: Host) -> VersionFacts:
    """PowerShell 7. Raises ValueError where it is not installed."""
    version = host.profile.operating_system.powershell_7
    if version is None:
        raise ValueError("PowerShell 7 is not installed")
    return VersionFacts(
        ps_version=version,
        build=host.release.powershell_build,
        edition="Core",
        wsman_stack_version="3.0",
        remoting_protocol_version="2.3",
        compatible_versions=_COMPATIBLE,
        operating_system=f"Microsoft Windows {host.release.version}",
        home="C:\\Program Files\\PowerShell\\7",
    )
