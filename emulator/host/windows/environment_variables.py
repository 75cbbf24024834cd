"""Environment variables as the registry keeps them: those of the system and those of each user.

A new process gets both, with `%NAME%` expanded; processes that run already keep what they were given.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from emulator.host.checks import check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.security.accounts import Account

if TYPE_CHECKING:
    from emulator.host.host import Host

#: The owner of the system's variables, as Win32_Environment names it.
SYSTEM = "<SYSTEM>"
LOCAL_SYSTEM = "NT AUTHORITY\\SYSTEM"
LONGEST_NAME = 255
#: SetEnvironmentVariable ("lpValue"): 32,767 characters with the final NUL.
LONGEST_VALUE = 32_766
MAXIMUM_VARIABLES = 4096
#: Characters that a process gets; what is beyond is left out.
LONGEST_BLOCK = 1 << 20
#: Characters of all values together.
MAXIMUM_CHARACTERS = 4 << 20
_REFERENCE = re.compile(r"%([^%]{1,255})%")
_FOLDERS = (
    "%SystemRoot%\\system32",
    "%SystemRoot%",
    "%SystemRoot%\\System32\\Wbem",
    "%SYSTEMROOT%\\System32\\WindowsPowerShell\\v1.0\\",
)
_SEVEN = ("C:\\Program Files\\PowerShell\\7\\",)
"""What the installer of PowerShell 7 adds."""


class EnvironmentVariable(HostObject):
    """One variable; ``user`` is ``<SYSTEM>``, ``NT AUTHORITY\\SYSTEM`` or ``HOST\\user``."""

    def __init__(self, host: "Host", user: str, name: str, value: str) -> None:
        super().__init__(host)
        self.user = user
        self.name = name
        self.value = value

    @property
    def is_system(self) -> bool:
        """Whether it belongs to every process."""
        return self.user == SYSTEM

    @operation
    def set_value(self, value: str) -> None:
        """Give it another value. Raises InvalidParameter, QuotaExceeded."""
        self.host.environment_variables.check_room(len(check_value(value)) - len(self.value))
        self.value = value
        self.touch()

    @operation
    def delete(self) -> None:
        """Remove it. Raises NotFound."""
        self.host.environment_variables.remove(self)


def check_value(value: object) -> str:
    """A value that a variable may have; an empty one would delete the variable. Raises InvalidParameter."""
    return check_text("the environment variable", value, LONGEST_VALUE, shortest=1)


class EnvironmentVariables:
    """The variables by owner and name, in order of creation; names and owners compare without case."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._variables: dict[tuple[str, str], EnvironmentVariable] = {}
        self._characters = 0

    def seed(self) -> None:
        self._variables.clear()
        self._characters = 0
        for name, value in _system_values(self.host).items():
            self._add(SYSTEM, name, value)
        for user in (
            LOCAL_SYSTEM,
            *(each.qualified_name for each in self.host.accounts if not each.disabled),
        ):
            for name in ("TEMP", "TMP"):
                self._add(user, name, "%USERPROFILE%\\AppData\\Local\\Temp")

    def __iter__(self) -> Iterator[EnvironmentVariable]:
        return iter(list(self._variables.values()))

    def __len__(self) -> int:
        return len(self._variables)

    def find(self, user: str, name: str) -> EnvironmentVariable | None:
        """The variable of an owner, None when there is none."""
        return self._variables.get(_key(user, name))

    @operation
    def create(self, user: str, name: str, value: str) -> EnvironmentVariable:
        """Add a variable. Raises InvalidParameter (also: no such user), AlreadyExists, QuotaExceeded."""
        check_text("the name of an environment variable", name, LONGEST_NAME, shortest=1)
        if "=" in name or not name.isprintable():
            raise InvalidParameter(
                "The name of an environment variable has no '=' and no control characters."
            )
        owner = self._owner(user)
        check_value(value)
        if self.find(owner, name) is not None:
            raise AlreadyExists(f"The environment variable {name} of {owner} exists already.")
        if len(self._variables) >= MAXIMUM_VARIABLES:
            raise QuotaExceeded(f"There are {MAXIMUM_VARIABLES} environment variables already.")
        self.check_room(len(value))
        variable = self._add(owner, name, value)
        self.host.observe("created", variable)
        return variable

    def remove(self, variable: EnvironmentVariable) -> None:
        """Forget a variable; called with the lock held. Raises NotFound."""
        if self._variables.get(_key(variable.user, variable.name)) is not variable:
            raise NotFound(f"The environment variable {variable.name} does not exist.")
        del self._variables[_key(variable.user, variable.name)]
        self._characters -= len(variable.value)
        self.host.next_revision()
        self.host.observe("deleted", variable)

    def check_room(self, difference: int) -> None:
        """Take room for more characters of values, or give it back. Raises QuotaExceeded."""
        if self._characters + difference > MAXIMUM_CHARACTERS:
            raise QuotaExceeded("The environment variables are larger than the emulator keeps.")
        self._characters += difference

    def of_process(self, account: Account, logon: Mapping[str, str]) -> dict[str, str]:
        """What a new process of the account gets of these, expanded with them and with its ``logon`` values.

        A variable of the user replaces that of the system; Path is joined (CreateEnvironmentBlock).
        What a process gets is bounded, whatever refers to what.
        """
        known = {name.casefold(): value for name, value in logon.items()}
        given: dict[str, str] = {}
        names: dict[str, str] = {}
        room = LONGEST_BLOCK
        for owner in (SYSTEM, account.qualified_name):
            wanted = owner.casefold()
            for variable in (each for each in self if each.user.casefold() == wanted):
                key = variable.name.casefold()
                value = _expanded(variable.value, known)
                room -= len(variable.name) + len(value)
                if room < 0:
                    return given
                if key == "path" and key in known and key in names:
                    value = f"{known[key].rstrip(';')};{value}"
                known[key] = value
                given[names.setdefault(key, variable.name)] = value
        return given

    def expanded(self, value: str) -> str:
        """A text with the variables of the system in it, also those that name others, replaced."""
        known = {"systemroot": "C:\\Windows", "systemdrive": "C:", "programfiles": "C:\\Program Files"}
        known["programdata"] = "C:\\ProgramData"
        for variable in self:
            if variable.is_system:
                known[variable.name.casefold()] = _expanded(variable.value, known)
        return _expanded(value, known)

    def _add(self, user: str, name: str, value: str) -> EnvironmentVariable:
        variable = EnvironmentVariable(self.host, user, name, value)
        self._variables[_key(user, name)] = variable
        return variable

    def _owner(self, user: str) -> str:
        for special in (SYSTEM, LOCAL_SYSTEM):
            if user.casefold() == special.casefold():
                return special
        account = self.host.accounts.find(user)
        if account is None:
            raise InvalidParameter(f"There is no user {user[:256]}.")
        return account.qualified_name


