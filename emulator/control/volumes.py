"""Routes of the control API for volumes: a disk that fails or is pulled out, and comes back.

| route | what |
|---|---|
| GET /api/volumes | letter, size, free bytes and whether it is there |
| POST /api/volumes/{letter} | {"online": false}: take it away with all its files; true: bring it back |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify

from emulator.control.problems import Problem, json_object
from emulator.host.storage.filesystem import Volume

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine


def add_volume_routes(application: Flask, served: ServedMachine) -> None:
    """Put the routes into the application."""

    @application.get("/api/volumes")
    def volumes() -> Response:
        with served.machine.looking():
            return jsonify(_volumes(served))

    @application.post("/api/volumes/<letter>")
    def change_volume(letter: str) -> Response:
        online = json_object().get("online")
        if not isinstance(online, bool):
            raise Problem(400, "Bad request", 'the body must be {"online": true or false}')
        with served.machine.looking():
            served.machine.filesystem.attached_volumes.set_online(letter, online)
            return jsonify(_volumes(served))


def _volumes(served: ServedMachine) -> list[dict[str, Any]]:
    files = served.machine.filesystem
    rows = [*((volume, True) for volume in files.volumes), *((volume, False) for volume in files.offline)]
    return [_volume(volume, online) for volume, online in sorted(rows, key=lambda row: row[0].letter)]


def _volume(volume: Volume, online: bool) -> dict[str, Any]:
    return {"letter": volume.letter, "size": volume.size, "free": volume.free, "online": online}
