"""Resiliency settings, and how a virtual disk lies on the disks of its pool."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.host.storage.storage_errors import StorageCode, StorageRefused

MOST_COLUMNS = 8
#: Columns of a virtual disk with dual parity, at least and at most.
_DUAL_PARITY = (7, 17)
_THREE_COPIES = 3
#: Disks without which a mirror of three copies could not tell who is right (documented).
_DISKS_OF_THREE_COPIES = 5
INTERLEAVE, LEAST_INTERLEAVE, MOST_INTERLEAVE = 256 << 10, 16 << 10, 4 << 20


@dataclass(frozen=True, slots=True)
class ResiliencySetting:
    """A kind of layout. Pairs are the least and the most."""

    name: str
    description: str
    copies: tuple[int, int]
    redundancy: tuple[int, int]
    columns: tuple[int, int]

    @property
    def default_copies(self) -> int:
        """Copies that a virtual disk has when nobody says more."""
        return self.copies[0]

    @property
    def default_redundancy(self) -> int:
        """Disks that may fail when nobody says more."""
        return self.redundancy[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a virtual disk are made: ``width`` slabs on different disks, ``data_slabs`` of data."""

    resiliency: str
    copies: int
    redundancy: int
    columns: int
    interleave: int = INTERLEAVE

    @property
    def width(self) -> int:
        """Disks of a row."""
        return self.columns * self.copies

    @property
    def data_slabs(self) -> int:
        """Slabs of data in a row."""
        return self.columns - self.redundancy if self.resiliency == "Parity" else self.columns


def resiliency_settings(*, dual_parity: bool) -> tuple[ResiliencySetting, ...]:
    """Those of every pool; which redundancy parity can have depends on the release."""
    parity = (1, 2) if dual_parity else (1, 1)
    most = _DUAL_PARITY[1] if dual_parity else MOST_COLUMNS
    return (
        ResiliencySetting("Simple", "Simple Spaces", (1, 1), (0, 0), (1, MOST_COLUMNS)),
        ResiliencySetting("Mirror", "Mirrored Spaces", (2, 3), (1, 2), (1, MOST_COLUMNS)),
        ResiliencySetting("Parity", "Parity Spaces", (1, 1), parity, (3, most)),
    )


def find_setting(settings: tuple[ResiliencySetting, ...], name: str) -> ResiliencySetting:
    """The setting of a name in any case. Raises StorageRefused (49000)."""
    found = next((each for each in settings if each.name.casefold() == name.casefold()), None)
    if found is None:
        raise StorageRefused(StorageCode.NO_SUCH_RESILIENCY)
    return found


def make_layout(
    setting: ResiliencySetting,
    disks: int,
    *,
    copies: int | None = None,
    redundancy: int | None = None,
    columns: int | None = None,
    interleave: int | None = None,
) -> Layout:
    """The layout on so many disks; what is not given is chosen as Windows does.

    Raises StorageRefused: values out of range (49002, 49003, 49005, 49006), too few disks (48004).
    """
    if interleave is None:
        interleave = INTERLEAVE
    elif not LEAST_INTERLEAVE <= interleave <= MOST_INTERLEAVE or interleave & (interleave - 1):
        raise StorageRefused(StorageCode.INTERLEAVE_OUT_OF_RANGE)
    wanted_redundancy = setting.default_redundancy if redundancy is None else redundancy
    if not setting.redundancy[0] <= wanted_redundancy <= setting.redundancy[1]:
        raise StorageRefused(StorageCode.REDUNDANCY_OUT_OF_RANGE)
    is_mirror = setting.name == "Mirror"
    wanted_copies = (wanted_redundancy + 1 if is_mirror else 1) if copies is None else copies
    if not setting.copies[0] <= wanted_copies <= setting.copies[1]:
        raise StorageRefused(StorageCode.COPIES_OUT_OF_RANGE)
    if is_mirror:
        if redundancy is not None and redundancy != wanted_copies - 1:
            raise StorageRefused(StorageCode.REDUNDANCY_OUT_OF_RANGE)
        wanted_redundancy = wanted_copies - 1
    least, most = setting.columns
    if setting.name == "Parity":
        least, most = _DUAL_PARITY if wanted_redundancy > 1 else (least, MOST_COLUMNS)
    if columns is not None and not least <= columns <= most:
        raise StorageRefused(StorageCode.COLUMNS_OUT_OF_RANGE)
    chosen = columns if columns is not None else max(least, min(MOST_COLUMNS, disks // wanted_copies))
    needed = chosen * wanted_copies
    if wanted_copies == _THREE_COPIES:
        needed = max(needed, _DISKS_OF_THREE_COPIES)
    if disks < needed:
        raise StorageRefused(StorageCode.NOT_ENOUGH_DISKS_IN_POOL)
    return Layout(setting.name, wanted_copies, wanted_redundancy, chosen, interleave)
