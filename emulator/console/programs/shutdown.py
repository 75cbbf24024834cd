"""shutdown.exe: restart the machine, now or after a delay on the host's clock."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import Host
from emulator.host.clock import Timer

_ACCESS_DENIED, _NOT_SUPPORTED, _INVALID_PARAMETER = 5, 50, 87
_BAD_NETWORK_PATH, _NO_SHUTDOWN_IN_PROGRESS, _SHUTDOWN_IS_SCHEDULED = 53, 1116, 1190
_DEFAULT_DELAY, _LONGEST_DELAY = 30, 315_360_000
_TEXTS = {
    _ACCESS_DENIED: "Access is denied.",
    _BAD_NETWORK_PATH: "The network path was not found.",
    _NO_SHUTDOWN_IN_PROGRESS: "Unable to abort the system shutdown because no shutdown was in progress.",
    _SHUTDOWN_IS_SCHEDULED: "A system shutdown has already been scheduled.",
}
#: Options that end the machine or the session, which is not emulated: nobody could reach it any more.
_REFUSED = frozenset({"s", "sg", "p", "h", "l", "i", "hybrid", "fw", "o", "e"})
_RESTARTS = frozenset("rg")
_WITH_VALUE = frozenset("tcdm")

_scheduled: WeakKeyDictionary[Host, Timer] = WeakKeyDictionary()
"""The restart that each machine waits for; gone when the machine was reset in between."""


def main(context: Context, tail: str) -> int:
    """`shutdown /r [/t seconds] [/f] [/c text] [/d reason]` and `shutdown /a`. Without /t it is 30 seconds.

    A machine that is switched off could not answer any more, so /s is refused loudly.
    """
    options, problem = _options(split_arguments(tail))
    if problem is not None:
        context.error(problem)
        return _INVALID_PARAMETER
    refused = sorted(_REFUSED & options.keys())
    if refused:
        context.host.gaps.record("program", f"shutdown /{refused[0]}")
        context.error(f"shutdown /{refused[0]} is not emulated: the emulator only restarts its machine.(50)")
        return _NOT_SUPPORTED
    host = context.host
    target = options.get("m", "").lstrip("\\").lower()
    if target and target not in (host.name.lower(), "localhost", "127.0.0.1"):
        return _fail(context, _BAD_NETWORK_PATH)
    if not context.account.is_administrator:
        return _fail(context, _ACCESS_DENIED)
    with host.looking():
        waiting = _scheduled.get(host)
        if waiting is not None and not _is_waiting(host, waiting):
            waiting = None
        if "a" in options:
            if waiting is None:
                return _fail(context, _NO_SHUTDOWN_IN_PROGRESS)
            waiting.cancel()
            _scheduled.pop(host, None)
            return 0
        if waiting is not None:
            return _fail(context, _SHUTDOWN_IS_SCHEDULED)
        delay = int(options.get("t", _DEFAULT_DELAY))
        if delay == 0:
            host.reboot()
        else:
            _scheduled[host] = host.clock.schedule(delay, host.reboot)
    return 0


def _options(words: list[str]) -> tuple[dict[str, str], str | None]:
    """Options by letter, or the sentence of the refusal."""
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name = word[1:].lower()
        known = name in ("a", "f") or name in _REFUSED | _RESTARTS | _WITH_VALUE
        if word[:1] not in ("/", "-") or not known:
            return {}, f'Invalid argument {word}.(87): type "shutdown /?" for usage.'
        options[name] = next(rest, "") if name in _WITH_VALUE else ""
    delay = options.get("t", "0")
    if not (delay.isascii() and delay.isdecimal() and len(delay) < 10 and int(delay) <= _LONGEST_DELAY):
        return {}, f"The value {delay} for option /t is not valid: 0 to {_LONGEST_DELAY} seconds.(87)"
    if not options.keys() & (_REFUSED | _RESTARTS | {"a"}):
        return {}, 'Nothing to do: type "shutdown /?" for usage.(87)'
    return options, None


def _is_waiting(host: Host, timer: Timer) -> bool:
    return timer.pending and timer.due > host.clock.read()


def _fail(context: Context, code: int) -> int:
    context.error(f"{_TEXTS[code]}({code})")
    return code
