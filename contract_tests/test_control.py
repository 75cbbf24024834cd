"""The control API shows and resets the same machine that the WinRM door serves."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request

import pytest


def call(host, path: str, body: object = None, method: str | None = None, **headers: str):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        host.control_url.rstrip("/") + path,
        data=data,
        method=method or ("GET" if body is None else "POST"),
        headers={"Content-Type": "application/json", **headers},
    )
    for _ in range(500):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except urllib.error.URLError:
            time.sleep(0.01)
    raise AssertionError("the control API did not answer")


@pytest.fixture
def controlled(serve):
    return serve(control_port=0, clock="manual")


def test_it_says_what_is_served(controlled):
    assert call(controlled, "/api/ready") == (200, {"ready": True})
    status, host = call(controlled, "/api/host")
    assert status == 200
    assert host["profile"] == "windows-server-2022-datacenter"
    assert host["version"] == "10.0.20348"
    assert host["role"] == "enabled"
    assert host["endpoints"]["http"] == controlled.http_url


def test_it_lists_virtual_machines_with_their_state_and_reset_brings_them_back(controlled):
    before = call(controlled, "/api/virtual-machines")[1]
    machine = controlled.machine
    with machine.looking():
        machine.virtual_machines.create("extra")
    rows = call(controlled, "/api/virtual-machines")[1]
    assert {row["name"] for row in rows} - {row["name"] for row in before} == {"extra"}
    assert next(row for row in rows if row["name"] == "extra")["state"] == "off"
    assert call(controlled, "/api/reset", {})[0] == 200
    after = call(controlled, "/api/virtual-machines")[1]
    assert [(row["id"], row["name"], row["state"]) for row in after] == [
        (row["id"], row["name"], row["state"]) for row in before
    ]


def test_a_manual_clock_is_moved(controlled):
    machine = controlled.machine
    with machine.looking():
        vm = machine.virtual_machines.create("timed")
        vm.start()
    path = f"/api/virtual-machines/{vm.id}"
    assert call(controlled, path)[1]["state"] == "starting"
    assert call(controlled, "/api/clock/advance", {"seconds": 60})[0] == 200
    assert call(controlled, path)[1]["state"] == "running"


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"seconds": "1"}, {"seconds": True}, []])
def test_a_bad_body_is_a_problem_that_says_why(controlled, body):
    status, problem = call(controlled, "/api/clock/advance", body)
    assert status == 400
    assert problem["detail"]


def test_a_web_page_of_another_origin_is_refused(controlled):
    assert call(controlled, "/api/reset", {}, Origin="http://evil.invalid")[0] == 403


def test_unknown_things_are_404_problems(controlled):
    assert call(controlled, "/api/virtual-machines/nosuch")[0] == 404
    assert call(controlled, "/api/nosuch")[0] == 404


def test_a_volume_that_goes_makes_machines_critical_and_comes_back(controlled):
    machine = controlled.machine
    with machine.looking():
        vm = machine.virtual_machines.create("far", path="D:\\Machines")
    assert [row["online"] for row in call(controlled, "/api/volumes")[1]] == [True, True]
    assert call(controlled, "/api/volumes/C", {"online": False})[0] == 409
    assert call(controlled, "/api/volumes/Q", {"online": False})[0] == 409
    assert call(controlled, "/api/volumes/D", {"online": "no"})[0] == 400
    rows = call(controlled, "/api/volumes/D", {"online": False})[1]
    assert {row["letter"]: row["online"] for row in rows}["D"] is False
    assert vm.critical is not None
    call(controlled, "/api/volumes/D", {"online": True})
    assert vm.critical is None


def test_a_guest_is_shut_down_from_inside(controlled):
    rows = call(controlled, "/api/virtual-machines")[1]
    running = next(row["id"] for row in rows if row["state"] == "running")
    assert call(controlled, f"/api/virtual-machines/{running}/guest", {"action": "shut-down"})[0] == 200
    assert call(controlled, f"/api/virtual-machines/{running}")[1]["state"] == "stopping"
    call(controlled, "/api/clock/advance", {"seconds": 60})
    assert call(controlled, f"/api/virtual-machines/{running}")[1]["state"] == "off"


def test_a_post_needs_no_body(controlled):
    controlled.machine.filesystem.write("C:\\kept.txt", b"x")
    connection = http.client.HTTPConnection("127.0.0.1", controlled.control_port, timeout=5)
    connection.putrequest("POST", "/api/reset")
    connection.endheaders()
    assert connection.getresponse().status == 200
    connection.close()
    assert not controlled.machine.filesystem.exists("C:\\kept.txt")
