"""Put, Create, Delete and fragment transfer over the emulator's own machine, looked at from the host."""

from __future__ import annotations

import pytest

from emulator.host import ServiceState, VirtualMachineState

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = WMI + "root/cimv2/"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
DISK = CIMV2 + "Win32_LogicalDisk"
SYSTEM = CIMV2 + "Win32_OperatingSystem"
COMPUTER = CIMV2 + "Win32_ComputerSystem"
SERVICE = CIMV2 + "Win32_Service"
PROCESS = CIMV2 + "Win32_Process"
VARIABLE = CIMV2 + "Win32_Environment"
VM = WMI + "root/virtualization/v2/Msvm_ComputerSystem"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
C = {"DeviceID": "C:"}
OF_SYSTEM = "&lt;SYSTEM&gt;"


def put(client, uri, inner, **keywords):
    name = uri.rpartition("/")[2]
    body = f'<p1:{name} xmlns:p1="{uri}">{inner}</p1:{name}>'
    return client.send(TRANSFER + "Put", uri, body, **keywords)


def put_fragment(client, uri, path, inner, **keywords):
    header = f'<w:FragmentTransfer s:mustUnderstand="true">{path}</w:FragmentTransfer>'
    body = f"<w:XmlFragment>{inner}</w:XmlFragment>"
    return client.send(TRANSFER + "Put", uri, body, headers=header, **keywords)


def get_fragment(client, uri, path, **keywords):
    header = f'<w:FragmentTransfer s:mustUnderstand="true">{path}</w:FragmentTransfer>'
    return client.get(uri, headers=header, **keywords)


def create(client, inner, uri=VARIABLE):
    return client.send(
        TRANSFER + "Create", uri, f'<p1:Win32_Environment xmlns:p1="{uri}">{inner}</p1:Win32_Environment>'
    )


def variable(name="ONE", user=OF_SYSTEM, value="1"):
    return f"<p1:Name>{name}</p1:Name><p1:UserName>{user}</p1:UserName><p1:VariableValue>{value}</p1:VariableValue>"


# -- Put ------------------------------------------------------------------------------------------


def test_a_put_of_one_property_changes_it_and_answers_the_whole_instance(real, host):
    reply = put(real, DISK, "<p1:VolumeName>System</p1:VolumeName>", selectors=C)
    assert reply.action == TRANSFER + "PutResponse"
    assert reply.value("/s:Envelope/s:Body/p:Win32_LogicalDisk/p:VolumeName", p=DISK) == "System"
    assert reply.value("//p:DeviceID", p=DISK) == "C:"
    assert host.filesystem.volume("C").label == "System"
    assert real.get(DISK, selectors=C).value("//p:VolumeName", p=DISK) == "System"


def test_a_whole_instance_that_was_read_can_be_sent_back_with_one_change(real, host):
    read = real.get(SYSTEM)
    text = read.text.partition("<s:Body>")[2].partition("</s:Body>")[0]
    assert real.send(TRANSFER + "Put", SYSTEM, text).status == 200
    changed = text.replace("<p:Description></p:Description>", "<p:Description>Lab</p:Description>")
    reply = real.send(TRANSFER + "Put", SYSTEM, changed)
    assert reply.value("//p:Description", p=SYSTEM) == "Lab"
    assert host.operating_system.description == "Lab"


def test_null_and_absent_properties_change_nothing(real, host):
    before = host.revision
    inner = '<p1:VolumeName xsi:nil="true"/><p1:DeviceID>c:</p1:DeviceID>'
    assert put(real, DISK, inner, selectors=C).status == 200
    assert put(real, DISK, "", selectors=C).status == 200
    assert host.revision == before


def test_the_settings_of_the_computer_can_be_put(real, host):
    inner = (
        "<p1:Workgroup>lab</p1:Workgroup><p1:EnableDaylightSavingsTime>false</p1:EnableDaylightSavingsTime>"
        "<p1:AutomaticManagedPagefile>0</p1:AutomaticManagedPagefile>"
        "<p1:SystemStartupDelay>5</p1:SystemStartupDelay>"
        "<p1:SystemStartupOptions>one</p1:SystemStartupOptions>"
        "<p1:SystemStartupOptions>two</p1:SystemStartupOptions>"
    )
    reply = put(real, COMPUTER, inner, selectors={"Name": host.name})
    assert reply.status == 200, reply.text
    system = host.operating_system
    assert (system.workgroup, system.daylight_saving_enabled, system.automatic_managed_pagefile) == (
        "LAB",
        False,
        False,
    )
    assert (system.startup_delay, system.startup_options) == (5, ("one", "two"))
    assert reply.value("//p:Workgroup", p=COMPUTER) == "LAB"


