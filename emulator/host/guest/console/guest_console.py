"""Keyboard and mouse of a machine, and what its guest has heard from them."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from emulator.host.checks import check_number
from emulator.host.errors import InvalidParameter, InvalidState
from emulator.host.guest.console import keys
from emulator.host.guest.console.picture import TextScreen
from emulator.host.guest.console.session import LogonSession, screen_of
from emulator.host.guest.guest import GuestState
from emulator.host.host_object import Part, operation
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Characters and scan codes of one call, and inputs that are remembered.
MAXIMUM_INPUT = 4096
MAXIMUM_LOG = 1000
#: Virtual-key codes; buttons: left, right, middle, and two more.
LAST_KEY = 254
BUTTONS = 5
#: Positions are in points of the guest's screen.
MAXIMUM_POSITION = 32767


@dataclass(frozen=True, slots=True)
class ConsoleInput:
    """One thing that reached the guest. ``kind``: text, key-down, key-up, ctrl-alt-del, move, button,
    scroll."""

    kind: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsoleConnection:
    """Somebody looks at the screen (Virtual Machine Connection)."""

    user: str
    since: datetime


class GuestConsole(Part):
    """Input reaches the guest only while the machine runs; what the guest makes of it is on its screen."""

    __slots__ = ("_session", "buttons", "connection", "log", "pressed", "scroll", "x", "y")

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self.log: deque[ConsoleInput] = deque(maxlen=MAXIMUM_LOG)
        self.reset()

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    def reset(self) -> None:
        """Power was lost: no key is down, nobody is connected, and the guest begins anew. The log stays."""
        self.connection: ConsoleConnection | None = None
        self.pressed: set[int] = set()
        self.buttons: set[int] = set()
        self.x = self.y = self.scroll = 0
        self._session = LogonSession()

    def screen(self) -> TextScreen:
        """What the guest shows now."""
        return screen_of(self.vm, self._session)

    # -- connection ---------------------------------------------------------------------------

    @operation
    def connect(self, user: str) -> None:
        """Somebody connects, and whoever was connected is not any more. Raises InvalidState (the machine does
        not run)."""
        self._require_running()
        self.connection = ConsoleConnection(user, self.host.clock.now())
        self.touch()

    @operation
    def disconnect(self) -> None:
        """Nobody is connected any more."""
        if self.connection is not None:
            self.connection = None
            self.touch()

    # -- keyboard -----------------------------------------------------------------------------

    @operation
    def type_text(self, text: str) -> None:
        """Type ASCII text. Raises InvalidParameter, InvalidState (the machine does not run)."""
        self._require_running()
        if not 0 < len(text) <= MAXIMUM_INPUT or not all(_is_typable(character) for character in text):
            raise InvalidParameter("The text is empty, too long or not ASCII.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._log("text", text)
        self._feed(text)

    @operation
    def press_key(self, code: int) -> None:
        """Press a key and hold it. Raises InvalidParameter, InvalidState."""
        self._require_running()
        self._stroke(_key(code), True)

    @operation
    def release_key(self, code: int) -> None:
        """Let go of a key. Raises InvalidParameter, InvalidState."""
        self._require_running()
        self._stroke(_key(code), False)

    @operation
    def type_key(self, code: int) -> None:
        """Press a key and let go of it. Raises InvalidParameter, InvalidState."""
        self._require_running()
        self._stroke(_key(code), True)
        self._stroke(_key(code), False)

    @operation
    def type_scan_codes(self, codes: bytes) -> None:
        """Send scan codes of set 1. Raises InvalidParameter, InvalidState."""
        self._require_running()
        if not 0 < len(codes) <= MAXIMUM_INPUT:
            raise InvalidParameter("There are no scan codes, or too many.")
        for code, down in keys.strokes(codes):
            self._stroke(code, down)

    @operation
    def type_control_alt_delete(self) -> None:
        """Press Ctrl+Alt+Delete. Raises InvalidState."""
        self._require_running()
        self._secure_attention()

    def is_pressed(self, code: int) -> bool:
        """Whether a key is held down. Raises InvalidParameter."""
        return _key(code) in self.pressed

    # -- mouse --------------------------------------------------------------------------------

    @operation
    def move_to(self, x: int, y: int) -> None:
        """Put the pointer somewhere. Raises InvalidParameter, InvalidState."""
        self._require_running()
        self.x = check_number("horizontal position", x, 0, MAXIMUM_POSITION)
        self.y = check_number("vertical position", y, 0, MAXIMUM_POSITION)
        self._log("move", f"{self.x},{self.y}")
        self.touch()

    @operation
    def move_by(self, dx: int, dy: int) -> None:
        """Move the pointer; it stops at the edges. Raises InvalidState."""
        self._require_running()
        screen = self.screen()
        self.x = min(max(0, self.x + dx), screen.width - 1)
        self.y = min(max(0, self.y + dy), screen.height - 1)
        self._log("move", f"{self.x},{self.y}")
        self.touch()

    @operation
    def set_button(self, number: int, down: bool) -> None:
        """Press a button, 1 is the left one, or let go of it. Raises InvalidParameter, InvalidState."""
        self._require_running()
        check_number("button", number, 1, BUTTONS)
        (self.buttons.add if down else self.buttons.discard)(number)
        self._log("button", f"{number} {'down' if down else 'up'}")
        self.touch()

    @operation
    def click(self, number: int) -> None:
        """Press a button and let go of it. Raises InvalidParameter, InvalidState."""
        self.set_button(number, True)
        self.set_button(number, False)

    def is_button_down(self, number: int) -> bool:
        """Raises InvalidParameter."""
        return check_number("button", number, 1, BUTTONS) in self.buttons

    @operation
    def scroll_by(self, delta: int) -> None:
        """Turn the wheel. Raises InvalidState."""
        self._require_running()
        self.scroll = min(max(-(1 << 31), self.scroll + delta), (1 << 31) - 1)
        self._log("scroll", str(delta))
        self.touch()

    # -- pieces -------------------------------------------------------------------------------

    def _require_running(self) -> None:
        self.vm.require_alive()
        if self.vm.state is not VirtualMachineState.RUNNING:
            raise InvalidState(legal=[VirtualMachineState.RUNNING.name])
        if not self.vm.devices.has_console:
            raise InvalidState("The virtual machine has no console support.")

    def _stroke(self, code: int, down: bool) -> None:
        (self.pressed.add if down else self.pressed.discard)(code)
        self._log("key-down" if down else "key-up", str(code))
        held = {keys.plain(each) for each in self.pressed}
        if down and {keys.CONTROL, keys.ALT, keys.DELETE} <= held:
            self._secure_attention()
        elif down and not held & {keys.CONTROL, keys.ALT}:
            self._feed(keys.typed_by(code, shift=keys.SHIFT in held))
        self.touch()

    def _secure_attention(self) -> None:
        self._log("ctrl-alt-del", "")
        if self.vm.guest.state is GuestState.UP and self.vm.guest.is_windows:
            self._session.secure_attention()
        self.touch()

    def _feed(self, text: str) -> None:
        guest = self.vm.guest
        if guest.state is GuestState.UP:
            for character in text:
                self._session.take(character, guest)
        self.touch()

    def _log(self, kind: str, value: str) -> None:
        self.log.append(ConsoleInput(kind, value, self.host.clock.now()))


def _key(code: int) -> int:
    return check_number("key code", code, 1, LAST_KEY)


def _is_typable(character: str) -> bool:
    return " " <= character <= "~" or character in "\r\n\t\b\x1b"
