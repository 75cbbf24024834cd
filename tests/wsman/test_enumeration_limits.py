"""What an Enumerate may ask for besides its filter: how long, how much, how deep, and in which dialect."""

from __future__ import annotations

from datetime import timedelta

import pytest

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = WMI + "root/cimv2/"
ALL = CIMV2 + "*"
V2 = WMI + "root/virtualization/v2/"
SERVICE = CIMV2 + "Win32_Service"
DRIVER = CIMV2 + "Win32_SystemDriver"
CIM_SERVICE = CIMV2 + "CIM_Service"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
CQL_FILTER = '<{0}:Filter Dialect="http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf">{1}</{0}:Filter>'
EVERY_SERVICE = "SELECT * FROM Win32_Service"
OPTIMIZED = "<w:OptimizeEnumeration/><w:MaxElements>9999</w:MaxElements>"


def names(reply, name):
    return [element.tag.rpartition("}")[2] for element in reply.one(f"//w:Items/*[local-name()='{name}'][1]")]


# -- how long -------------------------------------------------------------------------------------


def test_the_answer_says_how_long_the_context_lives_when_the_client_asks(real):
    reply = real.enumerate(SERVICE, "<n:Expires>PT10M</n:Expires>")
    response = reply.one("//n:EnumerateResponse")
    assert [child.tag.rpartition("}")[2] for child in response] == ["Expires", "EnumerationContext"]
    assert response[0].text == "PT600.000S"
    assert not real.enumerate(SERVICE).all("//n:Expires")


def test_a_context_ends_at_its_expiry_however_often_it_is_pulled(real, host):
    context = real.enumerate(SERVICE, "<n:Expires>PT100S</n:Expires>").context
    for _ in range(3):
        host.clock.advance(timedelta(seconds=30))
        context = real.pull(SERVICE, context).context
    host.clock.advance(timedelta(seconds=11))
    assert real.pull(SERVICE, context).code == 2150858779
    assert len(real.service.contexts) == 0


@pytest.mark.parametrize(
    ("expires", "code"),
    [("soon", 2150858774), ("PT0S", 2150858774), ("-PT5S", 2150858774), ("", 2150858774), ("P1000Y", 2150858774),
     ("2031-01-01T00:00:00Z", 2150859036)],
)  # fmt: skip
def test_an_expiry_that_cannot_be_kept_is_refused(real, expires, code):
    reply = real.enumerate(SERVICE, f"<n:Expires>{expires}</n:Expires>")
    assert reply.code == code
    assert reply.action == "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"
    assert len(real.service.contexts) == 0


@pytest.mark.parametrize("action", ["Renew", "GetStatus"])
def test_an_enumeration_cannot_be_renewed_or_asked_for_its_status(real, action):
    context = real.enumerate(SERVICE).context
    body = f"<n:{action}><n:EnumerationContext>{context}</n:EnumerationContext></n:{action}>"
    reply = real.send(ENUMERATION + action, SERVICE, body)
    assert (reply.code, reply.subcode) == (2150858771, "a:ActionNotSupported")
    assert real.pull(SERVICE, context).status == 200


def test_nobody_is_told_of_the_end_of_an_enumeration(real):
    reply = real.enumerate(SERVICE, "<n:EndTo><a:Address>http://me/</a:Address></n:EndTo>")
    assert (reply.code, reply.subcode) == (2150858870, "w:UnsupportedFeature")


@pytest.mark.parametrize(("time", "status"), [("PT5S", 200), ("PT0S", 200), ("later", 500)])
def test_the_time_of_a_pull_is_read_and_never_needed(real, time, status):
    context = real.enumerate(SERVICE).context
    reply = real.pull(SERVICE, context, f"<n:MaxTime>{time}</n:MaxTime>")
    assert reply.status == status
    if status == 500:
        assert reply.code == 2150858817
        assert real.pull(SERVICE, context).status == 200


# -- how much -------------------------------------------------------------------------------------


def test_characters_limit_the_items_of_an_answer(real):
    whole = real.enumerate(SERVICE, OPTIMIZED)
    size = max(len(item) for item in whole.text.partition("<w:Items>")[2].split("</p:Win32_Service>")) + 20
    inner = f"{OPTIMIZED}<n:MaxCharacters>{size * 3}</n:MaxCharacters>"
    reply = real.enumerate(SERVICE, inner)
    assert 3 <= len(reply.one("//w:Items")) < len(whole.one("//w:Items"))
    limit = f"<n:MaxElements>99</n:MaxElements><n:MaxCharacters>{size}</n:MaxCharacters>"
    assert len(real.pull(SERVICE, reply.context, limit).one("//n:Items")) >= 1


