"""Routes of the control API for the machine's power: what a button, a plug and an operator at the console do.

| action | what |
|---|---|
| restart | Windows shuts down and boots |
| shut-down | Windows shuts down and the machine stays off |
| power-loss | the power fails for a moment: nothing is saved, the machine boots again |
| power-cut | the power fails and the machine stays off |
| switch-on | the button of a machine that is off |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from emulator.control.problems import Problem, json_object
from emulator.host.windows.power import Power
from emulator.host.windows.shutdown_request import ShutdownKind, ShutdownRequest

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine

_PROGRAM = "shutdown.exe"
_ACTIONS: dict[str, Callable[[Power], None]] = {
    "restart": lambda power: power.shut_down(ShutdownRequest(program=_PROGRAM)),
    "shut-down": lambda power: power.shut_down(ShutdownRequest(ShutdownKind.SHUT_DOWN, program=_PROGRAM)),
    "power-loss": lambda power: power.lose(),
    "power-cut": lambda power: power.lose(returns=False),
    "switch-on": lambda power: power.switch_on(),
}


def add_power_routes(application: Flask, served: ServedMachine) -> None:
    """Put the routes into the application."""

    @application.get("/api/power")
    def power() -> Response:
        with served.machine.looking():
            return jsonify(_power(served))

    @application.post("/api/power")
    def change_power() -> Response:
        action = _ACTIONS.get(str(json_object().get("action")))
        if action is None:
            raise Problem(400, "Bad request", f"action must be one of {', '.join(_ACTIONS)}")
        with served.machine.looking():
            action(served.machine.power)
            return jsonify(_power(served))


def _power(served: ServedMachine) -> dict[str, str]:
    machine = served.machine
    return {
        "state": machine.power.state.value,
        "last_boot": machine.operating_system.boot_time.isoformat(),
    }
