"""Numbers of 32 bits as Windows shows and returns them: HRESULTs, exit codes, counters that overflow."""


def signed32(number: int) -> int:
    """The lower 32 bits of a number as one with a sign."""
    return (number & 0xFFFFFFFF ^ 0x80000000) - 0x80000000
