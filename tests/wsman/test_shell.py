"""WinRS on the wire, from Create to Delete."""

from __future__ import annotations

import base64
import threading

import pytest

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
CMD = SHELL + "/cmd"
DONE = SHELL + "/CommandState/Done"
RUNNING = SHELL + "/CommandState/Running"


@pytest.fixture
def shell(client):
    return client.shell().value("//rsp:ShellId")


def run(client, shell, line, arguments=(), attributes="", **keywords):
    inner = f"<rsp:Command>{line}</rsp:Command>" + "".join(
        f"<rsp:Arguments>{each}</rsp:Arguments>" for each in arguments
    )
    body = f"<rsp:CommandLine{attributes}>{inner}</rsp:CommandLine>"
    return client.in_shell("Command", shell, body, **keywords)


def receive(client, shell, command, streams="stdout stderr", **keywords):
    body = (
        f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">{streams}</rsp:DesiredStream></rsp:Receive>'
    )
    return client.in_shell("Receive", shell, body, **keywords)


def receive_all(client, shell, command, **keywords):
    """Receive until Done: the output by stream and the last reply."""
    output = {"stdout": b"", "stderr": b""}
    while True:
        reply = receive(client, shell, command, **keywords)
        assert reply.status == 200, reply.text
        for stream in reply.all("//rsp:Stream"):
            output[stream.get("Name")] += base64.b64decode(stream.text or "")
        if reply.one("//rsp:CommandState").get("State") == DONE:
            return output, reply


def send(client, shell, command, data, end=""):
    text = base64.b64encode(data).decode()
    body = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command}"{end}>{text}</rsp:Stream></rsp:Send>'
    return client.in_shell("Send", shell, body)


def signal(client, shell, command, code="terminate"):
    body = f'<rsp:Signal CommandId="{command}"><rsp:Code>{SHELL}/signal/{code}</rsp:Code></rsp:Signal>'
    return client.in_shell("Signal", shell, body)


def delete(client, shell):
    return client.send(TRANSFER + "Delete", CMD, "", selectors={"ShellId": shell})


def test_create_answers_the_reference_and_the_description_of_the_shell(client):
    reply = client.shell("<rsp:WorkingDirectory>C:\\Windows</rsp:WorkingDirectory><rsp:Name>one</rsp:Name>")
    assert reply.action == TRANSFER + "CreateResponse"
    created, described = reply.one("/s:Envelope/s:Body")
    assert created.tag == "{http://schemas.xmlsoap.org/ws/2004/09/transfer}ResourceCreated"
    assert reply.value("//x:ResourceCreated/a:Address") == "http://hv:5985/wsman"
    assert reply.value("//x:ResourceCreated/a:ReferenceParameters/w:ResourceURI") == CMD
    shell = reply.value("//w:Selector[@Name='ShellId']")
    assert shell == reply.value("//rsp:ShellId") == shell.upper()
    assert [(child.tag.rpartition("}")[2], child.text) for child in described] == [
        ("ShellId", shell),
        ("Name", "one"),
        ("ResourceUri", CMD),
        ("Owner", "HV2022\\Administrator"),
        ("ClientIP", "192.0.2.7"),
        ("WorkingDirectory", "C:\\Windows"),
        ("IdleTimeOut", "PT7200.000S"),
        ("InputStreams", "stdin"),
        ("OutputStreams", "stdout stderr"),
        ("ShellRunTime", "P0DT0H0M0S"),
        ("ShellInactivity", "P0DT0H0M0S"),
    ]
    declared = reply.text.partition(">")[0]
    assert [part.partition("=")[0] for part in declared.split("xmlns:")[1:]] == [
        "s",
        "a",
        "x",
        "w",
        "rsp",
        "p",
    ]


