"""Win32_PingStatus: whether an address answers. Only the emulated network is asked, never a real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.network.echo import answers
from emulator.host.network.name_resolution import resolve
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_ANSWERED, _TIMED_OUT, _NO_SUCH_HOST = 0, 11010, 11001
_DEFAULTS: dict[str, Any] = {
    "BufferSize": 32,
    "NoFragmentation": False,
    "RecordRoute": 0,
    "ResolveAddressNames": False,
    "SourceRoute": "",
    "SourceRouteType": 0,
    "Timeout": 1000,
    "TimestampRoute": 0,
    "TimeToLive": 80,
    "TypeofService": 0,
}


class PingStatus(Win32RowView):
    """The answer to one ping; the query names the address. Without one there are no instances."""

    class_name = "Win32_PingStatus"

    def rows(self) -> Iterator[Row]:
        return iter(())

    def candidates(self, keys: Keys) -> Iterable[Row] | None:
        if not keys.text("Address"):
            return None
        return (self.row_of(keys),)

    def is_unique(self, keys: Keys) -> bool:
        return "Address" in keys

    def row_of(self, keys: Keys) -> Row:
        """Ping the address that a query or a path names."""
        given = keys.text("Address")
        values: dict[str, Any] = {"Address": given}
        for name, default in _DEFAULTS.items():
            text = keys.text(name)
            values[name] = (
                int(text)
                if text.isdecimal() and len(text) <= 10 and not isinstance(default, bool)
                else default
            )
        address = resolve(self.host, given)
        if address is None:
            values |= {"PrimaryAddressResolutionStatus": _NO_SUCH_HOST, "StatusCode": None}
        else:
            ok = answers(self.host, address)
            values |= {
                "PrimaryAddressResolutionStatus": 0,
                "ProtocolAddress": address,
                "ProtocolAddressResolved": given if values["ResolveAddressNames"] else "",
                "StatusCode": _ANSWERED if ok else _TIMED_OUT,
            }
            if ok:
                values |= {
                    "ReplyInconsistency": False,
                    "ReplySize": values["BufferSize"],
                    "ResponseTime": 0,
                    "ResponseTimeToLive": 128,
                }
        return Row(given.casefold(), values)


VIEWS = (PingStatus,)
