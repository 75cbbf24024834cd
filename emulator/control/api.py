"""The routes of the control API. Answers are JSON; errors are problem details (RFC 9457).

| route | what |
|---|---|
| GET /api/ready | 200 as soon as the host serves |
| GET /api/host | what is served: profile, release, role, hypervisor, endpoints, versions |
| GET /api/virtual-machines | the virtual machines and their state |
| GET /api/virtual-machines/{id} | one of them |
| /api/virtual-machines/{id}/... | screen and guest: see `guests` |
| GET /api/clock | mode and present time of the host's clock |
| POST /api/clock/advance | {"seconds": n}: move a manual or fast clock |
| POST /api/reset | back to the profile |
| /api/volumes | volumes that go and come: see `volumes` |
| /api/physical-disks | physical disks that fail: see `physical_disks` |
| /api/web-pages | what web sites answer: see `web_pages` |
| /api/web-proxies | over whom requests go: see `web_pages` |
| GET /api/power | stage of the machine's power: on, asked, stopping, off, starting |
| POST /api/power | {"action": "restart", "shut-down", "power-loss", "power-cut", "switch-on"}: `power` |
| GET /api/gaps | what clients asked for that is not emulated |
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from emulator import __version__
from emulator.control.guests import add_guest_routes
from emulator.control.machine import ServedMachine
from emulator.control.physical_disks import add_physical_disk_routes
from emulator.control.power import add_power_routes
from emulator.control.problems import Problem, json_object
from emulator.control.volumes import add_volume_routes
from emulator.control.web_pages import add_web_page_routes
from emulator.host import HostError, VirtualMachine

_LONGEST_ADVANCE_SECONDS = 366 * 24 * 3600


def create_application(served: ServedMachine) -> Flask:
    """The Flask application that controls one served machine."""
    application = Flask("emulator.control", static_folder=None)
    application.json.sort_keys = False  # type: ignore[attr-defined]

    @application.before_request
    def refuse_other_origins() -> None:
        # A web page must not be able to drive a developer's emulator: browsers name the page in Origin,
        # and send other content types than JSON without asking first.
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise Problem(403, "Forbidden", f"requests from the web page {origin} are not accepted")

    @application.get("/")
    @application.get("/api/host")
    def host() -> Response:
        return jsonify(_host(served))

    @application.get("/api/ready")
    def ready() -> Response:
        return jsonify({"ready": True})

    @application.get("/api/virtual-machines")
    def virtual_machines() -> Response:
        with served.machine.looking():
            rows = [_virtual_machine(vm) for vm in served.machine.virtual_machines]
        return jsonify(rows)

    @application.get("/api/virtual-machines/<identifier>")
    def virtual_machine(identifier: str) -> Response:
        with served.machine.looking():
            vm = served.machine.virtual_machines.get(identifier)
            if vm is None:
                raise Problem(404, "Not found", f"there is no virtual machine with the id {identifier}")
            return jsonify(_virtual_machine(vm))

    add_guest_routes(application, served)
    add_power_routes(application, served)
    add_volume_routes(application, served)
    add_physical_disk_routes(application, served)
    add_web_page_routes(application, served)

    @application.get("/api/clock")
    def clock() -> Response:
        return jsonify(_clock(served))

    @application.post("/api/clock/advance")
    def advance() -> Response:
        seconds = json_object().get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise Problem(400, "Bad request", 'the body must be {"seconds": number}')
        if not 0 <= seconds <= _LONGEST_ADVANCE_SECONDS:
            raise Problem(400, "Bad request", f"seconds must be from 0 to {_LONGEST_ADVANCE_SECONDS}")
        if served.machine.clock.mode == "real":
            raise Problem(409, "Conflict", "a real clock cannot be moved; serve with --clock manual or fast")
        served.machine.clock.advance(timedelta(seconds=seconds))
        return jsonify(_clock(served))

    @application.post("/api/reset")
    def reset() -> Response:
        served.reset()
        return jsonify(_host(served))

    @application.get("/api/gaps")
    def gaps() -> Response:
        return jsonify(
            [
                {"kind": gap.kind, "name": gap.name, "count": gap.count}
                for gap in served.machine.gaps.entries()
            ]
        )

    @application.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return _problem(error.status, error.title, error.detail)

    @application.errorhandler(HostError)
    def refused(error: HostError) -> Response:
        return _problem(409, "Conflict", error.text)

    @application.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        return _problem(error.code or 500, error.name, error.description or error.name)

    return application


def _problem(status: int, title: str, detail: str) -> Response:
    answer = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail})
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def _host(served: ServedMachine) -> dict[str, Any]:
    machine, profile = served.machine, served.profile
    with machine.looking():
        return {
            "emulator": __version__,
            "profile": profile.name,
            "description": profile.description,
            "name": machine.name,
            "release": machine.release.key,
            "version": machine.release.version,
            "caption": profile.edition.caption.strip(),
            "power": machine.power.state.value,
            "role": machine.role.state.value,
            "hypervisor": {"running": machine.hypervisor.running, "reason": machine.hypervisor.reason},
            "endpoints": {
                "http": served.http_url,
                "https": served.https_url,
                "control": served.control_url,
            },
            "namespaces": list(served.wmi.namespaces()),
            "virtual_machines": len(machine.virtual_machines),
            "clock": _clock(served),
        }


def _clock(served: ServedMachine) -> dict[str, Any]:
    clock = served.machine.clock
    return {"mode": str(clock.mode), "now": clock.now().isoformat()}


def _virtual_machine(vm: VirtualMachine) -> dict[str, Any]:
    return {
        "id": vm.id,
        "name": vm.name,
        "state": vm.state.name.lower(),
        "generation": vm.generation,
        "version": vm.version,
        "processors": vm.processor.count,
        "memory_startup_bytes": vm.memory.startup,
        "memory_assigned_bytes": vm.assigned_memory(),
        "uptime_seconds": vm.uptime().total_seconds(),
        "notes": vm.notes,
    }
