"""Class declarations through pypsrp's WS-Management client: what Get-CimClass of Windows asks, and a walk."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

import pytest
from conftest import PASSWORD, USER
from lxml import etree
from pypsrp.exceptions import WSManFaultError
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan

URI = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
WSMAN = f"{{{NAMESPACES['wsman']}}}"
ENUMERATION = f"{{{NAMESPACES['wsen']}}}"


@pytest.fixture
def client(host):
    with WSMan(
        "127.0.0.1", port=int(host.http_url.rsplit(":", 1)[1].split("/")[0]), username=USER,
        password=PASSWORD, ssl=False, auth="ntlm", encryption="always", max_envelope_size=512_000,
    ) as made:  # fmt: skip
        yield made


def selectors(class_name: str, namespace: str = "root/virtualization/v2") -> SelectorSet:
    found = SelectorSet()
    found.add_option("__cimnamespace", namespace)
    found.add_option("ClassName", class_name)
    return found


def options() -> OptionSet:
    found = OptionSet()
    for name in ("IncludeInheritanceHierarchy", "IncludeInheritedElements", "IncludeQualifiers"):
        found.add_option(name, "true", {"Type": "xs:boolean"})
    found.add_option("__MI_CallbackRegistration", "11", {"Type": "xs:int"})
    found.add_option("msftwinrm:UsePreciseArrays", "true", {"Type": "xs:boolean"})
    return found


def listed(client, uri, body_inner=(), chosen=None, wanted=None):
    """The items of an enumeration, pulled to its end."""
    body = Element(f"{ENUMERATION}Enumerate")
    SubElement(body, f"{WSMAN}OptimizeEnumeration")
    SubElement(body, f"{WSMAN}MaxElements").text = "32000"
    for each in body_inner:
        body.append(each)
    answer = client.enumerate(uri, body, option_set=wanted, selector_set=chosen)
    items = list(answer.find(f".//{WSMAN}Items") or ())
    while (
        answer.find(f".//{WSMAN}EndOfSequence") is None
        and answer.find(f".//{ENUMERATION}EndOfSequence") is None
    ):
        pull = Element(f"{ENUMERATION}Pull")
        SubElement(pull, f"{ENUMERATION}EnumerationContext").text = answer.findtext(
            f".//{ENUMERATION}EnumerationContext"
        )
        SubElement(pull, f"{ENUMERATION}MaxElements").text = "32000"
        answer = client.pull(uri, pull)
        items += list(answer.find(f".//{ENUMERATION}Items") or ())
    return items


def query(text: str):
    found = Element(f"{WSMAN}Filter", {"Dialect": WQL})
    found.text = text
    return found


def test_a_class_is_read_as_get_cimclass_reads_it(client):
    body = client.get(URI, option_set=options(), selector_set=selectors("Msvm_ComputerSystem"))
    (found,) = body
    assert found.tag == "CLASS"
    assert found.get("DERIVATION").startswith("CIM_ComputerSystem,CIM_System,")
    keys = [each.get("NAME") for each in found if each.find("QUALIFIER[@NAME='key']") is not None]
    assert keys == ["CreationClassName", "Name"]
    method = found.find("METHOD[@NAME='RequestStateChange']")
    assert [each.get("NAME") for each in method if each.tag.startswith("PARAMETER")] == [
        "RequestedState",
        "Job",
        "TimeoutPeriod",
    ]


def test_a_whole_namespace_is_listed_over_several_answers(client):
    items = listed(client, URI, chosen=selectors(""), wanted=options())
    names = [each.get("NAME") for each in items]
    assert names == sorted(names, key=str.lower)
    assert len(names) == len(set(names)) > 400
    assert {"Msvm_ComputerSystem", "__InstanceModificationEvent", "CIM_ManagedElement"} <= set(names)


def test_namespaces_are_walked_from_root_to_their_classes(client):
    name = "{" + WMI + "root/__NAMESPACE}Name"
    found = [each.findtext(name) for each in listed(client, WMI + "root/__NAMESPACE")]
    assert {"CIMV2", "virtualization", "StandardCimv2", "Interop"} <= set(found)
    text = "SELECT * FROM meta_class WHERE __this ISA 'MSFT_NetAdapter'"
    items = listed(client, URI, [query(text)], selectors("", "root/StandardCimv2"))
    assert items[0].get("NAME") == "MSFT_NetAdapter"
    text = "SELECT * FROM meta_class WHERE __Class = 'MSFT_Disk'"
    (disk,) = listed(client, WMI + "root/microsoft/windows/storage/*", [query(text)])
    assert etree.QName(disk.tag).localname == "MSFT_Disk"


def test_an_unknown_class_and_a_change_of_one_are_faults(client, host):
    with pytest.raises(WSManFaultError) as missing:
        client.get(URI, selector_set=selectors("Msvm_Nothing"))
    assert missing.value.code == 0x80338000
    with pytest.raises(WSManFaultError) as refused:
        client.delete(URI, selector_set=selectors("Msvm_ComputerSystem"))
    assert refused.value.code == 0x80338013
    assert "root/virtualization/v2:Msvm_Nothing" not in host.machine.gaps.counts("wmi")
