"""advapi32.dll: tokens, names of accounts, and the service control manager."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import Function
from emulator.powershell.modules.native.account_rights import ACCOUNT_RIGHTS
from emulator.powershell.modules.native.logon_sessions import ACCOUNTS
from emulator.powershell.modules.native.service_manager import SERVICE_MANAGER
from emulator.powershell.modules.native.tokens import TOKENS

FUNCTIONS: dict[str, Function] = {**ACCOUNTS, **ACCOUNT_RIGHTS, **TOKENS, **SERVICE_MANAGER}