def test_the_settings_of_the_shell_reach_its_programs(client, console):
    reply = client.shell(
        '<rsp:Environment><rsp:Variable Name="One">1</rsp:Variable>'
        '<rsp:Variable Name="two">a b</rsp:Variable>'
        "</rsp:Environment><rsp:WorkingDirectory>C:\\x</rsp:WorkingDirectory>"
        "<rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut>",
        options={"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "65001"},
    )
    assert reply.value("//rsp:IdleTimeOut") == "PT60.000S"
    shell = reply.value("//rsp:ShellId")
    receive_all(client, shell, run(client, shell, "hi").value("//rsp:CommandId"))
    (process,) = console.started
    assert dict(process.environment) == {"One": "1", "two": "a b"}
    assert process.environment["ONE"] == "1"
    assert (process.directory, process.code_page, process.no_profile) == ("C:\\x", 65001, True)
    assert process.account.name == "Administrator"


def test_the_client_may_choose_the_id_of_the_shell_once(client):
    chosen = "a1b2c3d4-0000-4000-8000-00000000000a"
    assert client.shell(attributes=f' ShellId="{chosen}"').value("//rsp:ShellId") == chosen.upper()
    assert client.shell(attributes=f' ShellId="{chosen}"').code == 2150859223
    assert client.shell(attributes=' ShellId="mine"').code == 2150859221


def test_a_command_runs_to_its_end_with_the_recorded_answers(client, shell):
    reply = run(client, shell, "hello")
    assert reply.action == SHELL + "/CommandResponse"
    command = reply.value("/s:Envelope/s:Body/rsp:CommandResponse/rsp:CommandId")
    output, last = receive_all(client, shell, command)
    assert output == {"stdout": b"hello\r\n", "stderr": b""}
    ends = last.all("//rsp:ReceiveResponse/rsp:Stream[@End='true']")
    assert [(end.get("Name"), end.get("CommandId"), end.text) for end in ends] == [
        ("stdout", command, None),
        ("stderr", command, None),
    ]
    assert last.value("//rsp:CommandState[@CommandId]/rsp:ExitCode") == "0"
    assert last.action == SHELL + "/ReceiveResponse"
    reply = signal(client, shell, command)
    assert "<s:Body><rsp:SignalResponse/></s:Body>" in reply.text
    assert reply.action == SHELL + "/SignalResponse"
    reply = delete(client, shell)
    assert reply.action == TRANSFER + "DeleteResponse"
    assert "<s:Body></s:Body>" in reply.text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [((), "cmd"), (("/c", "echo", "hi"), "cmd /c echo hi"), (("-a -b c",), "cmd -a -b c"), (("",), "cmd")],
)
def test_command_and_arguments_are_joined_by_blanks(client, shell, console, arguments, line):
    receive_all(client, shell, run(client, shell, "cmd", arguments).value("//rsp:CommandId"))
    assert console.started[0].command_line == line


def test_a_command_in_cdata_keeps_its_quotes(client, shell, console):
    text = 'powershell "if (1 -lt 2) {\'a\' & \\"b\\"}"'
    receive_all(client, shell, run(client, shell, f"<![CDATA[{text}]]>").value("//rsp:CommandId"))
    assert console.started[0].command_line == text


def test_the_client_may_choose_the_id_of_the_command(client, shell):
    chosen = "0A0B0C0D-0000-4000-8000-00000000000B"
    reply = run(client, shell, "x", attributes=f' CommandId="{chosen}"')
    assert reply.value("//rsp:CommandId") == chosen
    assert run(client, shell, "x", attributes=f' CommandId="{chosen}"').code == 2150859223


def test_a_program_that_does_not_exist_is_a_fault_when_cmd_is_skipped(client, shell, console):
    console.missing.add("nothing.exe")
    reply = run(client, shell, "nothing.exe", options={"WINRS_SKIP_CMD_SHELL": "True"})
    assert (reply.code, reply.subcode) == (2147942402, "w:InternalError")
    assert reply.one("//f:ProviderFault").get("provider") == "Shell cmd plugin"
    assert reply.value("//s:Reason/s:Text") == "The system cannot find the file specified. "
    assert run(client, shell, "nothing.exe", options={"WINRS_SKIP_CMD_SHELL": "FALSE"}).status == 200


def test_a_command_line_that_is_too_long_is_a_fault(client, shell):
    assert run(client, shell, "x" * 40_000).code == 2147942606


def test_input_is_sent_in_slices_and_ended_by_an_empty_stream(client, shell, console):
    def program(process):
        process.stdout.write(process.stdin.read())
        return 3

    console.programs["cat"] = program
    command = run(client, shell, "cat").value("//rsp:CommandId")
    reply = send(client, shell, command, b"one ")
    assert "<rsp:SendResponse/>" in reply.text
    assert reply.action == SHELL + "/SendResponse"
    send(client, shell, command, b"two")
    send(client, shell, command, b"", ' End="True"')
    output, last = receive_all(client, shell, command)
    assert output["stdout"] == b"one two"
    assert last.value("//rsp:ExitCode") == "3"
    assert send(client, shell, command, b"late").status == 200


@pytest.mark.parametrize("text", ["%%%", "abc", "\u00e4"])
def test_input_that_is_no_base64_is_refused(client, shell, text):
    command = run(client, shell, "x").value("//rsp:CommandId")
    body = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command}">{text}</rsp:Stream></rsp:Send>'
    assert client.in_shell("Send", shell, body).code == 2150858838


