"""Routes of the control API for physical disks: a disk that fails, says that it will, or is pulled out.

| route | what |
|---|---|
| GET /api/physical-disks | number, model, size, storage pool and failure (null: none) |
| POST /api/physical-disks/{number} | {"failure": ...}: what is wrong with it from now on |

Failures: "lost communication", "failed media", "predictive failure"; null: it is well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify

from emulator.control.problems import Problem, json_object

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine


def add_physical_disk_routes(application: Flask, served: ServedMachine) -> None:
    """Put the routes into the application."""

    @application.get("/api/physical-disks")
    def physical_disks() -> Response:
        with served.machine.looking():
            return jsonify(_disks(served))

    @application.post("/api/physical-disks/<int:number>")
    def change_physical_disk(number: int) -> Response:
        from emulator.host.storage.storage_spaces import DiskFailure

        body = json_object()
        wanted, names = body.get("failure", ""), [each.value for each in DiskFailure]
        if wanted is not None and wanted not in names:
            raise Problem(400, "Bad request", f"failure must be null or one of: {', '.join(names)}")
        with served.machine.looking():
            failure = None if wanted is None else DiskFailure(wanted)
            served.machine.storage_pools.set_failure(number, failure)
            return jsonify(_disks(served))


def _disks(served: ServedMachine) -> list[dict[str, Any]]:
    from emulator.host.storage.disk_layout import drives

    host = served.machine
    rows = []
    for drive in drives(host):
        pool, failure = (
            host.storage_pools.pool_of(drive.number),
            host.storage_pools.failures.get(drive.number),
        )
        rows.append(
            {
                "number": drive.number,
                "model": drive.model,
                "size": drive.size,
                "pool": None if pool is None else pool.name,
                "failure": None if failure is None else failure.value,
            }
        )
    return rows
