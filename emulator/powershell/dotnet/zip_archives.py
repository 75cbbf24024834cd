"""ZIP archives as bytes: their entries, and an archive of entries. Bounded, and no file of any machine is
touched."""

from __future__ import annotations

import datetime as _datetime
import io
import zipfile
import zlib
from collections.abc import Iterable

from emulator.powershell.dotnet.exceptions import NetError
from emulator.record import Record

#: Bytes that an archive may hold when it is expanded, and entries.
MAXIMUM_EXPANDED, MAXIMUM_ENTRIES = 256 << 20, 20_000
_FIRST_YEAR, _LAST_YEAR = 1980, 2107


class ZipEntry(Record):
    """One file, or with a name that ends in ``/`` one folder. ``written`` is local time."""

    name: str
    data: bytes
    written: _datetime.datetime

    @property
    def is_directory(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")


def read_zip(data: bytes) -> list[ZipEntry]:
    """The entries of an archive, names with ``/``. Raises NetError with InvalidDataException (no archive,
    damaged,
    compressed otherwise) and IOException (too large for the emulator)."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise _invalid("End of Central Directory record could not be found.") from None
    infos = archive.infolist()
    if sum(each.file_size for each in infos) > MAXIMUM_EXPANDED or len(infos) > MAXIMUM_ENTRIES:
        raise NetError("System.IO.IOException", "There is not enough space on the disk.")
    return [_entry(archive, each) for each in infos]


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> ZipEntry:
    try:
        # What the directory says of the size is not to be trusted.
        with archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise _invalid("Found invalid data while decoding.") from None
    except (NotImplementedError, RuntimeError):
        raise _invalid("The archive entry was compressed using an unsupported compression method.") from None
    if len(data) > info.file_size:
        raise _invalid("Found invalid data while decoding.")
    try:
        written = _datetime.datetime(*info.date_time)
    except ValueError:
        written = _datetime.datetime(_FIRST_YEAR, 1, 1)
    return ZipEntry(info.filename.replace("\\", "/"), data, written)


def write_zip(entries: Iterable[ZipEntry], *, compressed: bool = True) -> bytes:
    """An archive of entries, in their order."""
    made = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(made, "w", kind) as archive:
        for entry in entries:
            moment = entry.written.replace(year=min(max(entry.written.year, _FIRST_YEAR), _LAST_YEAR))
            info = zipfile.ZipInfo(entry.name, moment.timetuple()[:6])
            archive.writestr(info, entry.data, kind)
    return made.getvalue()


def _invalid(text: str) -> NetError:
    return NetError("System.IO.InvalidDataException", text)
