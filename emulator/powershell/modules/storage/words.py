"""Words that the module's type file has for numbers, as its objects show them and its parameters take them.

A parameter takes them without blanks and hyphens (`AutoSelect`, `HotSpare`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emulator.host.errors import InvalidParameter

Words = Mapping[int, str]

PROVISIONING: Words = {0: "Unknown", 1: "Thin", 2: "Fixed"}
DISK_USAGES: Words = {
    0: "Unknown",
    1: "Auto-Select",
    2: "Manual-Select",
    3: "Hot Spare",
    4: "Retired",
    5: "Journal",
}
POOLING_REASONS: Words = {
    1: "Other",
    2: "In a Pool",
    3: "Not Healthy",
    4: "Removable Media",
    5: "In Use by Cluster",
    6: "Offline",
    7: "Insufficient Capacity",
}
HEALTH: Words = {0: "Healthy", 1: "Warning", 2: "Unhealthy", 5: "Unknown"}
CONDITIONS: Words = {
    2: "OK",
    3: "Degraded",
    5: "Predictive Failure",
    13: "Lost Communication",
    0xD000: "Majority Disks Unhealthy",
    0xD002: "Detached",
    0xD003: "Incomplete",
    0xD004: "Failed Media",
}
AWAY_REASONS: Words = {1: "None", 2: "By Policy", 3: "Majority Disks Unhealthy", 4: "Incomplete"}
REPAIR_POLICIES: Words = {0: "Unknown", 1: "Sequential", 2: "Parallel"}
RETIRE_POLICIES: Words = {0: "Unknown", 1: "Auto", 2: "Always", 3: "Never"}
POOL_USAGES: Words = {
    1: "Other",
    2: "Unrestricted",
    3: "Reserved For Computer System",
    4: "Reserved As Delta Replica Container",
    5: "Reserved For Migration Services",
    6: "Reserved For Local Replication Services",
    7: "Reserved For Remote Replication Services",
    8: "Reserved For Sparing",
}
VIRTUAL_DISK_USAGES: Words = {
    1: "Other",
    2: "Unrestricted",
    3: "Reserved For Computer System",
    4: "Reserved For Replication Services",
    5: "Reserved For Migration Services",
    6: "Local Replica Source",
    7: "Remote Replica Source",
    8: "Local Replica Target",
    9: "Remote Replica Target",
    10: "Local Replica Source Or Target",
    11: "Remote Replica Source Or Target",
    12: "Delta Replica Target",
    13: "Element Component",
    14: "Reserved As Pool Contributer",
    15: "Composite Volume Member",
    16: "Composite Virtual Disk Member",
    17: "Reserved For Sparing",
}


def word(words: Words, number: int) -> str:
    """The word of a number."""
    return words.get(int(number), "Unknown")


def number(words: Words, text: str | None) -> int | None:
    """The number that a parameter's word stands for; None without one. Raises InvalidParameter."""
    if text is None:
        return None
    wanted = _plain(str(text))
    found = next((each for each, one in words.items() if _plain(one) == wanted), None)
    if found is None:
        raise InvalidParameter("Invalid Parameter")
    return found


def numbers(words: Words, texts: Iterable[str]) -> list[int | None]:
    """Those of several words. Raises InvalidParameter."""
    return [number(words, each) for each in texts]


def _plain(text: str) -> str:
    return text.replace(" ", "").replace("-", "").casefold()
