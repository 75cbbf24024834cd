"""Events over the wire: one client subscribes, another one changes the machine through another door."""

from __future__ import annotations

import threading
import time
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest
import winrm
from conftest import PASSWORD, USER
from event_sink import Sink
from lxml import etree
from pypsrp.exceptions import WSManFaultError
from pypsrp.wsman import WSMan
from soap import CIMV2, V2, WQL, SoapClient, wql_filter

EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
DIALECTS = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"
MACHINE = V2 + "Msvm_ComputerSystem"
STARTED = (
    "SELECT * FROM __InstanceModificationEvent WITHIN 2 WHERE TargetInstance ISA 'Msvm_ComputerSystem' "
    "AND TargetInstance.EnabledState = 2 AND TargetInstance.EnabledState <> PreviousInstance.EnabledState"
)
N = "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}"
W = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
E = f"{{{EVENTING}}}"


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


def powershell(host, script):
    """Run a script by WinRM as another client."""
    session = winrm.Session(f"http://127.0.0.1:{host.http_port}/wsman", (USER, PASSWORD), transport="ntlm")
    result = session.run_ps(script)
    assert result.status_code == 0, result.std_err
    return result.std_out.decode().strip()


def subscribe(soap, query, mode="Pull", delivery="", resource=V2 + "*"):
    body = (
        f'<e:Subscribe xmlns:e="{EVENTING}"><e:Delivery Mode="{DIALECTS}{mode}">{delivery}</e:Delivery>'
        f"{wql_filter(query)}</e:Subscribe>"
    )
    answer = soap.call(f"{EVENTING}/Subscribe", resource, body)
    assert answer.status == 200, answer.body
    return answer


def targets(answer, name):
    """A property of the target of each event, in the order in which they came."""
    found = answer.xml.iter("{*}TargetInstance")
    return [child.text for target in found for child in target if etree.QName(child).localname == name]


def test_a_start_by_powershell_is_seen_by_a_subscriber(soap, basic_host):
    powershell(basic_host, "New-VM -Name seen -MemoryStartupBytes 512MB | Out-Null")
    context = subscribe(soap, STARTED).text("n:EnumerationContext")
    starter = threading.Thread(target=powershell, args=(basic_host, "Start-VM seen"))
    starter.start()
    answer = soap.pull(V2 + "*", context, "<n:MaxElements>10</n:MaxElements>")
    starter.join()
    assert answer.status == 200, answer.body
    assert targets(answer, "ElementName") == ["seen"]
    assert targets(answer, "EnabledState") == ["2"]
    (vm,) = basic_host.machine.virtual_machines.find("seen")
    assert vm.state.name == "RUNNING"


def test_a_job_is_followed_by_its_events(soap, basic_host):
    powershell(basic_host, "New-VM -Name job -MemoryStartupBytes 512MB | Out-Null")
    query = "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_ConcreteJob'"
    context = subscribe(soap, query).text("n:EnumerationContext")
    powershell(basic_host, "Start-VM job")
    states: list[str] = []
    while "7" not in states:
        answer = soap.pull(V2 + "*", context, "<n:MaxElements>10</n:MaxElements>")
        assert answer.status == 200, answer.body
        states += targets(answer, "JobState")
        context = answer.text("n:EnumerationContext")
    assert states[0] == "4"


def test_a_pull_without_events_times_out_with_windows_number(soap):
    context = subscribe(soap, STARTED).text("n:EnumerationContext")
    body = f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext></n:Pull>"
    action = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull"
    timeout = "<w:OperationTimeout>PT0.2S</w:OperationTimeout>"
    assert soap.call(action, V2 + "*", body, extra=timeout).fault_code == 2150858793


def test_pypsrp_subscribes_pulls_and_unsubscribes(host):
    powershell(host, "New-VM -Name psrp -MemoryStartupBytes 512MB | Out-Null")
    with WSMan(
        "127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD, encryption="always"
    ) as wsman:
        request = ElementTree.Element(E + "Subscribe")
        ElementTree.SubElement(request, E + "Delivery", Mode=DIALECTS + "Pull")
        ElementTree.SubElement(request, W + "Filter", Dialect=WQL).text = STARTED
        answer = wsman.invoke(f"{EVENTING}/Subscribe", V2 + "*", request)
        context = answer.findtext(".//" + N + "EnumerationContext")
        identifier = answer.findtext(".//" + E + "Identifier")
        pull = ElementTree.Element(N + "Pull")
        ElementTree.SubElement(pull, N + "EnumerationContext").text = context
        with pytest.raises(WSManFaultError) as caught:
            wsman.pull(V2 + "*", pull, timeout=1)
        assert caught.value.code == 2150858793
        powershell(host, "Start-VM psrp")
        events = wsman.pull(V2 + "*", pull)
        assert events.findtext(f".//{{{MACHINE}}}ElementName") == "psrp"
        header = ElementTree.Element(E + "Identifier")
        header.text = identifier
        unsubscribe = ElementTree.Element(E + "Unsubscribe")
        # Whatever can be packed goes into the header: pypsrp has no other way in.
        wsman.invoke(
            f"{EVENTING}/Unsubscribe",
            V2 + "*",
            unsubscribe,
            selector_set=SimpleNamespace(pack=lambda: header),
        )
    assert host.machine.observers == []


@pytest.mark.parametrize("mode", ["PushWithAck", "Events"])
def test_a_start_is_pushed_to_a_server_of_the_subscriber(soap, basic_host, sink, mode):
    powershell(basic_host, "New-VM -Name pushed -MemoryStartupBytes 512MB | Out-Null")
    address = f"<e:NotifyTo><a:Address>{sink.url}</a:Address></e:NotifyTo>"
    subscribe(soap, STARTED, mode, address)
    powershell(basic_host, "Start-VM pushed")
    (message,) = sink.wait(1)
    assert message.action == DIALECTS + ("Events" if mode == "Events" else "Event")
    assert "<p1:ElementName>pushed</p1:ElementName>" in message.text


def test_the_process_of_a_virtual_machine_is_polled_and_traced(soap, basic_host):
    powershell(basic_host, "New-VM -Name worker -MemoryStartupBytes 512MB | Out-Null")
    polled = "SELECT * FROM __InstanceCreationEvent WITHIN 0.5 WHERE TargetInstance ISA 'Win32_Process'"
    polls = subscribe(soap, polled, resource=CIMV2 + "*").text("n:EnumerationContext")
    trace = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'vmwp.exe'"
    traces = subscribe(soap, trace, resource=CIMV2 + "*").text("n:EnumerationContext")
    powershell(basic_host, "Start-VM worker")
    (vm,) = basic_host.machine.virtual_machines.find("worker")
    answer = soap.pull(CIMV2 + "*", polls, "<n:MaxElements>10</n:MaxElements>")
    assert str(vm.process_id) in targets(answer, "Handle")
    assert soap.pull(CIMV2 + "*", traces).property("ProcessID") == str(vm.process_id)


def test_stopping_the_host_wakes_its_subscribers(soap, basic_host):
    context = subscribe(soap, STARTED).text("n:EnumerationContext")
    answers = []
    puller = threading.Thread(target=lambda: answers.append(soap.pull(V2 + "*", context)))
    puller.start()
    while not len(basic_host.machine.steps.waiters):
        time.sleep(0.01)
    basic_host.stop()
    puller.join(10)
    assert answers[0].fault_code == 995
