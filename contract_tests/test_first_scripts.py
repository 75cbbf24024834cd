"""The engine loads whole, however many threads want it first."""

import subprocess
import sys

import pytest

RACE = """
import sys, threading
sys.setswitchinterval(1e-6)
from emulator import HyperVHost
from pypsrp.client import Client
import winrm

host = HyperVHost(https_port=None, clock="fast").start()
wrong = []

def by_winrs():
    session = winrm.Session(host.http_url, auth=("Administrator", "Passw0rd!"), transport="ntlm")
    said = session.run_ps("'ready'")
    if said.std_out.split() != [b"ready"]:
        wrong.append(said)

def by_psrp():
    client = Client("127.0.0.1", port=host.http_port, ssl=False, username="Administrator", password="Passw0rd!")
    output, _, had_errors = client.execute_ps("'ready'")
    if had_errors or output != "ready":
        wrong.append(output)

def caught(run):
    try:
        run()
    except Exception as error:
        wrong.append(error)

threads = [threading.Thread(target=caught, args=(run,)) for run in (by_winrs, by_psrp) * 3]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
host.stop()
print(wrong)
"""


@pytest.mark.slow
def test_clients_of_both_kinds_that_come_at_once_are_all_served():
    done = subprocess.run(
        [sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