def test_the_state_of_a_service_can_be_put(real, host):
    name = {"Name": "Spooler"}
    assert put(real, SERVICE, "<p1:State>Stopped</p1:State>", selectors=name).status == 200
    assert host.services["Spooler"].state is ServiceState.STOPPED
    reply = put(real, SERVICE, "<p1:State>Running</p1:State>", selectors=name)
    assert reply.value("//p:State", p=SERVICE) == "Running"
    assert put(real, SERVICE, "<p1:State>Dancing</p1:State>", selectors=name).code == 2150859038


def test_a_connection_can_be_renamed(real, host):
    uri = CIMV2 + "Win32_NetworkAdapter"
    reply = put(real, uri, "<p1:NetConnectionID>Uplink</p1:NetConnectionID>", selectors={"DeviceID": "1"})
    assert reply.value("//p:NetConnectionID", p=uri) == "Uplink"
    assert host.hardware.network_adapters[0].name == "Uplink"
    assert real.get(uri, selectors={"DeviceID": "1"}).value("//p:NetConnectionID", p=uri) == "Uplink"


def test_a_refused_put_changes_nothing_at_all(real, host):
    inner = (
        "<p1:Description>x</p1:Description><p1:ForegroundApplicationBoost>9</p1:ForegroundApplicationBoost>"
    )
    assert put(real, SYSTEM, inner).code == 2150859038
    assert host.operating_system.description == ""


@pytest.mark.parametrize(
    ("uri", "inner", "selectors", "code"),
    [
        (SYSTEM, "<p1:Caption>Mine</p1:Caption>", {}, 0x80041023),
        (DISK, "<p1:VolumeName>a\tb</p1:VolumeName>", C, 2150859038),
        (DISK, f"<p1:VolumeName>{'x' * 33}</p1:VolumeName>", C, 2150859038),
        (DISK, "<p1:DeviceID>D:</p1:DeviceID>", C, 2150858838),
        (DISK, "<p1:NoSuch>1</p1:NoSuch>", C, 2150858838),
        (DISK, "<p1:VolumeName>a</p1:VolumeName><p1:VolumeName>b</p1:VolumeName>", C, 2150858838),
        (DISK, "<p1:VolumeName><p1:x>1</p1:x></p1:VolumeName>", C, 2150858838),
        (DISK, "<p1:Size>much</p1:Size>", C, 2150858838),
        (DISK, "<VolumeName>a</VolumeName>", C, 2150858840),
        (DISK, "", {"DeviceID": "Q:"}, 2150858752),
        (DISK, "", {"Odd": "C:"}, 2150858843),
        (DISK, "", {}, 2150859002),
        (CIMV2 + "Win32_BIOS", "", {}, 2150858843),
        (CIMV2 + "Win32_NoSuch", "", {}, 2150858752),
        (WMI + "root/nowhere/Win32_LogicalDisk", "", C, 2150858752),
        (CIMV2 + "*", "", {}, 2150858811),
    ],
)
def test_what_cannot_be_put_has_its_own_fault(real, uri, inner, selectors, code):
    name = uri.rpartition("/")[2].replace("*", "Any")
    body = f'<p1:{name} xmlns:p1="{uri}">{inner}</p1:{name}>'
    if uri.endswith("BIOS"):
        selectors = {"Odd": "1"}
    assert real.send(TRANSFER + "Put", uri, body, selectors=selectors).code == code


def test_a_provider_that_takes_no_put_says_so_and_changes_nothing(real, host):
    vm = host.virtual_machines.create("one")
    keys = {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id}
    reply = put(real, VM, "<p1:ElementName>two</p1:ElementName>", selectors=keys)
    assert (reply.code, reply.subcode) == (2150859010, "w:InternalError")
    assert vm.name == "one"
    for action in ("Create", "Delete"):
        body = f'<p1:Msvm_ComputerSystem xmlns:p1="{VM}"/>' if action == "Create" else ""
        reply = real.send(TRANSFER + action, VM, body, selectors=keys if action == "Delete" else {})
        assert reply.code == 2150859010


