"""The time zones of the machine."""

from __future__ import annotations

from datetime import tzinfo

from emulator.host import Host


class MachineTimeZones:
    """The zones that Windows knows, and the one of the machine's clock (`TimeZones` of the engine)."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def local(self) -> str:
        return self._host.operating_system.time_zone

    def identifiers(self) -> list[str]:
        from emulator.profile import IANA_NAMES

        return list(IANA_NAMES)

    def find(self, identifier: str) -> tuple[str, tzinfo] | None:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        from emulator.profile import IANA_NAMES

        wanted = identifier.casefold()
        name = next((each for each in IANA_NAMES if each.casefold() == wanted), None)
        if name is None:
            return None
        try:
            return name, ZoneInfo(IANA_NAMES[name])
        except ZoneInfoNotFoundError:
            return None