def test_nothing_to_receive_before_the_time_out_is_the_fault_that_clients_wait_for(client, shell, console):
    gate = threading.Event()
    console.programs["wait"] = lambda _process: 0 if gate.wait(10) else 1
    command = run(client, shell, "wait").value("//rsp:CommandId")
    reply = receive(client, shell, command, timeout="PT0.01S")
    assert (reply.status, reply.code, reply.subcode) == (500, 2150858793, "w:TimedOut")
    assert reply.value("//s:Code/s:Value") == "s:Receiver"
    assert "OperationTimeout" in reply.value("//s:Reason/s:Text")
    assert "OperationTimeout" in reply.value("//f:Message")
    gate.set()
    assert receive_all(client, shell, command)[1].value("//rsp:ExitCode") == "0"


def test_output_is_received_while_the_program_runs(client, shell, console):
    gate = threading.Event()

    def program(process):
        process.stdout.write("first")
        gate.wait(10)
        process.stderr.write("second")
        return 1

    console.programs["two"] = program
    command = run(client, shell, "two").value("//rsp:CommandId")
    reply = receive(client, shell, command)
    assert base64.b64decode(reply.value("//rsp:Stream[@Name='stdout']")) == b"first"
    state = reply.one("//rsp:CommandState")
    assert (state.get("State"), len(state)) == (RUNNING, 0)
    gate.set()
    output, last = receive_all(client, shell, command)
    assert output == {"stdout": b"", "stderr": b"second"}
    assert last.value("//rsp:ExitCode") == "1"


def test_output_larger_than_the_envelope_comes_in_several_receives(client, shell, console):
    data = bytes(range(256)) * 1200

    def program(process):
        process.stdout.write(data)
        return 0

    console.programs["large"] = program
    command = run(client, shell, "large").value("//rsp:CommandId")
    sizes = []
    taken = b""
    while True:
        reply = receive(client, shell, command, maximum_size=153600)
        sizes.append(len(reply.raw.body))
        taken += b"".join(base64.b64decode(each.text or "") for each in reply.all("//rsp:Stream"))
        if reply.one("//rsp:CommandState").get("State") == DONE:
            break
    assert taken == data
    assert max(sizes) <= 153600
    assert len(sizes) >= 3


def test_receiving_again_after_the_end_names_an_unknown_command(client, shell):
    command = run(client, shell, "x").value("//rsp:CommandId")
    receive_all(client, shell, command)
    reply = receive(client, shell, command)
    assert (reply.code, reply.subcode) == (2150858843, "w:InvalidSelectors")
    assert reply.value("//w:FaultDetail").endswith("UnexpectedSelectors")
    assert "command identifier that does not exist" in reply.value("//f:Message")


def test_a_finished_command_may_be_signalled_any_number_of_times(client, shell):
    command = run(client, shell, "x").value("//rsp:CommandId")
    receive_all(client, shell, command)
    for code in ("terminate", "terminate", "ctrl_c", "ctrl_break", "Terminate"):
        assert signal(client, shell, command, code).status == 200


def test_a_signal_for_an_id_that_was_never_used_is_refused_as_recorded(client, shell):
    reply = signal(client, shell, "644983A8-4292-4922-97E9-D569C2170784", "ctrl_c")
    assert reply.code == 2150858843


def test_an_unknown_signal_is_an_invalid_parameter(client, shell):
    command = run(client, shell, "x").value("//rsp:CommandId")
    assert signal(client, shell, command, "hangup").code == 87


def test_control_c_ends_the_program_and_its_output_can_still_be_received(client, shell, console):
    def program(process):
        process.stdout.write("before")
        process.stdin.read()
        return 0

    console.programs["block"] = program
    command = run(client, shell, "block").value("//rsp:CommandId")
    receive(client, shell, command)
    assert signal(client, shell, command, "ctrl_c").status == 200
    assert receive_all(client, shell, command)[1].value("//rsp:ExitCode") == "-1073741510"


def test_a_receive_without_a_command_id_is_an_incorrect_parameter(client, shell):
    body = "<rsp:Receive><rsp:DesiredStream>stdout stderr</rsp:DesiredStream></rsp:Receive>"
    reply = client.in_shell("Receive", shell, body)
    assert (reply.code, reply.subcode) == (87, "w:InvalidParameter")