def test_an_item_of_more_characters_is_a_fault_and_the_context_stays(real):
    context = real.enumerate(SERVICE).context
    reply = real.pull(SERVICE, context, "<n:MaxCharacters>100</n:MaxCharacters>")
    assert (reply.code, reply.subcode) == (2150858824, "w:EncodingLimit")
    assert real.pull(SERVICE, context).status == 200


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "99999999999"])
@pytest.mark.parametrize("name", ["MaxElements", "MaxCharacters"])
def test_a_limit_that_is_no_positive_number_is_refused_and_the_context_stays(real, name, limit):
    context = real.enumerate(SERVICE).context
    assert real.pull(SERVICE, context, f"<n:{name}>{limit}</n:{name}>").code == 2150858810
    assert real.pull(SERVICE, context).status == 200


def test_contexts_of_three_enumerations_survive_interleaving(real):
    uris = [SERVICE, CIMV2 + "Win32_Process", CIMV2 + "Win32_Environment"]
    contexts = [real.enumerate(uri).context for uri in uris]
    counts = [0, 0, 0]
    while any(contexts):
        for place, context in enumerate(contexts):
            if context:
                reply = real.pull(uris[place - 1], context, "<n:MaxElements>7</n:MaxElements>")
                counts[place] += len(reply.one("//n:Items"))
                found = reply.all("//n:PullResponse/n:EnumerationContext")
                contexts[place] = found[0].text if found else None
    assert counts == [len(real.enumerate(uri, OPTIMIZED).one("//w:Items")) for uri in uris]
    assert len(real.service.contexts) == 0


@pytest.mark.parametrize("context", ["", "uuid:1", "not a context", "x" * 10_000])
def test_a_context_of_nobody_is_refused(real, context):
    assert real.pull(SERVICE, context).code == 2150858779


# -- how deep -------------------------------------------------------------------------------------


def polymorphism(mode):
    return f"{OPTIMIZED}<b:PolymorphismMode>{mode}</b:PolymorphismMode>"


@pytest.mark.parametrize("mode", ["IncludeSubClassProperties", ""])
def test_subclasses_are_shown_as_what_they_are(real, mode):
    reply = real.enumerate(CIM_SERVICE, polymorphism(mode) if mode else OPTIMIZED)
    assert "DelayedAutoStart" in names(reply, "Win32_Service")


def test_only_the_properties_of_the_base_class_are_shown_when_asked_for(real):
    reply = real.enumerate(CIM_SERVICE, polymorphism("ExcludeSubClassProperties"))
    assert not reply.all("//p:Win32_Service", p=SERVICE)
    shown = names(reply, "CIM_Service")
    assert "DisplayName" not in shown
    assert {"Name", "Started", "SystemName"} <= set(shown)
    assert len(reply.all("//w:Items/p:CIM_Service", p=CIM_SERVICE)) == len(
        real.enumerate(CIM_SERVICE, OPTIMIZED).one("//w:Items")
    )


def test_references_to_base_class_instances_still_name_the_instance(real):
    inner = (
        polymorphism("ExcludeSubClassProperties")
        + "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>"
    )
    reply = real.enumerate(CIM_SERVICE, inner)
    item = reply.all("//w:Items/w:Item")[0]
    assert item[0].tag.endswith("}CIM_Service")
    assert {each.text for each in reply.all("//w:Item//w:ResourceURI")} == {SERVICE, DRIVER}


def test_no_subclasses_at_all_are_shown_when_asked_for(real):
    assert real.enumerate(CIM_SERVICE, polymorphism("None")).all("//w:EndOfSequence")
    assert not real.enumerate(CIM_SERVICE, polymorphism("None")).all("//w:Items")
    assert len(real.enumerate(SERVICE, polymorphism("none")).one("//w:Items")) > 10


def test_an_unknown_polymorphism_is_refused(real):
    reply = real.enumerate(CIM_SERVICE, polymorphism("Some"))
    assert (reply.code, reply.subcode) == (2150859063, "b:PolymorphismModeNotSupported")


