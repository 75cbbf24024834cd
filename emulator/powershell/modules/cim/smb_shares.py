"""SmbShare: the shares of the machine and who may use them."""

from __future__ import annotations

from emulator.powershell.modules.cim.noun_cmdlets import (
    Noun,
    change_cmdlet,
    query_cmdlet,
    remove_cmdlet,
    result_cmdlet,
    same_names,
    static_cmdlet,
)

_SPACE = "root/Microsoft/Windows/SMB"
_BY_NAME = same_names("Name", "ScopeName", "SmbInstance")
_SHARE = Noun("MSFT_SmbShare", _BY_NAME, namespace=_SPACE)
_SETTINGS = same_names(
    "Description",
    "ConcurrentUserLimit",
    "ContinuouslyAvailable",
    "FolderEnumerationMode",
    "CachingMode",
    "EncryptData",
    CATimeout="CATimeout",
)
_ACCESS = same_names("FullAccess", "ChangeAccess", "ReadAccess", "NoAccess")
_ACCOUNT = same_names("AccountName")

get_share = query_cmdlet(
    "Get-SmbShare",
    Noun(
        "MSFT_SmbShare",
        {
            **_BY_NAME,
            **same_names(
                "Scoped",
                "Special",
                "ContinuouslyAvailable",
                "ShareState",
                "FolderEnumerationMode",
                "CachingMode",
                "ConcurrentUserLimit",
                "AvailabilityType",
                "EncryptData",
                CaTimeout="CATimeout",
            ),
        },
        namespace=_SPACE,
    ),
)
new_share = static_cmdlet(
    "New-SmbShare",
    "MSFT_SmbShare",
    "CreateShare",
    {**same_names("Name", "Path", "ScopeName", "Temporary"), **_SETTINGS, **_ACCESS},
    output="CreatedShare",
    namespace=_SPACE,
)
set_share = change_cmdlet("Set-SmbShare", _SHARE, _SETTINGS)
remove_share = remove_cmdlet("Remove-SmbShare", _SHARE)
get_access = result_cmdlet("Get-SmbShareAccess", _SHARE, "GetAccessControlEntries")
grant_access = result_cmdlet(
    "Grant-SmbShareAccess",
    _SHARE,
    "GrantAccess",
    {**_ACCOUNT, "AccessRight": "AccessRight"},
    labels="MSFT_SmbShareAccessControlEntry",
)
revoke_access = result_cmdlet("Revoke-SmbShareAccess", _SHARE, "RevokeAccess", _ACCOUNT)
block_access = result_cmdlet("Block-SmbShareAccess", _SHARE, "BlockAccess", _ACCOUNT)
unblock_access = result_cmdlet("Unblock-SmbShareAccess", _SHARE, "UnblockAccess", _ACCOUNT)
