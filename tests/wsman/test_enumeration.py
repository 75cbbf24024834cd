"""Enumerate, Pull and Release."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.cim.errors import InvalidClass
from emulator.wmi.planner import QueryResult

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
URI = WMI + "root/cimv2/Test_Machine"
ALL = WMI + "root/cimv2/*"
RELEASE = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release"
SELECT = "SELECT * FROM Test_Machine"


@pytest.fixture
def five(namespace, machine):
    namespace.rows += [machine(f"vm{number}", Memory=number) for number in range(5)]
    namespace.queries[SELECT] = QueryResult(namespace.rows[1:])
    namespace.queries["SELECT Name, Memory FROM Test_Machine"] = QueryResult(
        namespace.rows[1:], ("Name", "Memory")
    )
    namespace.queries["SELECT * FROM Test_Machine WHERE Name = 'x'"] = QueryResult([])
    return namespace


def pull_all(client, uri, context, inner=""):
    pages = []
    while context:
        reply = client.pull(uri, context, inner)
        assert reply.status == 200, reply.text
        pages.append(reply)
        found = reply.all("/s:Envelope/s:Body/n:PullResponse/n:EnumerationContext")
        context = found[0].text if found else None
    return pages


@pytest.mark.usefixtures("five")
def test_an_enumeration_that_is_not_optimized_answers_the_context_only(client):
    reply = client.enumerate(URI)
    assert reply.action.endswith("/EnumerateResponse")
    (only,) = reply.one("/s:Envelope/s:Body/n:EnumerateResponse")
    assert only.tag.endswith("}EnumerationContext")
    assert only.text.startswith("uuid:")


@pytest.mark.usefixtures("five")
def test_a_pull_without_max_elements_gives_exactly_one_item_and_a_new_context(client):
    context = client.enumerate(URI).context
    pages = pull_all(client, URI, context)
    assert [len(page.one("//n:Items")) for page in pages] == [1, 1, 1, 1, 1]
    contexts = [each.text for page in pages for each in page.all("//n:EnumerationContext")]
    assert len({context, *contexts}) == 5
    last = pages[-1]
    assert last.all("//n:PullResponse/n:EndOfSequence")
    assert not last.all("//n:EnumerationContext")


@pytest.mark.usefixtures("five")
def test_a_used_context_is_no_longer_valid(client):
    context = client.enumerate(URI).context
    client.pull(URI, context)
    reply = client.pull(URI, context)
    assert (reply.code, reply.subcode) == (2150858779, "n:InvalidEnumerationContext")
    assert reply.action == "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"


@pytest.mark.usefixtures("five")
def test_an_empty_result_is_pulled_as_empty_items_and_end_of_sequence(client):
    context = client.wql(ALL, "SELECT * FROM Test_Machine WHERE Name = 'x'").context
    response = client.pull(ALL, context).one("//n:PullResponse")
    assert [child.tag.rpartition("}")[2] for child in response] == ["Items", "EndOfSequence"]
    assert len(response[0]) == 0


@pytest.mark.parametrize(
    "other",
    [
        ALL,
        WMI + "root/virtualization/*",
        WMI + "root/virtualization/v2/Msvm_VirtualSystemManagementService",
        "http://schemas.microsoft.com/wbem/wsman/1/unknown",
    ],
)
@pytest.mark.usefixtures("five")
def test_a_pull_may_name_another_resource_than_its_enumerate(client, other):
    context = client.wql(ALL, SELECT + " ").context
    assert client.pull(other, context).value("//p:Name", p=URI) == "vm0"


@pytest.mark.usefixtures("five")
def test_interleaved_enumerations_do_not_disturb_each_other(client):
    first, second = client.enumerate(URI).context, client.enumerate(URI).context
    page = client.pull(URI, first)
    assert client.pull(URI, second).value("//p:Name", p=URI) == "vm0"
    assert client.pull(URI, page.context).value("//p:Name", p=URI) == "vm1"


@pytest.mark.usefixtures("five")
def test_an_optimized_enumeration_has_its_items_in_the_wsman_namespace(client):
    inner = "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
    response = client.wql(ALL, SELECT, inner).one("//n:EnumerateResponse")
    assert [child.tag for child in response] == [
        "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}EnumerationContext",
        "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}Items",
        "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}EndOfSequence",
    ]
    assert not response[0].text
    assert len(response[1]) == 5


@pytest.mark.usefixtures("five")
def test_an_optimized_enumeration_without_max_elements_gives_one_item(client):
    reply = client.wql(ALL, SELECT, '<w:OptimizeEnumeration xsi:nil="true"/>')
    assert len(reply.one("//w:Items")) == 1
    pages = pull_all(client, ALL, reply.context, "<n:MaxElements>3</n:MaxElements>")
    assert [len(page.one("//n:Items")) for page in pages] == [3, 1]


@pytest.mark.usefixtures("five")
def test_an_optimized_empty_result_has_no_items_element(client):
    query = "SELECT * FROM Test_Machine WHERE Name = 'x'"
    response = client.wql(ALL, query, "<w:OptimizeEnumeration/>").one("//n:EnumerateResponse")
    assert [child.tag.rpartition("}")[2] for child in response] == ["EnumerationContext", "EndOfSequence"]


@pytest.mark.usefixtures("five")
def test_a_session_id_and_other_unknown_elements_in_the_body_are_ignored(client):
    inner = "<p:SessionId>uuid:1</p:SessionId><b:PolymorphismMode>None</b:PolymorphismMode>"
    assert client.enumerate(URI, inner).status == 200


@pytest.mark.usefixtures("five")
def test_projected_queries_give_xml_fragments_in_alphabetical_order(client):
    query = "SELECT Name, Memory FROM Test_Machine"
    reply = client.wql(ALL, query, "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>")
    fragments = reply.all("//w:Items/w:XmlFragment")
    assert len(fragments) == 5
    assert [(child.tag, child.text) for child in fragments[3]] == [("Memory", "3"), ("Name", "vm3")]


@pytest.mark.usefixtures("five")
def test_the_filter_may_be_in_either_namespace_and_the_dialect_in_any_case(client):
    dialect = "HTTP://schemas.microsoft.com/wbem/wsman/1/wql"
    assert client.enumerate(ALL, f'<n:Filter Dialect="{dialect}">{SELECT}</n:Filter>').status == 200


@pytest.mark.usefixtures("five")
def test_references_only_are_endpoint_references(client):
    reply = client.wql(
        ALL, SELECT, "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode><w:OptimizeEnumeration/>"
    )
    reference = reply.one("//w:Items/a:EndpointReference")
    assert reference.xpath("string(.//*[@Name='Name'])") == "vm0"
    assert reply.value("//w:Items//w:ResourceURI") == URI


@pytest.mark.usefixtures("five")
def test_objects_with_references_are_items(client):
    mode = "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>"
    reply = client.pull(URI, client.enumerate(URI, mode).context, "<n:MaxElements>100</n:MaxElements>")
    items = reply.all("//n:Items/w:Item")
    assert len(items) == 5
    assert [child.tag.rpartition("}")[2] for child in items[0]] == ["Test_Machine", "EndpointReference"]


@pytest.mark.usefixtures("five")
def test_another_enumeration_mode_is_refused(client):
    reply = client.enumerate(URI, "<w:EnumerationMode>Strange</w:EnumerationMode>")
    assert (reply.code, reply.subcode) == (2150858886, "w:UnsupportedFeature")


@pytest.mark.parametrize("number", ["0", "-1", "many", "", "99999999999"])
@pytest.mark.usefixtures("five")
def test_a_number_of_elements_that_is_none_is_refused(client, number):
    context = client.enumerate(URI).context
    reply = client.pull(URI, context, f"<n:MaxElements>{number}</n:MaxElements>")
    assert reply.subcode == "w:InvalidParameter"
    assert client.pull(URI, context).status == 200


@pytest.mark.usefixtures("five")
def test_no_more_items_than_max_batch_items_are_answered(make_client):
    client = make_client(max_batch_items=2)
    reply = client.enumerate(URI, "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>")
    assert len(reply.one("//w:Items")) == 2


def test_a_pull_gives_fewer_items_when_the_envelope_is_full(client, namespace, machine):
    namespace.rows += [machine(f"vm{number}", Caption="x" * 3000) for number in range(10)]
    context = client.enumerate(URI).context
    pages = []
    while context:
        reply = client.pull(URI, context, "<n:MaxElements>100</n:MaxElements>", maximum_size=16384)
        assert len(reply.raw.body) <= 16384
        pages.append(len(reply.one("//n:Items")))
        found = reply.all("//n:EnumerationContext")
        context = found[0].text if found else None
    assert sum(pages) == 10
    assert max(pages) > 1


def test_an_item_that_does_not_fit_is_a_fault_and_can_be_pulled_with_a_larger_envelope(
    client, namespace, machine
):
    namespace.rows.append(machine("big", Caption="x" * 20_000))
    context = client.enumerate(URI).context
    assert client.pull(URI, context, maximum_size=10_000).code == 2150858824
    assert client.pull(URI, context, maximum_size=100_000).status == 200


@pytest.mark.usefixtures("five")
def test_a_released_enumeration_cannot_be_pulled(client):
    context = client.enumerate(URI).context
    body = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"
    reply = client.send(RELEASE, URI, body)
    assert reply.action.endswith("/ReleaseResponse")
    assert len(reply.one("/s:Envelope/s:Body")) == 0
    assert client.pull(URI, context).code == 2150858779
    assert len(client.service.contexts) == 0


@pytest.mark.usefixtures("five")
def test_an_enumeration_belongs_to_its_user(client, account):
    context = client.enumerate(URI).context
    own, client.account = client.account, account(client.service.host, "other")
    assert client.pull(URI, context).code == 2150858779
    client.account = own
    assert client.pull(URI, context).status == 200


@pytest.mark.usefixtures("five")
def test_an_enumeration_that_nobody_pulls_ends_with_its_time_out(make_client):
    client = make_client(enumeration_timeout_milliseconds=240_000)
    clock = client.service.host.clock
    context = client.enumerate(URI).context
    clock.advance(timedelta(seconds=239))
    page = client.pull(URI, context)
    clock.advance(timedelta(seconds=239))
    page = client.pull(URI, page.context)
    clock.advance(timedelta(seconds=241))
    assert client.pull(URI, page.context).code == 2150858779
    assert len(client.service.contexts) == 0


@pytest.mark.usefixtures("five")
def test_open_enumerations_of_one_user_are_bounded(client, account):
    for _ in range(500):
        assert client.enumerate(URI).status == 200
    assert client.enumerate(URI).code == 2150858815
    client.account = account(client.service.host, "other")
    assert client.enumerate(URI).status == 200


@pytest.mark.usefixtures("five")
def test_a_reset_forgets_every_enumeration(client):
    context = client.enumerate(URI).context
    client.service.reset()
    assert client.pull(URI, context).code == 2150858779


@pytest.mark.parametrize(
    ("uri", "query", "code"),
    [
        (ALL, "SELECT FROM", 2150858778),
        (ALL, "", 2150858778),
        (ALL, "  ", 2150858778),
        (URI, SELECT, 2150859003),
        (WMI + "root/nowhere/*", SELECT, 2150858778),
    ],
)
@pytest.mark.usefixtures("five")
def test_queries_that_cannot_be_run_have_their_faults(client, uri, query, code):
    assert client.wql(uri, query).code == code


def test_an_unknown_class_in_a_query_says_so_with_its_extended_status(client, five):
    five.failure = InvalidClass("no such class")
    reply = client.wql(ALL, 'SELECT * FROM Nothing WHERE a="b"')
    assert (reply.code, reply.subcode) == (2150858778, "n:CannotProcessFilter")
    message = reply.value("//f:ProviderFault/f:WSManFault/f:Message")
    assert message == "The specified class does not exist in the given namespace. "
    assert reply.value("//es:ParameterInfo") == 'SELECT * FROM Nothing WHERE a="b"'


def test_an_old_namespace_is_refused_in_the_shape_that_clients_look_for(client):
    reply = client.wql(WMI + "root/virtualization/*", "select BIOSGUID from Msvm_X")
    assert reply.value("//err:error_Code") == "2150858778"
    assert reply.subcode == "n:CannotProcessFilter"


def test_enumerating_every_class_without_a_filter_is_refused(client):
    assert client.enumerate(ALL).code == 2150858778


def test_an_unknown_dialect_is_refused(client):
    reply = client.enumerate(ALL, '<w:Filter Dialect="http://www.w3.org/TR/xpath">x</w:Filter>')
    assert (reply.code, reply.subcode) == (2150858777, "n:FilterDialectRequestedUnavailable")


@pytest.mark.usefixtures("five")
def test_a_selector_filter_compares_properties_without_regard_to_case(client):
    dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
    inner = (
        f'<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements><w:Filter Dialect="{dialect}">'
        '<w:SelectorSet><w:Selector Name="name">VM3</w:Selector></w:SelectorSet></w:Filter>'
    )
    reply = client.enumerate(URI, inner)
    assert reply.value("//w:Items/p:Test_Machine/p:Name", p=URI) == "vm3"


@pytest.mark.parametrize("spelling", ["associationFilter", "AssociationFilter"])
def test_an_association_filter_follows_the_object(client, five, spelling):
    dialect = f"http://schemas.dmtf.org/wbem/wsman/1/cimbinding/{spelling}"
    target = (
        "<b:Object><a:Address>x</a:Address><a:ReferenceParameters>"
        f'<w:ResourceURI>{URI}</w:ResourceURI><w:SelectorSet><w:Selector Name="Name">vm1</w:Selector>'
        "</w:SelectorSet></a:ReferenceParameters></b:Object>"
    )
    inner = (
        f'<w:Filter Dialect="{dialect}"><b:AssociatedInstances>{target}'
        "<b:AssociationClassName>Test_Link</b:AssociationClassName><b:Role>Left</b:Role>"
        "<b:ResultClassName>Test_Machine</b:ResultClassName><b:ResultRole>Right</b:ResultRole>"
        "</b:AssociatedInstances></w:Filter>"
    )
    assert client.enumerate(ALL, inner).status == 200
    kind, path, *rest = five.followed[0]
    assert (kind, str(path.relative)) == ("associators", 'Test_Machine.Name="vm1"')
    assert rest == ["Test_Link", "Test_Machine", "Left", "Right"]
    inner = (
        f'<w:Filter Dialect="{dialect}"><b:AssociationInstances>{target}'
        "<b:ResultClassName>Test_Link</b:ResultClassName></b:AssociationInstances></w:Filter>"
    )
    assert client.enumerate(ALL, inner).status == 200
    assert five.followed[1][0] == "references"
    assert five.followed[1][2:] == ("Test_Link", None)


def test_a_query_for_class_declarations_gives_objects_without_values(client, five):
    five.queries["select * from meta_class"] = QueryResult([], classes=(five.schema.find("Test_Single"),))
    reply = client.wql(ALL, "select * from meta_class", "<w:OptimizeEnumeration/>")
    found = reply.one("//w:Items/*")
    assert found.tag == f"{{{WMI}root/cimv2/Test_Single}}Test_Single"
    assert [each.get("{http://www.w3.org/2001/XMLSchema-instance}nil") for each in found] == ["true"]


def test_system_properties_can_be_selected(client, five):
    five.queries["select"] = QueryResult(five.rows[1:2], properties=("Name", "__PATH", "__DERIVATION"))
    reply = client.wql(ALL, "select", "<w:OptimizeEnumeration/>")
    fragment = reply.one("//w:Items/w:XmlFragment")
    assert [(each.tag, each.text) for each in fragment] == [
        ("__DERIVATION", None),
        ("__PATH", str(five.rows[1].path)),
        ("Name", five.rows[1].value("Name")),
    ]
