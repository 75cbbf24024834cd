"""`hyperv-emulator` as a process: what it prints, how it stops, and how it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import winrm

COMMAND = [sys.executable, "-m", "emulator.cli"]
FREE_PORTS = ["--http-port", "0", "--https-port", "0", "--control-port", "0"]


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options)


@contextmanager
def serving(
    *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen, str]]:
    process = subprocess.Popen(
        [*COMMAND, "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield process, "".join(lines)
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_serve_prints_what_it_serves_and_the_pasted_lines_work():
    with serving(*FREE_PORTS) as (_, banner):
        assert "Windows Server 2022 Datacenter" in banner
        assert "user      Administrator" in banner
        pasted = re.findall(r'python -c "(.*)"', banner)
        assert len(pasted) == 2
        for line in pasted:
            answer = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", line], capture_output=True, text=True, timeout=30
            )
            assert answer.returncode == 0, answer.stderr
            assert answer.stdout.strip() in banner


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_at_once_and_cleanly(number):
    with serving(*FREE_PORTS) as (process, _):
        started = time.monotonic()
        process.send_signal(number)
        _, error = process.communicate(timeout=10)
        assert process.returncode == 0
        assert error == ""
        assert time.monotonic() - started < 5


def test_user_and_password_can_be_given_by_option_and_by_environment():
    with serving(*FREE_PORTS, "--user", "olga", environment={"HYPERV_EMULATOR_PASSWORD": "S3cret:word"}) as (
        _,
        banner,
    ):
        url = re.search(r"(http://\S+)/wsman", banner)[0]
        session = winrm.Session(url, auth=("olga", "S3cret:word"), transport="ntlm")
        assert session.run_cmd("echo ok").std_out == b"ok\r\n"


def test_the_control_api_answers_beside_it():
    import urllib.request

    with serving(*FREE_PORTS) as (_, banner):
        url = re.search(r"control\s+(\S+)", banner)[1]
        for _ in range(200):
            try:
                with urllib.request.urlopen(url + "api/host", timeout=5) as answer:
                    assert json.load(answer)["profile"] == "windows-server-2022-datacenter"
                break
            except OSError:
                time.sleep(0.02)
        else:
            raise AssertionError("the control API did not answer")


def test_a_taken_port_is_one_clear_line_and_exit_code_2():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("serve", "--http-port", str(port), "--https-port", "0", "--control-port", "0")
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) == 1
    assert str(port) in answer.stderr


def test_an_unknown_profile_is_one_clear_line_and_exit_code_2():
    answer = run("serve", "windows-server-2023")
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "windows-server-2023" in answer.stderr


def test_a_bad_profile_names_file_line_and_field(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("extends: windows-server-2022-datacenter\nhardware:\n  memory: lots\n", encoding="utf-8")
    for arguments in (["serve", str(path)], ["profiles", "check", str(path)]):
        answer = run(*arguments)
        assert answer.returncode == 2
        assert f"{path}:3: hardware.memory: " in answer.stderr


def test_profiles_are_listed_shown_checked_and_have_a_schema():
    listed = run("profiles", "list").stdout
    assert "windows-server-2022-datacenter " in listed
    assert "hyperv-server-2008r2" in listed
    shown = run("profiles", "show", "windows-11-pro")
    assert shown.returncode == 0
    assert "processor" in shown.stdout
    assert run("profiles", "check", "windows-11-pro", "no-dep").returncode == 0
    schema = json.loads(run("profiles", "schema").stdout)
    assert "hardware" in schema["properties"]


def test_wait_answers_when_something_serves_and_times_out_when_nothing_does():
    with serving(*FREE_PORTS) as (_, banner):
        for url in re.findall(r"(https?://\S+/wsman)", banner)[:2]:
            answer = run("wait", url)
            assert (answer.returncode, answer.stdout) == (
                0,
                "Microsoft Corporation OS: 0.0.0 SP: 0.0 Stack: 3.0\n",
            )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert run("wait", f"http://127.0.0.1:{port}/wsman", "--timeout", "0.1").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["serve", "--http-port", "70000"], {}, "70000"),
        (["serve", "--http-port", "-1"], {}, "--http-port"),
        (["serve"], {"HYPERV_EMULATOR_CONTROL_PORT": "many"}, "many"),
        (["serve"], {"HYPERV_EMULATOR_CLOCK": "sundial"}, "sundial"),
        (["serve", "--certificate", "/nowhere/cert.pem"], {}, "/nowhere/cert.pem"),
        (["wait", "--timeout", "soon"], {}, "soon"),
        (["pester", "/nowhere/at/all"], {}, "/nowhere/at/all"),
        (["profiles"], {}, "COMMAND"),
        (["--colour"], {}, "COMMAND"),
    ],
)
def test_a_wrong_argument_is_named_and_exit_code_2(arguments, environment, named):
    answer = run(*arguments, env={**os.environ, **environment})
    assert answer.returncode == 2
    assert named in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_option_wins_over_the_environment_and_an_empty_variable_is_none():
    with serving(
        *FREE_PORTS, environment={"HYPERV_EMULATOR_HTTP_PORT": "1", "HYPERV_EMULATOR_PROFILE": ""}
    ) as (
        _,
        banner,
    ):
        assert "profile   windows-server-2022-datacenter" in banner


def test_help_tells_the_variables_and_the_version_is_the_packages():
    from emulator import __version__

    assert "HYPERV_EMULATOR_KEY_PASSWORD" in run("serve", "--help").stdout
    assert __version__ in run("--version").stdout


def test_a_reader_that_has_seen_enough_is_no_error():
    reading = subprocess.Popen(
        [*COMMAND, "profiles", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with reading as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == ""
        process.wait(30)