def test_a_property_that_windows_lets_be_written_and_the_emulator_does_not_is_a_gap(real, host):
    reply = put(real, COMPUTER, "<p1:Roles>LM_Server</p1:Roles>", selectors={"Name": host.name})
    assert reply.code == 2150859010
    assert "root/cimv2:Win32_ComputerSystem.Roles" in host.gaps.counts("wmi")


def test_who_is_no_administrator_can_read_and_not_write(real, host):
    real.account = host.accounts.create("reader", "Secret-1", groups=("Remote Management Users",))
    assert real.get(DISK, selectors=C).status == 200
    assert put(real, DISK, "<p1:VolumeName>x</p1:VolumeName>", selectors=C).code == 5
    assert create(real, variable()).code == 5
    assert real.send(TRANSFER + "Delete", PROCESS, selectors={"Handle": "4"}).code == 5


# -- fragments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["VolumeName", "/VolumeName", "./VolumeName", "/Win32_LogicalDisk/VolumeName"]
)
def test_one_property_can_be_put_as_a_fragment(real, host, path):
    reply = put_fragment(real, DISK, path, "<VolumeName>Data</VolumeName>", selectors=C)
    assert reply.value("/s:Envelope/s:Body/w:XmlFragment/p:VolumeName", p=DISK) == "Data"
    assert host.filesystem.volume("C").label == "Data"


def test_the_text_of_a_property_can_be_put(real, host):
    reply = put_fragment(real, DISK, "VolumeName/text()", "Plain", selectors=C)
    assert reply.value("//w:XmlFragment") == "Plain"
    assert host.filesystem.volume("C").label == "Plain"


def test_one_element_of_an_array_can_be_read_and_put(real, host):
    host.operating_system.configure(startup_options=["a", "b", "c"])
    name = {"Name": host.name}
    assert (
        get_fragment(real, COMPUTER, "SystemStartupOptions[2]/text()", selectors=name).value(
            "//w:XmlFragment"
        )
        == "b"
    )
    element = get_fragment(real, COMPUTER, "SystemStartupOptions[3]", selectors=name)
    assert element.value("//w:XmlFragment/p:SystemStartupOptions", p=COMPUTER) == "c"
    reply = put_fragment(
        real,
        COMPUTER,
        "SystemStartupOptions[2]",
        "<SystemStartupOptions>new</SystemStartupOptions>",
        selectors=name,
    )
    assert reply.status == 200, reply.text
    assert host.operating_system.startup_options == ("a", "new", "c")
    beyond = get_fragment(real, COMPUTER, "SystemStartupOptions[9]", selectors=name).one("//w:XmlFragment")
    assert beyond.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


@pytest.mark.parametrize(
    ("path", "inner", "code"),
    [
        ("VolumeName", "", 2150858841),
        ("VolumeName", "<Other>x</Other>", 2150858841),
        ("VolumeName", "<VolumeName>a</VolumeName><VolumeName>b</VolumeName>", 2150858841),
        ("VolumeName/text()", "<VolumeName>a</VolumeName>", 2150858841),
        ("volumename", "<volumename>a</volumename>", 2150858899),
        ("VolumeName[1]", "<VolumeName>a</VolumeName>", 2150858899),
        ("VolumeName[0]", "<VolumeName>a</VolumeName>", 2150858899),
        ("/Win32_Other/VolumeName", "<VolumeName>a</VolumeName>", 2150858899),
        ("*", "<VolumeName>a</VolumeName>", 2150859042),
        ("@VolumeName", "<VolumeName>a</VolumeName>", 2150859042),
        ('VolumeName[.="x"]', "<VolumeName>a</VolumeName>", 2150859042),
        ("child::VolumeName", "<VolumeName>a</VolumeName>", 2150859042),
        ("FreeSpace", "<FreeSpace>1</FreeSpace>", 0x80041023),
        ("Size", "<Size>much</Size>", 2150858838),
    ],
)
def test_a_fragment_that_is_wrong_has_its_own_fault(real, host, path, inner, code):
    assert put_fragment(real, DISK, path, inner, selectors=C).code == code
    assert host.filesystem.volume("C").label != "a"


