"""The COM objects that scripts of the machine can make (New-Object -ComObject)."""

from __future__ import annotations

from typing import Any

from emulator.host import Account, Host


class MachineComObjects:
    """`ComObjects` of the engine for one user."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def create(self, name: str) -> Any:
        wanted = name.lower().split(".")[:2]
        if wanted == ["microsoft", "update"]:
            from emulator.powershell.modules.management.update_com import update_object

            return update_object(name.lower().removeprefix("microsoft.update."), self._host)
        if wanted == ["schedule", "service"]:
            from emulator.powershell.modules.scheduled_tasks.com import Service

            return Service(self._host, self._account)
        if wanted in (["hnetcfg", "fwpolicy2"], ["hnetcfg", "fwrule"]):
            from emulator.powershell.modules.cim.firewall_com import Policy, Rule

            return Rule() if wanted[1] == "fwrule" else Policy(self._host, self._account)
        if wanted == ["htmlfile"] and self._host.profile.operating_system.installation != "core":
            from emulator.powershell.modules.html.documents import HtmlDocument

            return HtmlDocument()
        return None
