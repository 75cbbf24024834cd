"""Save-Help: help files of the web are kept in folders (SaveHelpCommand of 5.1)."""

from __future__ import annotations

import ntpath

from emulator.powershell.modules.updatable_help.command import UpdatableHelp
from emulator.powershell.modules.updatable_help.problems import CAUSES, as_problem
from emulator.powershell.modules.updatable_help.updatable_modules import UpdatableModule
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore


@cmdlet("Save-Help", reads=("Module", "FullyQualifiedModule", "UICulture", "Force", "UseDefaultCredentials"))
class SaveHelp(UpdatableHelp):
    """Keep help files from the web in folders."""

    accepts = ("DestinationPath", "LiteralPath", "Credential")
    activity = "Saving Help for module {0}"
    again = (
        "Help was not saved for the module {0}, because the Save-Help command was run on this computer "
        "within the last 24 hours. \nTo save help again, add the Force parameter to your command."
    )

    def handle(self, module: UpdatableModule, culture: str) -> None:
        """Keep the help of a module in a language."""
        call = self.call
        self.check_credential()
        folders = self.folders_of(call.get("DestinationPath") or call.get("LiteralPath") or ())
        for folder in folders or ():
            old = None if call.get("Force") else self.info_in(folder, module)
            if not self.is_due(module, folder):
                return
            info, place = self.info_of_site(module, culture)
            name = info.fitting(culture)
            if not self.is_newer(old, info, name):
                newest = "The most current Help files are already downloaded."
                self.tell(module, newest, name, info.version(name))
                continue
            try:
                path = ntpath.join(folder, module.content_name(name))
                call.service(ByteStore).write_bytes(path, self.content_of_site(module, place, name))
                self.keep_info(module, folder, info, name)
                self.tell(module, f"Saved {path}", name, info.version(name))
            except CAUSES as cause:
                self.problems.add(module.name, name, as_problem(cause))