def test_a_fragment_that_need_not_be_understood_contradicts_itself(real):
    """MS-WSMV 3.1.4.1.18."""
    header = '<w:FragmentTransfer s:mustUnderstand="false">Caption</w:FragmentTransfer>'
    assert real.get(SYSTEM, headers=header).code == 2150858767


@pytest.mark.parametrize("action", ["Create", "Delete"])
def test_nothing_else_takes_a_fragment(real, action):
    header = '<w:FragmentTransfer s:mustUnderstand="true">Name</w:FragmentTransfer>'
    assert real.send(TRANSFER + action, VARIABLE, headers=header).code == 2150858871


# -- Create and Delete ----------------------------------------------------------------------------


def test_a_created_variable_is_named_by_the_answer_and_can_be_read_changed_and_deleted(real, host):
    reply = create(real, variable("LAB", value="%SystemRoot%\\lab"))
    assert reply.action == TRANSFER + "CreateResponse"
    created = "/s:Envelope/s:Body/x:ResourceCreated/a:ReferenceParameters"
    assert reply.value("//x:ResourceCreated/a:Address") == "http://hv:5985/wsman"
    assert reply.value(created + "/w:ResourceURI") == VARIABLE
    selectors = {each.get("Name"): each.text for each in reply.all(created + "/w:SelectorSet/w:Selector")}
    assert selectors == {"Name": "LAB", "UserName": "<SYSTEM>"}
    keys = {"Name": "lab", "UserName": OF_SYSTEM}
    assert real.get(VARIABLE, selectors=keys).value("//p:VariableValue", p=VARIABLE) == "%SystemRoot%\\lab"
    assert put(real, VARIABLE, "<p1:VariableValue>2</p1:VariableValue>", selectors=keys).status == 200
    assert host.environment_variables.find("<SYSTEM>", "LAB").value == "2"
    gone = real.send(TRANSFER + "Delete", VARIABLE, selectors=keys)
    assert (gone.status, gone.action, len(gone.one("//s:Body"))) == (200, TRANSFER + "DeleteResponse", 0)
    assert host.environment_variables.find("<SYSTEM>", "LAB") is None
    assert real.send(TRANSFER + "Delete", VARIABLE, selectors=keys).code == 2150858752


def test_a_created_variable_is_in_the_environment_of_new_processes(real, host):
    from emulator.console.environment import user_environment

    create(real, variable("LAB", value="%SystemRoot%\\lab"))
    create(real, variable("Path", f"{host.name}\\Administrator", "C:\\own"))
    environment = dict(user_environment(host, real.account).items())
    assert environment["LAB"] == "C:\\Windows\\lab"
    assert environment["Path"].endswith(";C:\\own")
    assert environment["Path"].startswith("C:\\Windows\\system32;")


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (variable("OS"), 2150858803),
        (variable("os"), 2150858803),
        (variable("A=B"), 2150859038),
        (variable("x" * 256), 2150859038),
        (variable("X", value=""), 2150859038),
        (variable("X", user="HV\\nobody"), 2150859038),
        ("<p1:Name>X</p1:Name>", 2150858839),
        (variable("X") + "<p1:SystemVariable>maybe</p1:SystemVariable>", 2150858838),
    ],
)
def test_what_cannot_be_created_has_its_own_fault(real, host, inner, code):
    before = len(host.environment_variables)
    assert create(real, inner).code == code
    assert len(host.environment_variables) == before


def test_a_create_takes_no_selectors_and_the_right_element(real):
    body = f'<p1:Win32_Environment xmlns:p1="{VARIABLE}">{variable()}</p1:Win32_Environment>'
    reply = real.send(TRANSFER + "Create", VARIABLE, body, selectors={"Name": "ONE"})
    assert reply.code == 2150858843
    assert real.send(TRANSFER + "Create", VARIABLE).code == 2150858773
    assert (
        real.send(TRANSFER + "Create", SERVICE, f'<p1:Win32_Service xmlns:p1="{SERVICE}"/>').code
        == 2150859010
    )


def test_deleting_a_process_ends_it_with_what_depends_on_it(real, host):
    spooler = host.services["Spooler"]
    identifier = spooler.process_id
    assert real.send(TRANSFER + "Delete", PROCESS, selectors={"Handle": str(identifier)}).status == 200
    assert host.processes.get(identifier) is None
    assert (spooler.state, spooler.process_id) == (ServiceState.STOPPED, 0)
    assert real.send(TRANSFER + "Delete", PROCESS, selectors={"Handle": str(identifier)}).code == 2150858752


