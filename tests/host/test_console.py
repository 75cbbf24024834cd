"""Keyboard, mouse and screen of virtual machines."""

import time

import pytest

from emulator.host import InstalledSystem, InvalidParameter, InvalidState
from emulator.host.guest.console import keys
from emulator.host.guest.console.font import glyph
from emulator.host.guest.console.picture import TextScreen, raster, rgb565

LINUX = InstalledSystem("Ubuntu 24.04 LTS", "web01", (), 10.0)
WINDOWS = InstalledSystem("Windows Server 2022 Datacenter", "APP01", (), 10.0)


@pytest.fixture
def boot(host, finish, advance):
    def make(system, generation=1):
        vm = host.virtual_machines.create("vm", generation)
        vm.guest.install(system)
        finish(vm.start())
        advance(10)
        return vm

    return make


def text(vm):
    return " ".join(" ".join(vm.guest.console.screen().lines).split())


def test_a_machine_that_is_off_has_a_dark_screen_and_takes_no_input(host):
    vm = host.virtual_machines.create("vm")
    assert text(vm) == ""
    for act in (lambda c: c.type_text("x"), lambda c: c.type_key(65), lambda c: c.click(1)):
        with pytest.raises(InvalidState):
            act(vm.guest.console)
    assert list(vm.guest.console.log) == []


@pytest.mark.parametrize(("generation", "shown"), [(1, "Boot failure"), (2, "Boot Summary")])
def test_a_machine_without_a_system_says_so(boot, generation, shown):
    assert shown in text(boot(None, generation))


def test_a_booting_guest_shows_its_loader_and_then_its_prompt(host, finish, advance):
    vm = host.virtual_machines.create("vm")
    vm.guest.install(LINUX)
    finish(vm.start())
    assert "Loading Ubuntu 24.04 LTS" in text(vm)
    advance(10)
    assert text(vm) == "Ubuntu 24.04 LTS tty1 web01 login: _"


def test_typed_text_is_on_the_screen_and_in_the_log(boot):
    vm = boot(LINUX)
    vm.guest.console.type_text("rooot\b\bt")
    assert text(vm).endswith("web01 login: root_")
    vm.guest.console.type_text("\r\n")
    assert text(vm).endswith("web01 login: root Password: _")
    vm.guest.console.type_text("secret\n")
    assert text(vm).endswith("Password: Login incorrect web01 login: _")
    assert "secret" not in text(vm)
    assert [each.kind for each in vm.guest.console.log] == ["text"] * 3


def test_windows_wants_ctrl_alt_delete_and_hides_the_password(boot):
    vm = boot(WINDOWS)
    assert text(vm) == "Press Ctrl+Alt+Delete to unlock. APP01"
    vm.guest.console.type_control_alt_delete()
    vm.guest.console.type_text("abc")
    assert text(vm) == "Administrator Password: ***_"
    vm.guest.console.type_text("\n")
    assert "password is incorrect" in text(vm)


def test_keys_that_are_held_make_ctrl_alt_delete(boot):
    vm = boot(WINDOWS)
    console = vm.guest.console
    for code in (0xA2, 0xA4):
        console.press_key(code)
    assert console.is_pressed(0xA2)
    console.type_key(keys.DELETE)
    assert "Password" in text(vm)
    console.release_key(0xA2)
    assert not console.is_pressed(0xA2)


def test_scan_codes_type_with_shift(boot):
    vm = boot(LINUX)
    # Shift down, r, 1, shift up, o, enter (set 1).
    vm.guest.console.type_scan_codes(bytes([0x2A, 0x13, 0x93, 0x02, 0x82, 0xAA, 0x18, 0x98, 0x1C, 0x9C]))
    assert text(vm).endswith("web01 login: R!o Password: _")


def test_keys_type_by_their_codes(boot):
    vm = boot(LINUX)
    for code in (0x41, 0x31, 0xBD, 0x60):
        vm.guest.console.type_key(code)
    assert text(vm).endswith("login: a1-0_")


def test_a_hung_guest_hears_nothing_and_shows_what_it_showed(boot):
    vm = boot(LINUX)
    vm.guest.console.type_text("ab")
    vm.guest.hang()
    before = text(vm)
    vm.guest.console.type_text("cd")
    assert text(vm) == before


def test_a_crash_is_on_the_screen_and_a_reset_begins_anew(boot, finish, advance):
    vm = boot(WINDOWS)
    vm.guest.console.type_control_alt_delete()
    vm.guest.crash()
    assert "ran into a problem" in text(vm)
    finish(vm.reset())
    advance(10)
    assert "Press Ctrl+Alt+Delete" in text(vm)


def test_the_mouse_moves_clicks_and_scrolls(boot):
    console = boot(WINDOWS).guest.console
    console.move_to(100, 50)
    console.move_by(-120, 10)
    assert (console.x, console.y) == (0, 60)
    console.set_button(1, True)
    assert console.is_button_down(1)
    console.set_button(1, False)
    console.click(2)
    console.scroll_by(-3)
    assert (console.is_button_down(1), console.is_button_down(2), console.scroll) == (False, False, -3)
    assert [each.value for each in console.log][-3:] == ["2 down", "2 up", "-3"]


@pytest.mark.parametrize(
    "act",
    [
        lambda c: c.type_text(""),
        lambda c: c.type_text("ü"),
        lambda c: c.type_text("x" * 5000),
        lambda c: c.type_key(0),
        lambda c: c.press_key(255),
        lambda c: c.type_scan_codes(b""),
        lambda c: c.click(0),
        lambda c: c.move_to(-1, 0),
    ],
)
def test_wrong_input_changes_nothing(boot, act):
    vm = boot(WINDOWS)
    before = vm.revision
    with pytest.raises(InvalidParameter):
        act(vm.guest.console)
    assert vm.revision == before
    assert not vm.guest.console.log


def test_every_printable_character_has_a_glyph_of_its_own():
    glyphs = [glyph(chr(code)) for code in range(0x20, 0x7F)]
    assert len(set(glyphs)) == 95
    assert all(len(rows) == 7 and all(0 <= row < 32 for row in rows) for rows in glyphs)


def test_a_letter_is_drawn_where_it_stands():
    rows = raster(TextScreen(2, 1, (" I",)), 16, 16)
    assert [row[8:] for row in rows[1:3]] == [bytes([0, 0, 1, 1, 1, 0, 0, 0])] * 2
    assert all(not any(row[:8]) for row in rows)


@pytest.mark.parametrize("size", [(80, 60), (160, 120), (320, 240), (1, 1), (7, 300), (1024, 768)])
def test_pictures_have_the_size_that_was_asked_for_and_show_text(size):
    width, height = size
    dark, lit = TextScreen(80, 25, ()), TextScreen(80, 25, ("#" * 80,) * 25, (255, 0, 0))
    assert rgb565(dark, width, height) == bytes(2 * width * height)
    data = rgb565(lit, width, height)
    assert len(data) == 2 * width * height
    assert b"\x00\xf8" in data


def test_a_large_picture_is_drawn_quickly():
    began = time.process_time()
    rgb565(TextScreen(128, 48, tuple(str(number) * 40 for number in range(48))), 1024, 768)
    assert time.process_time() - began < 1