def test_a_command_id_may_be_an_attribute_of_the_shell_namespace_as_java_sends_it(client, shell):
    command = run(client, shell, "x").value("//rsp:CommandId")
    stream = f'<rsp:DesiredStream rsp:CommandId="{command}">stdout stderr</rsp:DesiredStream>'
    assert client.in_shell("Receive", shell, f"<rsp:Receive>{stream}</rsp:Receive>").status == 200


def test_a_stream_that_the_command_does_not_have_is_an_incorrect_parameter(client, shell):
    command = run(client, shell, "x").value("//rsp:CommandId")
    assert receive(client, shell, command, streams="stdout pr").code == 87


@pytest.mark.parametrize("operation", ["Command", "Receive", "Send", "Signal", "Delete", "Get"])
def test_an_unknown_shell_is_an_invalid_selector_for_every_operation(client, operation):
    action = f"{SHELL}/{operation}" if operation not in ("Delete", "Get") else TRANSFER + operation
    reply = client.send(action, CMD, "", selectors={"ShellId": "0A0B0C0D-0000-4000-8000-000000000000"})
    assert (reply.code, reply.subcode) == (2150858843, "w:InvalidSelectors")
    assert reply.one("//f:ProviderFault").get("provider") == "Shell provider"


def test_a_shell_operation_without_a_shell_id_lacks_a_selector(client):
    assert client.send(SHELL + "/Command", CMD, "").code == 2150858842


def test_a_shell_belongs_to_its_owner(client, shell, account):
    client.account = account(client.service.host, "other")
    assert run(client, shell, "x").code == 5
    assert delete(client, shell).code == 5
    assert client.send(TRANSFER + "Get", SHELL, selectors={"ShellId": shell}).status == 200
    client.account = account(client.service.host, "third", "Remote Management Users")
    assert client.send(TRANSFER + "Get", SHELL, selectors={"ShellId": shell}).code == 5
    assert not client.enumerate(SHELL, "<w:OptimizeEnumeration/>").all("//rsp:Shell")


def test_get_describes_one_shell_also_by_a_lower_case_id(client, shell):
    reply = client.send(TRANSFER + "Get", SHELL, selectors={"ShellId": shell.lower()})
    described = reply.one("/s:Envelope/s:Body/rsp:Shell")
    assert described.xpath("string(*[local-name()='ShellId'])") == shell
    assert [child.tag.rpartition("}")[2] for child in described][-2:] == ["MemoryUsed", "ChildProcesses"]


def test_shells_and_their_commands_can_be_enumerated(client, shell):
    inner = "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
    other = client.shell().value("//rsp:ShellId")
    found = client.enumerate(SHELL, inner).all("//w:Items/rsp:Shell/rsp:ShellId")
    assert [each.text for each in found] == [shell, other]
    command = run(client, shell, "some command").value("//rsp:CommandId")
    dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
    chosen = (
        f'{inner}<w:Filter Dialect="{dialect}"><w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector>'
        "</w:SelectorSet></w:Filter>"
    )
    reply = client.enumerate(SHELL + "/Command", chosen)
    assert reply.value("//w:Items/rsp:Command/rsp:CommandId") == command
    assert reply.value("//rsp:CommandLine") == "some command"
    assert client.enumerate(SHELL + "/Command", inner).code == 2150859200


@pytest.mark.parametrize("operation", ["Disconnect", "Reconnect", "Connect"])
def test_a_shell_whose_id_the_client_did_not_choose_cannot_be_disconnected(client, shell, operation):
    reply = client.in_shell(operation, shell, f"<rsp:{operation}/>")
    assert reply.code == 2150859205
    assert client.service.host.gaps.counts("ws-management") == {}


CHOSEN = "00112233-4455-6677-8899-AABBCCDDEEFF"


@pytest.fixture
def chosen_shell(client):
    return client.shell(attributes=f' ShellId="{CHOSEN}"').value("//rsp:ShellId")


def test_a_shell_can_be_left_and_found_again(client, chosen_shell):
    described = client.send(TRANSFER + "Get", SHELL, selectors={"ShellId": chosen_shell})
    assert described.value("//rsp:State") == "Connected"
    command = run(client, chosen_shell, "some command").value("//rsp:CommandId")
    left = client.in_shell("Disconnect", chosen_shell, "<rsp:Disconnect/>")
    assert (left.status, left.action) == (200, f"{SHELL}/DisconnectResponse")
    described = client.send(TRANSFER + "Get", SHELL, selectors={"ShellId": chosen_shell})
    assert described.value("//rsp:State") == "Disconnected"
    assert receive(client, chosen_shell, command).code == 0x803381C4
    assert client.in_shell("Reconnect", chosen_shell, "<rsp:Reconnect/>").status == 200
    output, _ = receive_all(client, chosen_shell, command)
    assert output["stdout"] == b"some command\r\n"


