"""System.Random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import null_argument, out_of_range
from emulator.powershell.dotnet.random_numbers import NetRandom
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _made(engine: Engine, _kind: PSType, seed: int | None = None) -> NetRandom:
    return NetRandom(engine.random.generator.getrandbits(31) if seed is None else int(seed))


def _between(source: NetRandom, low: int, high: int) -> int:
    if low > high:
        raise out_of_range("'minValue' cannot be greater than maxValue.", "minValue")
    return source.below(int(low), int(high))


def _below(source: NetRandom, high: int) -> int:
    if high < 0:
        raise out_of_range("'maxValue' must be greater than zero.", "maxValue")
    return source.below(0, int(high))


def _fill(source: NetRandom, buffer: bytearray | None) -> None:
    if buffer is None:
        raise null_argument("buffer")
    buffer[:] = source.fill(len(buffer))


register(
    PSType(
        "System.Random",
        instance={
            "Next()": lambda r: r.sample(),
            "Next(int maxValue)": _below,
            "Next(int minValue, int maxValue)": _between,
            "NextDouble()": lambda r: r.share(),
            "NextBytes(byte[] buffer)": _fill,
        },
        construct={"@new()": _made, "@new(int Seed)": _made},
        to_text=lambda _r: "System.Random",
    ),
    NetRandom,
)