def _key(user: str, name: str) -> tuple[str, str]:
    return user.casefold(), name.casefold()


def _expanded(value: str, known: Mapping[str, str]) -> str:
    """`%NAME%` replaced once; what is not known stays. Cut where a variable could not hold more."""
    parts: list[str] = []
    room, start = LONGEST_VALUE, 0
    for match in _REFERENCE.finditer(value):
        replaced = known.get(match[1].casefold())
        if replaced is not None:
            parts += (value[start : match.start()], replaced)
            room -= match.start() - start + len(replaced)
            start = match.end()
            if room <= 0:
                return "".join(parts)[:LONGEST_VALUE]
    parts.append(value[start:])
    return "".join(parts)[:LONGEST_VALUE]


def _system_values(host: "Host") -> dict[str, str]:
    """The system's variables of a fresh installation."""
    processor = host.profile.hardware.processor
    system = host.profile.operating_system
    is_x64 = system.architecture == "x64"
    kind = {"Intel": "Intel64", "AMD": "AMD64"}[processor.vendor] if is_x64 else "x86"
    vendor = "GenuineIntel" if processor.vendor == "Intel" else "AuthenticAMD"
    family, model, stepping = processor.family, processor.model_number, processor.stepping
    return {
        "ComSpec": "%SystemRoot%\\system32\\cmd.exe",
        "NUMBER_OF_PROCESSORS": str(processor.logical_processors),
        "OS": "Windows_NT",
        "Path": ";".join((*_FOLDERS, *_SEVEN) if system.powershell_7 else _FOLDERS),
        "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
        "PROCESSOR_ARCHITECTURE": "AMD64" if is_x64 else "x86",
        "PROCESSOR_IDENTIFIER": f"{kind} Family {family} Model {model} Stepping {stepping}, {vendor}",
        "PROCESSOR_LEVEL": str(family),
        "PROCESSOR_REVISION": f"{model:02x}{stepping:02x}",
        "PSModulePath": (
            "%ProgramFiles%\\WindowsPowerShell\\Modules;"
            "%SystemRoot%\\system32\\WindowsPowerShell\\v1.0\\Modules"
        ),
        "TEMP": "%SystemRoot%\\TEMP",
        "TMP": "%SystemRoot%\\TEMP",
        "USERNAME": "SYSTEM",
        "windir": "%SystemRoot%",
    }
