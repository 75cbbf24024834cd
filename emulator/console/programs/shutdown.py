"""shutdown.exe: restart the machine or switch it off, now or after a delay on the host's clock."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import AccessDenied, HostError
from emulator.host.windows.shutdown_request import LONGEST_DELAY, ShutdownKind, ShutdownRequest

_ACCESS_DENIED, _NOT_SUPPORTED, _INVALID_PARAMETER = 5, 50, 87
_BAD_NETWORK_PATH = 53
_DEFAULT_DELAY = 30
_KINDS = {
    "r": ShutdownKind.RESTART,
    "g": ShutdownKind.RESTART,
    "s": ShutdownKind.SHUT_DOWN,
    "sg": ShutdownKind.SHUT_DOWN,
    "p": ShutdownKind.POWER_OFF,
}
#: Options that are about a session, a dialog or the firmware, which are not emulated.
_REFUSED = frozenset({"h", "l", "i", "hybrid", "fw", "o", "e"})
_WITH_VALUE = frozenset("tcdm")


def main(context: Context, tail: str) -> int:
    """`shutdown /r|/s|/p [/t seconds] [/f] [/c text] [/d reason]` and `shutdown /a`. Without /t it is 30
    seconds, with /p none.

    A machine that was shut down is away until somebody switches it on (the control API does).
    """
    options, problem = _options(split_arguments(tail))
    if problem is not None:
        context.error(problem)
        return _INVALID_PARAMETER
    refused = sorted(_REFUSED & options.keys())
    if refused:
        context.host.gaps.record("program", f"shutdown /{refused[0]}")
        context.error(f"shutdown /{refused[0]} is not emulated.({_NOT_SUPPORTED})")
        return _NOT_SUPPORTED
    host = context.host
    target = options.get("m", "").lstrip("\\").lower()
    if target and target not in (host.name.lower(), "localhost", "127.0.0.1"):
        return _fail(context, _BAD_NETWORK_PATH, "The network path was not found.")
    try:
        if "a" in options:
            host.power.abort_shutdown(context.account)
            return 0
        kind = next(_KINDS[name] for name in options if name in _KINDS)
        request = ShutdownRequest(
            kind,
            0 if kind is ShutdownKind.POWER_OFF else int(options.get("t", _DEFAULT_DELAY)),
            options.get("c", ""),
            caller=context.account,
            program="shutdown.exe",
        )
        host.power.shut_down(request)
    except AccessDenied:
        return _fail(context, _ACCESS_DENIED, AccessDenied.default_text)
    except HostError as error:
        return _fail(context, error.hresult & 0xFFFF, error.text)
    return 0


def _options(words: list[str]) -> tuple[dict[str, str], str | None]:
    """Options by letter, or the sentence of the refusal."""
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name = word[1:].lower()
        known = name in ("a", "f") or name in _REFUSED | _KINDS.keys() | _WITH_VALUE
        if word[:1] not in ("/", "-") or not known:
            return {}, f'Invalid argument {word}.(87): type "shutdown /?" for usage.'
        options[name] = next(rest, "") if name in _WITH_VALUE else ""
    delay = options.get("t", "0")
    if not (delay.isascii() and delay.isdecimal() and len(delay) < 10 and int(delay) <= LONGEST_DELAY):
        return {}, f"The value {delay} for option /t is not valid: 0 to {LONGEST_DELAY} seconds.(87)"
    wishes = options.keys() & (_REFUSED | _KINDS.keys() | {"a"})
    if not wishes:
        return {}, 'Nothing to do: type "shutdown /?" for usage.(87)'
    if len(wishes) > 1:
        both = " and /".join(sorted(wishes))
        return {}, f'Only one of /{both} is possible: type "shutdown /?" for usage.(87)'
    return options, None


def _fail(context: Context, code: int, text: str) -> int:
    context.error(f"{text}({code})")
    return code
