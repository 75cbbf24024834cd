"""Routes of the control API for guests: their screens, what reached them, and scenarios.

| route | what |
|---|---|
| GET /api/virtual-machines/{id}/screen.png | what the guest shows; ?width=...&height=... |
| GET /api/virtual-machines/{id}/guest | state, lines of the screen, input, key-value pairs, files |
| POST /api/virtual-machines/{id}/guest | {"action": what the guest does}, {"pairs": {name: value}} |

Actions: hang, recover, crash, shut-down, restart; connect somebody to its console, disconnect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from emulator.control.png import png
from emulator.control.problems import Problem, json_object
from emulator.host import Guest, VirtualMachine
from emulator.host.guest.key_value_pairs import PairSource

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine

_LARGEST = 2048
_ACTIONS: dict[str, Callable[[Guest], None]] = {
    "hang": lambda guest: guest.hang(),
    "recover": lambda guest: guest.hang(hung=False),
    "crash": lambda guest: guest.crash(),
    "shut-down": lambda guest: guest.shut_down(),
    "restart": lambda guest: guest.restart(),
    "connect": lambda guest: guest.console.connect(f"{guest.host.name}\\Administrator"),
    "disconnect": lambda guest: guest.console.disconnect(),
}


def add_guest_routes(application: Flask, served: ServedMachine) -> None:
    """Put the routes into the application."""

    @application.get("/api/virtual-machines/<identifier>/screen.png")
    def screen(identifier: str) -> Response:
        with served.machine.looking():
            shown = _machine(served, identifier).guest.console.screen()
        width, height = _size("width", shown.width), _size("height", shown.height)
        answer = Response(png(shown, width, height), content_type="image/png")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @application.get("/api/virtual-machines/<identifier>/guest")
    def guest(identifier: str) -> Response:
        with served.machine.looking():
            return jsonify(_guest(_machine(served, identifier)))

    @application.post("/api/virtual-machines/<identifier>/guest")
    def change_guest(identifier: str) -> Response:
        body = json_object()
        action, pairs = body.get("action"), body.get("pairs")
        if action is not None and action not in _ACTIONS:
            raise Problem(400, "Bad request", f"action must be one of {', '.join(_ACTIONS)}")
        if pairs is not None and not (
            isinstance(pairs, dict) and all(isinstance(value, str) for value in pairs.values())
        ):
            raise Problem(400, "Bad request", "pairs must be an object of texts")
        if action is None and pairs is None:
            raise Problem(400, "Bad request", "the body must have an action or pairs")
        with served.machine.looking():
            vm = _machine(served, identifier)
            if pairs is not None:
                vm.guest.pairs.replace(PairSource.GUEST, pairs)
            if action is not None:
                _ACTIONS[action](vm.guest)
            return jsonify(_guest(vm))


def _machine(served: ServedMachine, identifier: str) -> VirtualMachine:
    vm = served.machine.virtual_machines.get(identifier)
    if vm is None:
        raise Problem(404, "Not found", f"there is no virtual machine with the id {identifier}")
    return vm


def _size(name: str, natural: int) -> int:
    text = request.args.get(name)
    if text is None:
        return natural
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LARGEST):
        raise Problem(400, "Bad request", f"{name} must be from 1 to {_LARGEST}")
    return int(text)


def _guest(vm: VirtualMachine) -> dict[str, Any]:
    guest = vm.guest
    return {
        "state": guest.state.value,
        "operating_system": guest.system.operating_system if guest.system is not None else None,
        "screen": [line for line in guest.console.screen().lines if line],
        "input": [
            {"kind": each.kind, "value": each.value, "at": each.at.isoformat()} for each in guest.console.log
        ],
        "pairs": {source.name.lower(): guest.pairs.items(source) for source in PairSource},
        "files": [{"path": file.path, "size": file.size} for file in guest.files],
    }