def test_another_client_connects_to_a_shell_and_its_command(client, chosen_shell):
    command = run(client, chosen_shell, "some command").value("//rsp:CommandId")
    assert client.in_shell("Connect", chosen_shell, "<rsp:Connect/>").code == 2150859205
    client.in_shell("Disconnect", chosen_shell, "<rsp:Disconnect/>")
    reply = client.in_shell("Connect", chosen_shell, "<rsp:Connect/>")
    assert reply.value("//rsp:ConnectResponse/rsp:OutputStreams") == "stdout stderr"
    again = client.in_shell("Connect", chosen_shell, f'<rsp:Connect CommandId="{command}"/>')
    assert again.status == 200
    assert receive_all(client, chosen_shell, command)[0]["stdout"] == b"some command\r\n"


def test_a_receive_that_waits_hears_that_the_shell_was_disconnected(client, chosen_shell, console):
    console.programs["block"] = lambda process: len(process.stdin.read())
    command = run(client, chosen_shell, "block").value("//rsp:CommandId")
    threads, codes = waiting_receives(client, chosen_shell, command, 1)
    client.in_shell("Disconnect", chosen_shell, "<rsp:Disconnect/>")
    for thread in threads:
        thread.join(10)
    assert codes == [0x803381DE]


@pytest.mark.parametrize(
    "body", ["<rsp:IdleTimeOut>soon</rsp:IdleTimeOut>", "<rsp:BufferMode>Lose</rsp:BufferMode>"]
)
def test_wrong_values_of_disconnect_are_refused(client, chosen_shell, body):
    assert (
        client.in_shell("Disconnect", chosen_shell, f"<rsp:Disconnect>{body}</rsp:Disconnect>").code
        == 2150858838
    )


def test_the_quota_of_shells_is_the_recorded_fault(make_client):
    limits = make_client().service.host.profile.winrm.shells
    client = make_client(shells=limits.replaced(max_shells_per_user=2))
    shell = client.shell().value("//rsp:ShellId")
    client.shell()
    reply = client.shell()
    assert (reply.code, reply.subcode) == (2150859173, "w:QuotaLimit")
    assert "maximum number of 2 concurrent shells" in reply.text
    delete(client, shell)
    assert client.shell().status == 200


@pytest.mark.parametrize(
    ("inner", "options", "code"),
    [
        ("<rsp:IdleTimeOut>soon</rsp:IdleTimeOut>", {}, 2150858838),
        ("<rsp:Lifetime>PT-1S</rsp:Lifetime>", {}, 2150858838),
        ("", {"WINRS_CODEPAGE": "many"}, 2150858835),
        ("", {"WINRS_CODEPAGE": "99999"}, 87),
    ],
)
def test_settings_that_are_wrong_are_refused(client, inner, options, code):
    assert client.shell(inner, options=options).code == code


def test_a_shell_action_on_another_resource_is_an_action_mismatch(client):
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Test_Single"
    assert client.send(SHELL + "/Receive", uri).code == 2150858801


def waiting_receives(client, shell, command, count):
    """Start `count` threads in Receive; returns them and the list that their codes go to."""
    codes = []

    def wait():
        codes.append(receive(client, shell, command, timeout="PT60S").code)

    threads = [threading.Thread(target=wait) for _ in range(count)]
    for thread in threads:
        thread.start()
    entered = threading.Event()
    while client.service._operations.get(client.account.sid, 0) < count:
        entered.wait(0.005)
    return threads, codes


@pytest.mark.parametrize("how", ["delete", "terminate"])
def test_a_waiting_receive_is_woken_with_code_995(client, shell, console, how):
    console.programs["block"] = lambda process: len(process.stdin.read())
    command = run(client, shell, "block").value("//rsp:CommandId")
    threads, codes = waiting_receives(client, shell, command, 1)
    if how == "delete":
        delete(client, shell)
    else:
        signal(client, shell, command)
    for thread in threads:
        thread.join(10)
    assert codes == [995]


def test_a_thousand_waiting_receives_are_woken_by_close_at_once(make_client, console):
    client = make_client(max_concurrent_operations_per_user=2000)
    shell = client.shell().value("//rsp:ShellId")
    console.programs["block"] = lambda process: len(process.stdin.read())
    command = run(client, shell, "block").value("//rsp:CommandId")
    threads, codes = waiting_receives(client, shell, command, 1000)
    client.service.close()
    for thread in threads:
        thread.join(20)
    assert codes == [995] * 1000
