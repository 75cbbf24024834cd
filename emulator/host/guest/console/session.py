"""What the guest shows to somebody at its console, from the first message of the firmware to its logon."""

from typing import TYPE_CHECKING

from emulator.host.guest.console.picture import Colour, TextScreen
from emulator.host.guest.guest import GuestState
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.guest.guest import Guest
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_TEXT_MODE = (80, 25)
_GRAPHICS = (128, 48)
_MAXIMUM_LINE = 256
_MAXIMUM_HISTORY = 40
_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)
_BLUE: Colour = (0, 120, 215)
_DARK: Colour = (0, 30, 70)
DARK_SCREEN = TextScreen(*_TEXT_MODE, ())


class LogonSession:
    """Nobody is logged on: the guest asks for a name and a password, and takes none.

    A Windows guest wants Ctrl+Alt+Delete first; others have a text console.
    """

    def __init__(self) -> None:
        self.typed = ""
        self.user = ""
        self.asks_password = False
        self.history: list[str] = []
        self.message = ""

    def secure_attention(self) -> None:
        """Ctrl+Alt+Delete on a Windows guest."""
        self.asks_password, self.typed, self.message = True, "", ""

    def leave(self) -> None:
        """Escape: back to the lock screen."""
        self.asks_password, self.typed, self.message = False, "", ""

    def take(self, character: str, guest: "Guest") -> None:
        """One typed character."""
        if character == "\b":
            self.typed = self.typed[:-1]
        elif character == "\n":
            self._enter(guest)
        elif character == "\x1b":
            self.leave()
        elif character.isprintable() and len(self.typed) < _MAXIMUM_LINE:
            self.typed += character

    def _enter(self, guest: "Guest") -> None:
        if guest.is_windows:
            if self.message:
                self.message = ""
            elif self.asks_password:
                self.message = "The password is incorrect. Try again."
            self.typed = ""
            return
        if self.asks_password:
            self.history += ["Password: ", "", "Login incorrect"]
            self.asks_password = False
        else:
            self.history.append(self.prompt(guest) + self.typed)
            self.asks_password = bool(self.typed)
        self.history = self.history[-_MAXIMUM_HISTORY:]
        self.typed = ""

    def prompt(self, guest: "Guest") -> str:
        """What a text console asks first."""
        name = guest.system.host_name if guest.system is not None else ""
        return f"{name or 'localhost'} login: "


def screen_of(vm: "VirtualMachine", session: LogonSession) -> TextScreen:
    """The present picture; a machine that is paused or saved shows what it showed last."""
    if vm.state is VirtualMachineState.OFF or not vm.devices.has_console:
        return DARK_SCREEN
    guest = vm.guest
    shows = {
        GuestState.NO_SYSTEM: _no_system,
        GuestState.BOOTING: _booting,
        GuestState.CRASHED: _crashed,
        GuestState.SHUTTING_DOWN: _shutting_down,
        GuestState.UP: _logon,
        GuestState.HUNG: _logon,
    }.get(guest.state)
    return DARK_SCREEN if shows is None else shows(guest, session)


def _no_system(guest: "Guest", _session: LogonSession) -> TextScreen:
    if guest.vm.generation == 1:
        text = [
            "Boot failure. Reboot and Select proper Boot device",
            "or Insert Boot Media in selected Boot device",
        ]
        return TextScreen(*_TEXT_MODE, ("", *text, "_"))
    text = ["Virtual Machine Boot Summary", "", "1. No operating system was loaded.", ""]
    return TextScreen(
        *_GRAPHICS, _centred(_GRAPHICS, [*text, "Press any key to retry the boot sequence..."]), _WHITE
    )


def _booting(guest: "Guest", _session: LogonSession) -> TextScreen:
    if guest.is_windows:
        return TextScreen(*_GRAPHICS, _centred(_GRAPHICS, ["Hyper-V", "", "", "Starting Windows"]), _WHITE)
    system = guest.system
    name = system.operating_system if system is not None else ""
    lines = ("Booting from Hard Disk...", f"Loading {name} ...", "Loading initial ramdisk ...")
    return TextScreen(*_TEXT_MODE, lines)


def _crashed(guest: "Guest", _session: LogonSession) -> TextScreen:
    if guest.is_windows:
        text = [
            ":(",
            "",
            "Your PC ran into a problem and needs to restart.",
            "",
            "Stop code: CRITICAL_PROCESS_DIED",
        ]
        return TextScreen(*_GRAPHICS, _centred(_GRAPHICS, text), _WHITE, _BLUE)
    lines = (
        "Kernel panic - not syncing: Fatal exception",
        "---[ end Kernel panic - not syncing: Fatal exception ]---",
    )
    return TextScreen(*_TEXT_MODE, lines)


def _shutting_down(guest: "Guest", _session: LogonSession) -> TextScreen:
    if guest.is_windows:
        return TextScreen(*_GRAPHICS, _centred(_GRAPHICS, ["Shutting down"]), _WHITE, _DARK)
    return TextScreen(*_TEXT_MODE, ("[  OK  ] Reached target System Power Off.",))


def _logon(guest: "Guest", session: LogonSession) -> TextScreen:
    system = guest.system
    if not guest.is_windows:
        asked = "Password: " if session.asks_password else session.prompt(guest) + session.typed
        head = [f"{system.operating_system if system is not None else ''} tty1", ""]
        lines = [*head, *session.history, asked + "_"]
        return TextScreen(*_TEXT_MODE, tuple(lines[-_TEXT_MODE[1] :]))
    name = system.host_name if system is not None else ""
    if session.message:
        text = ["Administrator", "", session.message, "", "[ OK ]"]
    elif session.asks_password:
        text = ["Administrator", "", f"Password: {'*' * len(session.typed)}_"]
    else:
        text = ["Press Ctrl+Alt+Delete to unlock.", "", name]
    return TextScreen(*_GRAPHICS, _centred(_GRAPHICS, text), _WHITE, _DARK)


def _centred(size: tuple[int, int], text: list[str]) -> tuple[str, ...]:
    columns, rows = size
    above = (rows - len(text)) // 2
    return (*[""] * above, *(line.center(columns).rstrip() for line in text))
