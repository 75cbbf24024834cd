"""What Update-Help and Save-Help have in common (UpdatableHelpCommandBase of 5.1)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from emulator.host import Host
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.core.help_files import languages, read_text
from emulator.powershell.modules.updatable_help.help_info import HelpInfo, read_help_info
from emulator.powershell.modules.updatable_help.problems import (
    CAUSES,
    CULTURE,
    HelpProblem,
    Problems,
    as_problem,
)
from emulator.powershell.modules.updatable_help.sites import cabinet, help_info_text, resolved
from emulator.powershell.modules.updatable_help.updatable_modules import UpdatableModule, updatable_modules
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import NotEmulatedError, PSError
from emulator.powershell.runtime.module import Cmdlet
from emulator.powershell.runtime.services import ByteStore, Clock, FolderStore
from emulator.powershell.runtime.streams import ProgressRecord

_FILES = "FileSystem"
_ARGUMENT = "System.Management.Automation.PSArgumentException"
_LOCATING, _CONNECTING = "Locating Help Content...", "Connecting to Help Content..."
_INSTALLING = "Installing Help content..."
_DAY = timedelta(days=1)


class UpdatableHelp(Cmdlet):
    """What both commands do: every module in every language, and a word on what went wrong at the end."""

    activity: str
    again: str
    """What is told when a module had its turn today."""

    def begin(self) -> None:
        """Nothing has happened yet."""
        self.problems = Problems()
        self._is_due = False

    def process(self) -> None:
        """The modules of one input object."""
        call = self.call
        given = call.get("Module"), call.get("FullyQualifiedModule")
        if None not in given:
            text = (
                "The parameters Module and FullyQualifiedModule cannot be used together. Please specify only "
                "one parameter."
            )
            error_id = "ModuleAndFullyQualifiedModuleCannotBeSpecifiedTogether"
            raise call.failure("System.InvalidOperationException", text, error_id, "InvalidOperation")
        self.check()
        names, specifications = given
        wanted: Iterable[Any] = (None,)
        if names is not None:
            wanted = [to_text(one) for one in names]
        elif specifications is not None:
            wanted = [unwrap(one) for one in specifications]
        for one in wanted:
            if one == "":
                text = "The following parameter must not be null or empty: Module."
                call.error(call.record(_ARGUMENT, text, "Argument", "InvalidArgument"))
                continue
            for module in updatable_modules(call, one, self.problems):
                self._handle(module)
        self._progress(self.activity, _INSTALLING, 100, completed=True)

    def end(self) -> None:
        """The errors, each once for all modules that had it."""
        self.problems.tell(self.call)

    def check(self) -> None:
        """Refuse what cannot be asked for."""

    def handle(self, module: UpdatableModule, culture: str) -> None:
        """One module in one language. Raises `CAUSES`."""
        raise NotImplementedError

    def _handle(self, module: UpdatableModule) -> None:
        """A module in the languages that were asked for, or in the first one that it has of the user's."""
        call = self.call
        given = call.get("UICulture")
        cultures = [to_text(one) for one in given] if given else languages(call.engine.session.ui_culture)
        for culture in cultures:
            try:
                self.handle(module, culture)
            except CAUSES as cause:
                problem = as_problem(cause, of_files=True)
                if problem.error_id == CULTURE and not given:
                    continue  # the next language may be there
                self.problems.add(module.name, culture, problem)
            if not given:
                break

    def progress(self, module: UpdatableModule, status: str, *percents: int) -> None:
        """Progress of a module."""
        for percent in percents:
            self._progress(self.activity.format(module.name), status, percent)

    def _progress(self, activity: str, status: str, percent: int, *, completed: bool = False) -> None:
        record = ProgressRecord(activity, status, 1)
        record.percent_complete, record.completed = percent, completed
        self.call.progress(record)

    def is_due(self, module: UpdatableModule, folder: str) -> bool:
        """Whether a day has gone by since the module had its turn; after one that is due, all are."""
        call = self.call
        if self._is_due or call.get("Force"):
            self._is_due = True
            return True
        entry = call.service(FolderStore).entry(ntpath.join(folder, module.help_info_name))
        if entry is not None and call.service(Clock).now() - entry.modified < _DAY:
            call.verbose(self.again.format(module.name))
            return False
        self._is_due = True
        return True

    def info_in(
        self, folder: str, module: UpdatableModule, *, ignoring_faults: bool = False
    ) -> HelpInfo | None:
        """What the HelpInfo.xml of a folder says; None when there is none."""
        store = self.call.service(ByteStore)
        path = ntpath.join(folder, module.help_info_name)
        if not store.exists(path):
            return None
        try:
            return read_help_info(read_text(self.call.engine, path))
        except HelpProblem:
            if ignoring_faults:
                return None
            raise

    def info_of_site(self, module: UpdatableModule, culture: str) -> tuple[HelpInfo, str]:
        """What the HelpInfo.xml on the web says, and the folder with the cabinets."""
        call = self.call
        address = resolved(call, module.address) + module.help_info_name
        self.progress(module, _LOCATING, 0)
        text = help_info_text(call, address)
        self.progress(module, _LOCATING, 100)
        if text is None:
            raise no_info(culture)
        info = read_help_info(text)
        return info, resolved(call, info.address, tell=True)

    def content_of_site(self, module: UpdatableModule, address: str, culture: str) -> bytes:
        """A cabinet from the web."""
        self.progress(module, _CONNECTING, 0, 100)
        data = cabinet(self.call, address + module.content_name(culture))
        self.progress(module, "Downloading Help Content...", 100)
        return data

    def is_newer(self, old: HelpInfo | None, new: HelpInfo, culture: str) -> bool:
        """Whether a language is to come, as its version is above that which is there."""
        before, after = old.version(culture) if old is not None else None, new.version(culture)
        return bool(self.call.get("Force")) or before is None or (after is not None and after > before)

    def tell(self, module: UpdatableModule, what: str, culture: str, version: Version | None) -> None:
        """What was done (Verbose)."""
        self.call.verbose(f"{module.name}: {what}. Culture {culture} Version {version}")

    def keep_info(self, module: UpdatableModule, folder: str, info: HelpInfo, culture: str) -> None:
        """Write down which language came, in the HelpInfo.xml of a folder."""
        version = info.version(culture)
        old = self.info_in(folder, module, ignoring_faults=bool(self.call.get("Force")))
        held = old or HelpInfo(address=info.address, cultures={})
        if version is not None:
            held = held.with_culture(culture, version, info.address)
        path = ntpath.join(folder, module.help_info_name)
        self.call.service(ByteStore).write_bytes(path, held.text().encode("utf-8-sig"))

    def folders_of(self, given: Iterable[Any], *, recurse: bool = False) -> list[str] | None:
        """The folders that paths mean; None when one is empty, which is reported.

        Raises HelpProblem for one that is no folder.
        """
        call = self.call
        found: list[str] = []
        for one in map(to_text, given):
            if not one:
                text = "The following parameter must not be null or empty: Path."
                call.error(call.record(_ARGUMENT, text, "Argument", "InvalidArgument"))
                return None
            for folder in self._folders(one):
                found += _below(call, folder) if recurse else [folder]
        return found

    def _folders(self, path: str) -> list[str]:
        call = self.call
        is_literal = call.has("LiteralPath")
        store = call.service(ByteStore)
        missing = HelpProblem(
            "PathMustBeValidContainers",
            f"The path {path} is not a valid directory. Make sure the directory exists and retry.",
            "InvalidArgument",
        )
        try:
            places = call.engine.paths.expand(path, is_literal)
        except (NetError, PSError) as problem:
            if isinstance(problem, NotEmulatedError):
                raise
            raise missing from None
        for place in places:
            if place.provider.name != _FILES:
                text = (
                    f"The path {place.shown} does not contain a FileSystem provider. Verify that the "
                    "specified path contains the FileSystem provider, and then retry the command."
                )
                raise HelpProblem("InvalidArgument", text, "InvalidArgument")
        if is_literal and not all(store.is_directory(one.path) for one in places):
            raise missing
        return [one.path for one in places if store.is_directory(one.path)]

    def check_credential(self) -> None:
        """Raises HelpProblem when nobody has the name and the password that are given for the folders."""
        call = self.call
        held = unwrap(call.get("Credential"))
        if not isinstance(held, Credential):
            return
        if call.service(Host).accounts.verify(held.user_name, held.password.text) is None:
            raise HelpProblem("UnknownErrorId", "The specified network password is not correct")


def no_info(culture: str) -> HelpProblem:
    text = (
        f"Unable to retrieve the HelpInfo XML file for UI culture {culture}. Make sure the HelpInfoUri "
        "property in the module manifest is valid or check your network connection and then try the command "
        "again."
    )
    return HelpProblem("UnableToRetrieveHelpInfoXml", text, "ResourceUnavailable")


def _below(call: CmdletCall, folder: str) -> list[str]:
    """A folder and all below it."""
    store = call.service(FolderStore)
    found, pending = [], [folder]
    while pending:
        one = pending.pop()
        found.append(one)
        pending += [each.path for each in reversed(store.entries(one)) if each.is_directory]
    return found
