"""Entries of the event logs as XML, and the queries that choose among them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from emulator.event_log.query import EventQueryError, UnknownLog, parse_expression, parse_query_text
from emulator.event_log.rendering import EVENT, event_xml
from emulator.host import EventLevel, Host
from emulator.profile import load

EVENT_LOG = "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
EVENT_NAMESPACE = {"e": EVENT}


@pytest.fixture(scope="module")
def host():
    made = Host(load("windows-server-2022-datacenter"), "manual", start=datetime(2024, 3, 1, 12, tzinfo=UTC))
    made.event_log.clear("System")
    with made.looking():
        write = made.event_log.write
        data = (("param1", "Print Spooler"), ("param2", "running"))
        write("System", "Service Control Manager", 7036, EventLevel.INFORMATION, "entered", data=data)
        write("System", "Test", 41, EventLevel.CRITICAL, "a <b> & 'c'", user="S-1-5-18")
        made.clock.advance(timedelta(hours=1))
        write("Application", "Test", 1000, EventLevel.ERROR, "failed")
        write("System", "Test", 42, EventLevel.WARNING, "later")
    return made


def query(*selects, log="System"):
    inner = "".join(f'<Select Path="{log}">{each}</Select>' for each in selects)
    return parse_query_text(f'<QueryList><Query Id="0" Path="{log}">{inner}</Query></QueryList>')


def found(host, text):
    return [entry.event_id for entry in query(text).entries(host)]


def test_an_event_is_shown_in_the_schema_of_windows(host):
    entry = next(each for each in host.event_log.entries("System") if each.event_id == 7036)
    root = etree.fromstring(event_xml(entry, host))
    assert [etree.QName(each).localname for each in root] == ["System", "EventData"]
    provider = root.find("e:System/e:Provider", EVENT_NAMESPACE)
    assert provider.get("Name") == "Service Control Manager"
    assert provider.get("Guid") == "{555908d1-a6d7-4695-8e1e-26931d2012f4}"
    assert root.findtext("e:System/e:EventID", namespaces=EVENT_NAMESPACE) == "7036"
    time = root.find("e:System/e:TimeCreated", EVENT_NAMESPACE).get("SystemTime")
    assert time == "2024-03-01T12:00:00.000000000Z"
    named = {each.get("Name"): each.text for each in root.iterfind(".//e:Data", EVENT_NAMESPACE)}
    assert named == {"param1": "Print Spooler", "param2": "running"}


def test_a_rendered_event_has_the_texts_that_a_person_reads(host):
    entry = next(each for each in host.event_log.entries("System") if each.event_id == 41)
    root = etree.fromstring(event_xml(entry, host, rendered=True))
    rendering = root.find("e:RenderingInfo", EVENT_NAMESPACE)
    assert rendering.findtext("e:Message", namespaces=EVENT_NAMESPACE) == "a <b> & 'c'"
    assert rendering.findtext("e:Level", namespaces=EVENT_NAMESPACE) == "Critical"
    assert root.find("e:System/e:Security", EVENT_NAMESPACE).get("UserID") == "S-1-5-18"


def test_an_event_about_a_virtual_machine_has_its_user_data(host):
    vm = host.virtual_machines.create("events <1>")
    entry = list(host.event_log.entries("Microsoft-Windows-Hyper-V-VMMS-Admin"))[-1]
    assert entry.event_id == 13002
    root = etree.fromstring(event_xml(entry, host))
    virtualization = {"v": "http://www.microsoft.com/Windows/Virtualization/Events"}
    assert root.findtext(".//v:VmName", namespaces=virtualization) == "events <1>"
    assert root.findtext(".//v:VmId", namespaces=virtualization) == vm.id


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("*", [7036, 41, 42]),
        ("Event", [7036, 41, 42]),
        ("*[System]", [7036, 41, 42]),
        ("*[System[EventID=41]]", [41]),
        ("*[System[EventID='41']]", [41]),
        ("*[System[(EventID=41 or EventID=42) and Level=1]]", [41]),
        ("*[System[(Level=1  or Level=3)]]", [41, 42]),
        ("*[System[Level&lt;4]]", [41, 42]),
        ("*[System[Level &gt;= 3 and Level != 4]]", [42]),
        ("*[System[Provider[@Name='Test' or @Name='Other']]]", [41, 42]),
        ("*[System/Provider/@Name='Service Control Manager']", [7036]),
        ("Event/System[EventID=7036]", [7036]),
        ("*[EventData[Data[@Name='param2']='running']]", [7036]),
        ("*[EventData[Data='Print Spooler']]", [7036]),
        ("*[EventData/Data='later']", [42]),
        ("*[System[not(Provider[@Name='Test'])]]", [7036]),
        ("*[System[TimeCreated[timediff(@SystemTime) &lt;= 60000]]]", [42]),
        ("*[System[TimeCreated[@SystemTime&gt;='2024-03-01T12:30:00.000Z']]]", [42]),
        ("*[System[TimeCreated[@SystemTime&lt;'2024-03-01T12:30:00Z']]]", [7036, 41]),
        ("*[System[band(Keywords,0x8080000000000000)]] ", [7036, 41, 42]),
        ("*[System[Security[@UserID='S-1-5-18']]]", [41]),
        ("*[System[EventRecordID &gt; 3]]", [42]),
        ("*[System[Nothing=1]]", []),
        ("*[UserData]", []),
    ],
)
def test_an_expression_chooses_events_as_the_event_log_does(host, expression, expected):
    ids = [each for each in found(host, expression) if each in (7036, 41, 42)]
    assert ids == expected


def test_what_is_suppressed_is_not_selected_and_logs_are_merged_by_time(host):
    text = (
        "<QueryList><Query Id='0' Path='System'><Select>*</Select>"
        "<Select Path='Application'>*[System[Level=2]]</Select>"
        "<Suppress Path='System'>*[System[EventID=42 or EventID=7036]]</Suppress></Query></QueryList>"
    )
    parsed = parse_query_text(text)
    assert parsed.log_names == ("system", "application")
    ids = [entry.event_id for entry in parsed.entries(host)]
    assert [each for each in ids if each in (41, 42, 1000, 7036)] == [41, 1000]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "System",
        "//System",
        "*[",
        "*[System",
        "*[System]]",
        "*[System[EventID=]]",
        "*[System[@]]",
        "*[System[count(Data)]]",
        "*[System[timediff()]]",
        "*[System[EventID # 1]]",
        "*[System[EventID=Level]]",
        "*[System[@a=(Level)]]",
        "*[" * 200,
        "*[" + "(" * 100 + "Level=1" + ")" * 100 + "]",
        "*[System[" + " or ".join(["Level=1"] * 2000) + "]]",
        "*" + "x" * 70_000,
    ],
)
def test_an_expression_that_cannot_be_processed_is_a_typed_error(expression):
    with pytest.raises(EventQueryError):
        parse_expression(expression)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<Query/>",
        "<QueryList/>",
        "<QueryList><Query Id='0'/></QueryList>",
        "<QueryList><Query Id='0'><Select>*</Select></Query></QueryList>",
        "<QueryList><Query Path='System'><Choose>*</Choose></Query></QueryList>",
        "<QueryList><Query Path='System'><Suppress>*</Suppress></Query></QueryList>",
        "<!DOCTYPE q [<!ENTITY a 'b'>]><QueryList><Query Path='System'><Select>&a;[</Select></Query></QueryList>",
        "<QueryList><Query Path='System'>" + "<Select>*</Select>" * 300 + "</Query></QueryList>",
        "<QueryList><Query Path='System'>"
        + ("<Select>*[System[" + " or ".join(["Level=1"] * 100) + "]]</Select>") * 6
        + "</Query></QueryList>",
    ],
)
def test_a_query_that_cannot_be_processed_is_a_typed_error(text):
    with pytest.raises(EventQueryError):
        parse_query_text(text)


def test_a_log_that_the_machine_does_not_have_is_named(host):
    query("*").require_logs(host.event_log)
    with pytest.raises(UnknownLog, match="Nowhere"):
        query("*", log="Nowhere").require_logs(host.event_log)


PIECES = st.sampled_from(
    [
        "*",
        "[",
        "]",
        "(",
        ")",
        "System",
        "EventID",
        "@Name",
        "/",
        "=",
        "<",
        " or ",
        " and ",
        "'x'",
        "1",
        "not(",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_an_expression_or_a_typed_error(host, text):
    try:
        parsed = parse_expression(text)
    except EventQueryError:
        return
    with host.looking():
        entry = next(iter(host.event_log.entries("System")))
        one = query("*").selections[0]
    assert one.expression.accepts  # an expression that was parsed can be asked
    from emulator.event_log.query import _Context
    from emulator.event_log.rendering import event_tree

    parsed.accepts(_Context(event_tree(entry, host), host.clock.now()))


def test_windows_only_subscribes_to_the_event_log(make_real_client):
    client = make_real_client()
    assert client.get(EVENT_LOG).subcode == "a:ActionNotSupported"
    assert client.enumerate(EVENT_LOG).subcode == "a:ActionNotSupported"
    assert client.service.host.gaps.entries() == []
