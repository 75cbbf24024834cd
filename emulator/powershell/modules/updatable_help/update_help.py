"""Update-Help: help files of a folder or the web go beside the modules (UpdateHelpCommand of 5.1)."""

from __future__ import annotations

import ntpath
from typing import Any

from emulator.host import Account
from emulator.powershell.modules.updatable_help.command import UpdatableHelp, no_info
from emulator.powershell.modules.updatable_help.help_info import HelpInfo
from emulator.powershell.modules.updatable_help.installation import installed, unpacked
from emulator.powershell.modules.updatable_help.problems import CAUSES, HelpProblem, as_problem
from emulator.powershell.modules.updatable_help.settings import ask_no_more, default_source
from emulator.powershell.modules.updatable_help.sites import no_content
from emulator.powershell.modules.updatable_help.updatable_modules import UpdatableModule
from emulator.powershell.modules.windows_modules import ENGINE_MODULES
from emulator.powershell.runtime.core_snap_in import home_of
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore, Machine

_ARGUMENT = "System.Management.Automation.PSArgumentException"
_INSTALLING = "Installing Help content..."


@cmdlet(
    "Update-Help", reads=("Module", "FullyQualifiedModule", "UICulture", "Force", "UseDefaultCredentials")
)
class UpdateHelp(UpdatableHelp):
    """Take in help files, from a folder or the web."""

    accepts = ("SourcePath", "LiteralPath", "Recurse", "Credential")
    activity = "Updating Help for module {0}"
    again = (
        "Help was not updated for the module {0}, because the Update-Help command was run on this computer "
        "within the last 24 hours. \nTo update help again, add the Force parameter to your command."
    )

    def begin(self) -> None:
        """Get-Help shall not ask for it any more."""
        super().begin()
        ask_no_more(self.call.engine)
        self._default = default_source(self.call.engine)

    def check(self) -> None:
        """-Recurse needs a folder."""
        call = self.call
        if call.get("Recurse") and self._given() is None:
            text = "The -Recurse parameter is only available if a source path is specified."
            raise call.failure(_ARGUMENT, text, "Argument", "InvalidArgument")

    def _given(self) -> list[Any] | None:
        found: list[Any] | None = self.call.get("SourcePath") or self.call.get("LiteralPath")
        return found or (None if self._default is None else [self._default])

    def handle(self, module: UpdatableModule, culture: str) -> None:
        """Take in the help of a module in a language."""
        call = self.call
        if not (module.is_of_windows or call.service(ByteStore).is_directory(module.folder)):
            text = "The ModuleBase directory cannot be found. Verify the directory and try again."
            self.problems.add(module.name, None, HelpProblem("ModuleBaseMustExist", text))
            return
        old = self.info_in(module.folder, module, ignoring_faults=bool(call.get("Force")))
        if not self.is_due(module, module.folder):
            return
        given = self._given()
        if given is None:
            info, place = self.info_of_site(module, culture)
        else:
            found = self._info_of_folders(module, given, culture)
            if found is None:
                return
            info, place = found
        name = info.fitting(culture)
        before = old.version(name) if old is not None else None
        text = (
            f"{module.name}, Current Version: {before or '0.0.0.0'}, "
            f"Available Version: {info.version(name)}, UICulture: {name}"
        )
        if not call.should_process(text, "Update-Help"):
            return
        if not self._has_rights(module):
            text = (
                "Access is denied. The command could not update Help topics for the Windows PowerShell core "
                "modules, or for any modules in the $pshome\\Modules directory. To update these Help topics, "
                'start Windows PowerShell by using the "Run as Administrator" command, and try running '
                "Update-Help again."
            )
            self.problems.add(module.name, None, HelpProblem("UpdatableHelpSystemRequiresElevation", text))
            return
        if not self.is_newer(old, info, name):
            newest = "The most current Help files are already installed."
            self.tell(module, newest, name, info.version(name))
            return
        try:
            self._install(module, info, place, name, is_site=given is None)
        except CAUSES as cause:
            self.problems.add(module.name, name, as_problem(cause))

    def _info_of_folders(
        self, module: UpdatableModule, given: list[Any], culture: str
    ) -> tuple[HelpInfo, str] | None:
        """The first HelpInfo.xml of the folders, which has the language, and its folder."""
        try:
            self.check_credential()
            folders = self.folders_of(given, recurse=bool(self.call.get("Recurse")))
            if not folders:
                return None
            for folder in folders:
                info = self.info_in(folder, module)
                if info is not None:
                    info.fitting(culture)
                    return info, folder
        except CAUSES as cause:
            as_problem(cause)
        # Whatever it was, that is what Windows says of it.
        raise no_info(culture)

    def _has_rights(self, module: UpdatableModule) -> bool:
        """Only administrators write below $PSHOME."""
        folder = f"{module.folder}\\".lower()
        account = self.call.engine.find_service(Account)
        is_protected = folder.startswith(f"{home_of(self.call.engine)}\\".lower())
        return not is_protected or (account is not None and account.is_administrator)

    def _install(
        self, module: UpdatableModule, info: HelpInfo, place: str, culture: str, *, is_site: bool
    ) -> None:
        call = self.call
        if is_site:
            data = self.content_of_site(module, place, culture)
        else:
            path = ntpath.join(place, module.content_name(culture))
            store = call.service(ByteStore)
            if not store.exists(path):
                raise no_content()
            data = store.read_bytes(path)
        self.progress(module, _INSTALLING, 0)
        files = unpacked(call, data, culture)
        folders = [module.folder]
        if module.name in ENGINE_MODULES and call.service(Machine).is_64_bit:
            # The 32-bit Windows PowerShell has the same files.
            folders.append(_of_32_bits(module.folder))
        paths = installed(call, files, folders, culture)
        self.progress(module, _INSTALLING, 100)
        self.keep_info(module, module.folder, info, culture)
        for path in paths:
            self.tell(module, f"Updated {path}", culture, info.version(culture))


def _of_32_bits(folder: str) -> str:
    place = folder.lower().find("system32")
    return f"{folder[:place]}SysWOW64{folder[place + len('system32') :]}"
