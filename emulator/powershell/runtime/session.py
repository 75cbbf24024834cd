"""What a runspace starts with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any

from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.background import BackgroundWork
from emulator.powershell.runtime.limits import DEFAULT, Limits
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.services import SilentInterface, UserInterface
from emulator.record import MutableRecord, Record, field

REMOTE_HOST = "ServerRemoteHost"
"""$Host.Name where a client or a job stands behind the session."""


class VersionFacts(Record):
    """$PSVersionTable. ``build`` is BuildVersion, the Windows build the engine came with."""

    ps_version: str = "5.1.20348.1"
    build: str = "10.0.20348.1"
    clr_version: str = "4.0.30319.42000"
    edition: str | None = "Desktop"
    wsman_stack_version: str = "3.0"
    remoting_protocol_version: str = "2.3"
    serialization_version: str = "1.1.0.1"
    compatible_versions: tuple[str, ...] = ("1.0", "2.0", "3.0", "4.0", "5.0")
    operating_system: str = ""
    """OS of PowerShell 7."""
    home: str | None = None
    """$PSHOME; None for that of Windows PowerShell."""


class InitialSession(MutableRecord, eq=False):
    """The modules, services and facts that runspaces are made from. Shared by all runspaces of a host.

    ``release`` is the key under which the cmdlet tables are viewed (``2022``). ``services`` maps a type to
    the object that implements it. ``gap_counts`` counts what was asked for and is not emulated, by (kind,
    name).
    """

    modules: tuple[Module, ...] = ()
    services: Mapping[Any, Any] = field(default_factory=dict)
    version: VersionFacts = field(default_factory=VersionFacts)
    release: str = "2022"
    culture: str = "en-US"
    ui_culture: str = "en-US"
    culture_settings: Mapping[str, str] = field(default_factory=dict)
    """What the user set of numbers and dates, by Windows' names; it counts for the user's own culture."""
    ui: UserInterface = field(default_factory=SilentInterface)
    host_name: str = "ConsoleHost"
    host_version: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = DEFAULT
    gap_counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    console: dict[str, Any] = field(default_factory=dict)
    """Writers that scripts put in the place of the process's streams: ``out`` and ``error``."""
    pipe_ends: dict[int, Any] = field(default_factory=dict)
    """Ends of anonymous pipes that wait for a client, by handle; a handle is the process's."""
    compiled: dict[Any, Any] = field(default_factory=dict)
    """What the process has compiled, by source."""
    compiled_types: dict[str, PSType] = field(default_factory=dict)
    """The types of it by lower-case full name: all runspaces of the process know them."""
    compiling: RLock = field(default_factory=RLock)
    """Held while something is compiled, so that runspaces which give the same source have the same types."""
    script_types: dict[object, list[PSType]] = field(default_factory=dict)
    """The classes and enums of each piece of script with definitions: runspaces of the process share them."""
    background: BackgroundWork = field(default_factory=BackgroundWork)
    """What runs beside the scripts of the process."""
    on_gap: Callable[[str, str], None] | None = None
    """Told of each gap too: the machine keeps a list of its own."""

    @property
    def is_remote(self) -> bool:
        """Whether a client or a job stands behind it, and no console."""
        return self.host_name == REMOTE_HOST

    def gap(self, kind: str, name: str) -> None:
        """Count a gap; after ``limits.gaps`` different ones only known ones are counted on."""
        key = (kind, name[:200])
        if key in self.gap_counts or len(self.gap_counts) < self.limits.gaps:
            self.gap_counts[key] += 1
        if self.on_gap is not None:
            self.on_gap(*key)

    def gaps(self) -> Iterable[tuple[str, str, int]]:
        """Kind, name and count of each gap, most frequent first."""
        return [(kind, name, count) for (kind, name), count in self.gap_counts.most_common()]
