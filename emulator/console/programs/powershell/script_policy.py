"""The execution policy as one process of PowerShell has it."""

from __future__ import annotations

from emulator.host import Account, Host
from emulator.powershell.runtime.services import Environment

#: Where a process keeps its own policy, for its children too.
VARIABLE = "PSExecutionPolicyPreference"


class ProcessScriptPolicy:
    """Which script files a process may run (`ScriptPolicy` of the engine)."""

    def __init__(self, host: Host, account: Account, environment: Environment) -> None:
        self._host = host
        self._account = account
        self._environment = environment

    def refusal(self, path: str) -> str | None:
        from emulator.host.windows.execution_policy import (
            effective_policy,
            is_from_the_internet,
            policy_of_name,
            refusal,
        )

        own = policy_of_name(self._environment.read(VARIABLE))
        policy = effective_policy(self._host, self._account, own)
        is_remote = is_from_the_internet(self._host, path)
        return refusal(policy, path, is_remote=is_remote, host=self._host, user=self._account.sid)