def test_deleting_the_worker_process_of_a_machine_turns_it_off(real, host):
    vm = host.virtual_machines.create("one")
    vm.start()
    worker = vm.process_id
    assert real.send(TRANSFER + "Delete", PROCESS, selectors={"Handle": str(worker)}).status == 200
    assert (vm.state, vm.process_id, host.memory.assigned) == (VirtualMachineState.OFF, None, 0)


def test_a_process_that_windows_cannot_lose_stays(real, host):
    assert real.send(TRANSFER + "Delete", PROCESS, selectors={"Handle": "4"}).code == 5
    reply = real.invoke(PROCESS, "Terminate", selectors={"Handle": "4"})
    assert reply.value("//p:ReturnValue", p=PROCESS) == "2"
    assert host.processes.get(4) is not None


# -- the DMTF's URIs ------------------------------------------------------------------------------


def test_the_dmtf_family_names_classes_by_its_own_uris_everywhere(real, host):
    uri = DMTF + "Win32_Environment"
    body = f'<d:Win32_Environment xmlns:d="{uri}">{variable()}</d:Win32_Environment>'.replace("p1:", "d:")
    place = {"__cimnamespace": "root/cimv2"}
    reply = real.send(TRANSFER + "Create", uri, body, selectors=place)
    assert reply.value("//x:ResourceCreated//w:ResourceURI") == uri
    selectors = {each.get("Name"): each.text for each in reply.all("//x:ResourceCreated//w:Selector")}
    assert selectors == {"__cimnamespace": "root/cimv2", "Name": "ONE", "UserName": "<SYSTEM>"}
    keys = {"Name": "ONE", "UserName": OF_SYSTEM, **place}
    assert real.get(uri, selectors=keys).value("//d:VariableValue", d=uri) == "1"
    fragment = put_fragment(real, uri, "VariableValue", "<VariableValue>2</VariableValue>", selectors=keys)
    assert fragment.value("//w:XmlFragment/d:VariableValue", d=uri) == "2"
    assert real.send(TRANSFER + "Delete", uri, selectors=keys).status == 200
    assert host.environment_variables.find("<SYSTEM>", "ONE") is None


def test_every_class_of_the_dmtf_can_be_queried_and_associated(real):
    for uri in (DMTF + "*", "http://schemas.dmtf.org/wbem/wscim/1/*"):
        reply = real.wql(
            uri,
            "SELECT * FROM Win32_OperatingSystem",
            "<w:OptimizeEnumeration/><w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>",
            selectors={"__cimnamespace": "root/cimv2"},
        )
        assert reply.all("//w:Item/d:Win32_OperatingSystem", d=DMTF + "Win32_OperatingSystem")
        assert reply.value("//a:EndpointReference//w:ResourceURI") == DMTF + "Win32_OperatingSystem"
        assert reply.value("//a:EndpointReference//w:Selector") == "root/cimv2"


def test_a_method_by_a_dmtf_uri_answers_in_its_family(real, host):
    vm = host.virtual_machines.create("one")
    uri = DMTF + "Msvm_ComputerSystem"
    keys = {
        "__cimnamespace": "root/virtualization/v2",
        "CreationClassName": "Msvm_ComputerSystem",
        "Name": vm.id,
    }
    reply = real.invoke(uri, "RequestStateChange", "<p1:RequestedState>2</p1:RequestedState>", selectors=keys)
    assert reply.value("//d:RequestStateChange_OUTPUT/d:ReturnValue", d=uri) == "4096"
    assert reply.value("//d:Job/a:ReferenceParameters/w:ResourceURI", d=uri).startswith(DMTF + "Msvm_")
    job = reply.all("//d:Job//w:Selector", d=uri)
    assert job[0].get("Name") == "__cimnamespace"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (DMTF + "Win32_NoSuch", 2150858752),
        (DMTF + "Win32 Odd", 2150858811),
        ("http://schemas.dmtf.org/wbem/wscim/1/Win32_OperatingSystem", 2150858752),
    ],
)
def test_dmtf_uris_that_name_nothing_are_refused(real, uri, code):
    assert real.get(uri).code == code
