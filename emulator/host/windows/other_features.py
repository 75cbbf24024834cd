"""The roles and features of a server beside Hyper-V: which are installed, and which wait for a restart.

Installing one changes what Server Manager says of it and nothing else: no service, program or module comes
with it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.host_object import HostObject, operation
from emulator.host.windows.feature_catalog import BROUGHT, TOOLS, CatalogRow, catalog
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

#: The first release whose features have these names.
_FIRST_BUILD = 9200
_TOOLS = ("RSAT", "RSAT-Role-Tools")


class SourceMissing(NotFound):
    """The files of a feature are not on the machine (CBS_E_SOURCE_MISSING)."""

    hresult = 0x800F081F
    default_text = "The source files could not be found."


class _Change(Record):
    """What somebody did: from when on, if it waits for a boot after a moment, the feature is so."""

    installed: bool
    after: datetime | None


class OtherFeatures(HostObject):
    """The features of one machine by name."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self._changes: dict[str, _Change] = {}

    @property
    def rows(self) -> tuple[CatalogRow, ...]:
        """The list of the release, with the places of Hyper-V's; empty where names are older ones."""
        build = self.host.release.build
        return catalog(build) if build >= _FIRST_BUILD and not self.host.release.is_client else ()

    def row(self, name: str) -> CatalogRow | None:
        """The line of a name, in any case."""
        return next((one for one in self.rows if one.name.casefold() == name.casefold()), None)

    def is_present(self, row: CatalogRow) -> bool:
        """Whether it is there now."""
        change = self._changes.get(row.name)
        if row.name in _TOOLS and self.host.role.tools:
            return True
        if change is None:
            return row.is_there
        return change.installed if not self._waits(change) else not change.installed

    def is_waiting(self, row: CatalogRow) -> bool:
        """Whether its change waits for the restart."""
        change = self._changes.get(row.name)
        return change is not None and self._waits(change)

    def wanted(self, name: str, *, with_tools: bool, with_sub_features: bool) -> list[CatalogRow]:
        """What installing a feature installs: it, what it lies in and needs, tools and sub-features."""
        found: dict[str, CatalogRow] = {}
        open_names = [name, *(TOOLS.get(name, ()) if with_tools else ())]
        while open_names:
            row = self.row(open_names.pop())
            if row is None or row.name in found:
                continue
            found[row.name] = row
            open_names += [*BROUGHT.get(row.name, ()), *([row.parent] if row.parent else [])]
        if with_sub_features:
            found |= {row.name: row for row in self.below(name)}
        return [row for row in self.rows if row.name in found]

    def below(self, name: str) -> list[CatalogRow]:
        """The feature and all that lies in it."""
        names, found = [name], []
        while names:
            row = self.row(names.pop())
            if row is not None:
                found.append(row)
                names += row.sub_features
        return found

    def require_files(self, rows: Iterable[CatalogRow]) -> None:
        """Raises SourceMissing for a feature whose files are not on the machine."""
        if any(row.lacks_files for row in rows if not self.is_present(row)):
            raise SourceMissing()

    @operation
    def change(self, rows: Iterable[CatalogRow], *, installed: bool) -> list[CatalogRow]:
        """Install or remove; those that changed."""
        changed = []
        for row in rows:
            if self.is_present(row) is (installed if not self.is_waiting(row) else not installed):
                continue
            after = self.host.operating_system.boot_time if row.restarts else None
            if self.is_waiting(row):
                # What was to come with the restart does not.
                del self._changes[row.name]
                if row.is_there is not installed:
                    self._changes[row.name] = _Change(installed, None)
            else:
                self._changes[row.name] = _Change(installed, after)
            changed.append(row)
        self.touch()
        return changed

    def _waits(self, change: _Change) -> bool:
        return change.after is not None and self.host.operating_system.boot_time <= change.after