# -- filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["", "EnumerateEPR", "EnumerateObjectAndEPR"])
def test_every_mode_gives_the_same_instances_with_every_filter(real, mode):
    shape = f"{OPTIMIZED}<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else OPTIMIZED
    selector = (
        '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"><w:SelectorSet>'
        '<w:Selector Name="Name">Spooler</w:Selector></w:SelectorSet></w:Filter>'
    )
    wql = "SELECT * FROM Win32_Service WHERE Name = 'spooler'"
    replies = [
        real.enumerate(SERVICE, shape + selector),
        real.wql(ALL, wql, shape),
        real.enumerate(ALL, shape + CQL_FILTER.format("w", wql)),
        real.enumerate(ALL, shape + CQL_FILTER.format("n", wql)),
    ]
    items = [reply.text.partition("<w:Items>")[2].partition("</w:Items>")[0] for reply in replies]
    assert items[0].count("Spooler") >= 1
    assert set(items) == {items[0]}
    kinds = {"": "Win32_Service", "EnumerateEPR": "EndpointReference", "EnumerateObjectAndEPR": "Item"}
    assert replies[0].one("//w:Items")[0].tag.endswith("}" + kinds[mode])


@pytest.mark.parametrize("authority", ["dmtf.org", "microsoft.com"])
@pytest.mark.parametrize("spelling", ["associationFilter", "AssociationFilter"])
@pytest.mark.parametrize("prefix", ["w", "n"])
def test_associations_are_followed_in_every_spelling(real, host, authority, spelling, prefix):
    vm = host.virtual_machines.create("one")
    dialect = f"http://schemas.{authority}/wbem/wsman/1/cimbinding/{spelling}"
    target = (
        "<b:Object><a:Address>x</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{V2}Msvm_ComputerSystem</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
        f'<w:Selector Name="Name">{vm.id}</w:Selector></w:SelectorSet></a:ReferenceParameters></b:Object>'
    )
    inner = (
        f'{OPTIMIZED}<{prefix}:Filter Dialect="{dialect}"><b:AssociatedInstances>{target}'
        "<b:ResultClassName>Msvm_VirtualSystemSettingData</b:ResultClassName></b:AssociatedInstances>"
        f"</{prefix}:Filter>"
    )
    uri = V2 + "Msvm_VirtualSystemSettingData"
    assert real.enumerate(V2 + "*", inner).value("//p:ElementName", p=uri) == "one"


def test_properties_chosen_of_associated_instances_are_a_fragment_in_order(real, host):
    vm = host.virtual_machines.create("one")
    inner = (
        f'{OPTIMIZED}<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter">'
        "<b:AssociatedInstances><b:Object><a:Address>x</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{V2}Msvm_ComputerSystem</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
        f'<w:Selector Name="Name">{vm.id}</w:Selector></w:SelectorSet></a:ReferenceParameters></b:Object>'
        "<b:ResultClassName>Msvm_VirtualSystemSettingData</b:ResultClassName>"
        "<b:IncludeResultProperty>{}</b:IncludeResultProperty>"
        "<b:IncludeResultProperty>elementname</b:IncludeResultProperty></b:AssociatedInstances></w:Filter>"
    )
    fragment = real.enumerate(V2 + "*", inner.replace("{}", "Notes")).one("//w:Items/w:XmlFragment")
    assert [child.tag for child in fragment] == ["ElementName", "Notes"]
    assert real.enumerate(V2 + "*", inner.replace("{}", "NoSuch")).code == 2150858778


@pytest.mark.parametrize(
    ("uri", "inner", "code"),
    [
        (ALL, CQL_FILTER.format("w", "SELECT * FROM"), 2150858778),
        (
            SERVICE,
            '<w:Filter Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116">*</w:Filter>',
            2150858777,
        ),
        (SERVICE, "<w:Filter>*</w:Filter>", 2150858777),
        (
            ALL,
            CQL_FILTER.format("w", EVERY_SERVICE) + CQL_FILTER.format("n", EVERY_SERVICE),
            2150858778,
        ),
        (
            "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
            CQL_FILTER.format("w", EVERY_SERVICE),
            2150858776,
        ),
    ],
)
def test_filters_that_cannot_be_used_have_their_faults(real, uri, inner, code):
    assert real.enumerate(uri, inner).code == code
