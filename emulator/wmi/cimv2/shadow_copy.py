"""Shadow copies of volumes, what makes them, and how much space they may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.errors import AccessDenied, HostError, NotFound, NotSupported
from emulator.host.storage.shadow_copies import (
    CLIENT_ACCESSIBLE,
    ShadowCopy,
    TooManyShadowCopies,
    UnknownContext,
)
from emulator.wmi.association import End, Link
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.cimv2.disk import Volume
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: The provider that comes with Windows: identities are the same everywhere.
_PROVIDER = "{B5946137-7B9F-4925-AF80-51ABD60B20D5}"
_SYSTEM_PROVIDER, _CREATED = 1, 12
#: Return values of Win32_ShadowCopy.Create.
_INVALID, _UNKNOWN = 2, 13
_CODES: tuple[tuple[type[HostError], int], ...] = (
    (AccessDenied, 1),
    (NotFound, 3),
    (NotSupported, 4),
    (UnknownContext, 5),
    (TooManyShadowCopies, 8),
)


class ShadowCopies(Win32RowView):
    """The shadow copies, oldest first."""

    class_name = "Win32_ShadowCopy"
    constants = {
        "ClientAccessible": True,
        "Count": 1,
        "Differential": True,
        "ExposedLocally": False,
        "ExposedRemotely": False,
        "HardwareAssisted": False,
        "Imported": False,
        "NoAutoRelease": True,
        "NotSurfaced": False,
        "NoWriters": True,
        "Persistent": True,
        "Plex": False,
        "ProviderID": _PROVIDER,
        "State": _CREATED,
        "Transportable": False,
    }

    def rows(self) -> Iterator[Row]:
        name = self.host.operating_system.fully_qualified_name
        for copy in self.host.shadow_copies:
            yield Row(
                copy.id,
                {
                    "DeviceObject": copy.device,
                    "ID": f"{{{copy.id}}}",
                    "InstallDate": self.local_time(copy.created),
                    "OriginatingMachine": name,
                    "ServiceMachine": name,
                    "SetID": f"{{{copy.set_id}}}",
                    "VolumeName": next(
                        (row.values["DeviceID"] for row in _volumes(self.namespace, copy)), None
                    ),
                },
                copy,
            )

    def delete(self, item: Row) -> None:
        self.host.shadow_copies.delete(item.shown)

    def return_value(self, error: HostError) -> int:
        return next((code for kind, code in _CODES if isinstance(error, kind)), _UNKNOWN)

    @wmi_method
    def Create(self, _copy: Row | None, arguments: Arguments) -> MethodResult:
        """Copy a volume (``C:\\``); the context is ClientAccessible unless another is named."""
        volume = arguments.text("Volume")
        if not volume:
            return arguments.result(_INVALID)
        made = self.host.shadow_copies.create(volume, arguments.text("Context") or CLIENT_ACCESSIBLE)
        return arguments.result(0, ShadowID=f"{{{made.id}}}")


class ShadowProvider(Win32RowView):
    """What makes them: the provider of Windows itself."""

    class_name = "Win32_ShadowProvider"

    def rows(self) -> Iterator[Row]:
        values: dict[str, Any] = {
            "CLSID": "{65EE1DBA-8FF4-4A58-AC1C-3470EE2F376A}",
            "ID": _PROVIDER,
            "Name": "Microsoft Software Shadow Copy provider 1.0",
            "Type": _SYSTEM_PROVIDER,
            "Version": "1.0.0.7",
            "VersionID": "{00000001-0000-0000-0007-000000000001}",
        }
        yield Row(_PROVIDER, values)


def _volumes(namespace: Namespace, copy: ShadowCopy) -> list[Row]:
    rows = namespace.view(Volume).rows()
    return [row for row in rows if row.shown.volume is copy.volume]


def _original(namespace: Namespace, row: Row) -> Iterable[Row]:
    return _volumes(namespace, row.shown)


def _copies(namespace: Namespace, volume: Row) -> Iterable[Row]:
    rows = namespace.view(ShadowCopies).rows()
    return [row for row in rows if row.shown.volume is volume.shown.volume]


def _every_copy(namespace: Namespace, _provider: Row) -> Iterable[Row]:
    return namespace.view(ShadowCopies).rows()


def _provider(namespace: Namespace, _item: Row) -> Iterable[Row]:
    return namespace.view(ShadowProvider).rows()


def _lettered(namespace: Namespace, _provider_row: Row) -> Iterable[Row]:
    return [row for row in namespace.view(Volume).rows() if row.shown.volume is not None]


def _provider_of_lettered(namespace: Namespace, volume: Row) -> Iterable[Row]:
    return () if volume.shown.volume is None else namespace.view(ShadowProvider).rows()


VIEWS = (ShadowCopies, ShadowProvider)
LINKS: tuple[Link, ...] = (
    *(
        Link(
            association,
            End("Antecedent", Volume, _copies),
            End("Dependent", ShadowCopies, _original),
        )
        for association in ("Win32_ShadowFor", "Win32_ShadowOn")
    ),
    Link(
        "Win32_ShadowBy",
        End("Antecedent", ShadowProvider, _every_copy),
        End("Dependent", ShadowCopies, _provider),
    ),
    *(
        Link(
            association,
            End("Antecedent", ShadowProvider, _lettered),
            End("Dependent", Volume, _provider_of_lettered),
        )
        for association in ("Win32_ShadowVolumeSupport", "Win32_ShadowDiffVolumeSupport")
    ),
)
