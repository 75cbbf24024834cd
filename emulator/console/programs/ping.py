"""ping.exe: whether an address of the emulated network answers."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs.refusals import not_emulated
from emulator.host.network.echo import answers
from emulator.host.network.name_resolution import entry_of_address, resolve

_FLAGS = frozenset({"4", "6", "a", "f"})
_VALUES = {"n": (1, 0xFFFFFFFF), "l": (0, 65_500), "w": (0, 0xFFFFFFFF), "i": (1, 255)}
_NOT_EMULATED = frozenset({"t", "r", "s", "j", "k", "v", "c", "p"})


def main(context: Context, tail: str) -> int:
    """`ping [-n count] [-l size] [-w milliseconds] [-a] [-4] name`: 0 when somebody answered.

    A second goes by between two requests."""
    values, flags, names = {"n": 4, "l": 32, "w": 4000}, set[str](), list[str]()
    rest = iter(split_arguments(tail))
    for word in rest:
        option = word[1:].lower()
        if word[:1] not in ("-", "/"):
            names.append(word)
        elif option in _NOT_EMULATED or option == "6":
            return not_emulated(context, f"ping -{option}")
        elif option in _FLAGS:
            flags.add(option)
        elif option in _VALUES:
            number, (least, most) = next(rest, ""), _VALUES[option]
            if not number.isdecimal() or not least <= int(number) <= most:
                context.line(f"Bad value for option {word}, valid range is from {least} to {most}.")
                return 1
            values[option] = int(number)
        else:
            context.line(f"Bad option {word}.\r\n")
            return 1
    if len(names) != 1:
        context.line("IP address must be specified." if not names else f"Bad parameter {names[1]}.")
        return 1
    return _ping(context, names[0], values["n"], values["l"], values["w"] / 1000, named="a" in flags)


def _ping(context: Context, name: str, count: int, size: int, patience: float, *, named: bool) -> int:
    host = context.host
    with host.looking():
        address = resolve(host, name)
        entry = entry_of_address(host, address) if named and address is not None else None
    if address is None or ":" in address:
        context.line(f"Ping request could not find host {name}. Please check the name and try again.")
        return 1
    known = entry.name if entry is not None else name
    context.line()
    shown = address if known == address else f"{known} [{address}]"
    context.line(f"Pinging {shown} with {size} bytes of data:")
    received = 0
    for turn in range(count):
        if turn:
            _wait(context, 1)
        with host.looking():
            answered = answers(host, address)
        if answered:
            received += 1
            context.line(f"Reply from {address}: bytes={size} time<1ms TTL=128")
        else:
            _wait(context, patience)
            context.line("Request timed out.")
    lost = count - received
    context.line()
    context.line(f"Ping statistics for {address}:")
    context.line(
        f"    Packets: Sent = {count}, Received = {received}, Lost = {lost} ({lost * 100 // count}% loss),"
    )
    if received:
        context.line("Approximate round trip times in milli-seconds:")
        context.line("    Minimum = 0ms, Maximum = 0ms, Average = 0ms")
    return 0 if received else 1


def _wait(context: Context, seconds: float) -> None:
    if not context.host.sleep(seconds, context.cancelled.is_set):
        raise ProgramCancelled("the process was cancelled while it waited")
