"""echo, ver, cls, pause, and the commands that change nothing a remote client can see."""

from __future__ import annotations

from emulator.console.cmd.state import State


def echo(state: State, tail: str) -> int:
    """`echo text`, `echo.`, `echo on|off`, `echo` alone."""
    if tail[:1] in tuple(".:;,/\\+([]") and tail:
        state.context.line(tail[1:])
        return 0
    text = tail[1:]
    switch = text.strip().lower()
    if switch in ("on", "off"):
        state.echo = switch == "on"
    elif not switch:
        state.context.line("ECHO is on." if state.echo else "ECHO is off.")
    else:
        state.context.line(text)
    # echo leaves the error level of the command before it alone, and still counts as success after &&.
    return 0


def ver(state: State, _tail: str) -> int:
    """A blank line and the version with its revision."""
    version = state.context.host.release.command_interpreter_version
    state.context.line()
    state.context.line(f"Microsoft Windows [Version {version}]")
    return 0


def cls(state: State, _tail: str) -> int:
    """A form feed: what cmd.exe writes when its output is no console window."""
    state.context.stdout.write("\f")
    return 0


def pause(state: State, _tail: str) -> int:
    """Reads a line where a console would read a key."""
    state.context.stdout.write("Press any key to continue . . . ")
    state.context.stdin.read_line()
    state.context.line()
    return 0


def ignored(_state: State, _tail: str) -> int:
    """prompt, title, rem, verify: nothing that a remote client could see."""
    return 0
