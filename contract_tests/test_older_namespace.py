"""The life of a virtual machine through root/virtualization alone, as clients of 2008 R2 and 2012 did it; each
step is looked at through another door: the control interface and cmd.exe, and root/virtualization/v2 where
the release has it."""

from __future__ import annotations

import json
import urllib.request
from xml.sax.saxutils import escape

import pytest
import winrm
from conftest import ALLOW_BASIC
from lxml import etree
from soap import NAMESPACES, WMI, Answer, SoapClient

V1 = WMI + "root/virtualization/"
SERVICE = "Msvm_VirtualSystemManagementService"
SWITCHES = "Msvm_VirtualSwitchManagementService"
IMAGES = "Msvm_ImageManagementService"
SETTINGS, RESOURCE = "Msvm_VirtualSystemSettingData", "Msvm_ResourceAllocationSettingData"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
Values = dict[str, "str | int | bool | list[str]"]


class OlderClient(SoapClient):
    """What a client of the older namespace needs; references are (class, selectors)."""

    def run(self, class_name: str, method: str, selectors: dict[str, str], parameters: str = "") -> Answer:
        answer = self.invoke(V1 + class_name, method, parameters, selectors)
        assert answer.status == 200, answer.body
        return answer

    def serve(self, class_name: str, method: str, *parameters: str) -> Answer:
        """Call a service; a job is waited for."""
        answer = self.run(class_name, method, {"CreationClassName": class_name}, "".join(parameters))
        assert answer.property("ReturnValue") in ("0", "4096"), answer.body
        if answer.property("ReturnValue") == "4096":
            self.wait(reference_in(answer, "Job"))
        return answer

    def wait(self, job: tuple[str, dict[str, str]]) -> None:
        for _ in range(100):
            state = self.get(*job)
            if state.property("JobState") not in ("2", "3", "4"):
                break
        assert state.property("JobState") == "7", state.body

    def one(self, class_name: str, **equal: str | int) -> dict[str, str]:
        """The only instance with these values."""
        (found,) = self.wql("root/virtualization", query(class_name, **equal))
        return {etree.QName(each).localname: each.text or "" for each in found}


def query(class_name: str, **equal: str | int) -> str:
    """WQL; a text with % is compared by LIKE."""
    terms = [f"{name} {'LIKE' if '%' in str(value) else '='} '{value}'" for name, value in equal.items()]
    condition = f" WHERE {' AND '.join(terms)}" if terms else ""
    return f"SELECT * FROM {class_name}{condition}"  # noqa: S608  WQL of the test's own


def reference_in(answer: Answer, name: str) -> tuple[str, dict[str, str]]:
    """Resource URI and selectors of a reference in an answer."""
    (element,) = [each for each in answer.xml.iter() if etree.QName(each).localname == name]
    uri = element.find(".//w:ResourceURI", NAMESPACES).text
    selectors = {each.get("Name"): each.text for each in element.findall(".//w:Selector", NAMESPACES)}
    return uri, selectors


def reference(name: str, class_name: str, **selectors: str) -> str:
    """A parameter that refers to an instance."""
    inner = "".join(
        f'<w:Selector Name="{key}">{escape(text)}</w:Selector>' for key, text in selectors.items()
    )
    return (
        f"<p:{name}><a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{V1}{class_name}</w:ResourceURI><w:SelectorSet>{inner}</w:SelectorSet>"
        f"</a:ReferenceParameters></p:{name}>"
    )


def machine(name: str, guid: str) -> str:
    return reference(name, "Msvm_ComputerSystem", CreationClassName="Msvm_ComputerSystem", Name=guid)


def plain(name: str, value: str | int) -> str:
    return f"<p:{name}>{escape(str(value))}</p:{name}>"


def embedded(name: str, class_name: str, values: Values) -> str:
    """A parameter that holds an instance as CIM-XML text."""
    return plain(
        name, f'<INSTANCE CLASSNAME="{class_name}">{"".join(map(_property, values.items()))}</INSTANCE>'
    )


def _property(pair: tuple[str, str | int | bool | list[str]]) -> str:
    name, value = pair
    if isinstance(value, list):
        items = "".join(f"<VALUE>{escape(each)}</VALUE>" for each in value)
        return (
            f'<PROPERTY.ARRAY NAME="{name}" TYPE="string"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        )
    kind = {"bool": "boolean", "int": "uint16", "str": "string"}[type(value).__name__]
    kind = {"VirtualQuantity": "uint64", "CopySnapshotConfiguration": "uint8"}.get(name, kind)
    text = str(value).upper() if isinstance(value, bool) else escape(str(value))
    return f'<PROPERTY NAME="{name}" TYPE="{kind}"><VALUE>{text}</VALUE></PROPERTY>'


def path_of(host, class_name: str, **keys: str) -> str:
    """A path as text, as it stands in Parent and Connection."""
    inner = ",".join('{}="{}"'.format(name, text.replace("\\", "\\\\")) for name, text in keys.items())
    return f"\\\\{host.machine.name}\\root\\virtualization:{class_name}.{inner}"


class OtherDoors:
    """What somebody sees who does not use the older namespace."""

    def __init__(self, host, soap: SoapClient) -> None:
        self.host, self.soap = host, soap
        self.has_v2 = "v2" in host.machine.release.wmi_namespaces
        self.session = winrm.Session(
            host.http_url, auth=("Administrator", "Passw0rd!"), transport="plaintext"
        )

    def control(self, path: str):
        with urllib.request.urlopen(f"{self.host.control_url.rstrip('/')}/api/{path}", timeout=20) as answer:
            return json.load(answer)

    def machines(self) -> dict[str, str]:
        """Name -> state."""
        found = {each["name"]: each["state"].lower() for each in self.control("virtual-machines")}
        if self.has_v2:
            shown = self.v2("SELECT ElementName FROM Msvm_ComputerSystem")
            assert {each.findtext("{*}ElementName") for each in shown} == {*found, self.host.machine.name}
        return found

    def v2(self, query: str):
        return self.soap.wql("root/virtualization/v2", query)

    def has_file(self, path: str) -> bool:
        return self.session.run_cmd(f'dir /b "{path}"').status_code == 0


@pytest.fixture(params=["windows-server-2008r2-enterprise", "windows-server-2012-datacenter"])
def host(request, serve):
    return serve(yaml=f"name: older\nextends: {request.param}\n{ALLOW_BASIC}", control_port=0)


@pytest.fixture
def soap(host):
    with OlderClient(host) as client:
        yield client


def test_a_machine_lives_and_dies_through_the_older_namespace(host, soap):
    doors = OtherDoors(host, soap)

    # A disk, and a switch with a port.
    disk = "C:\\Lab\\old.vhd"
    assert doors.session.run_cmd("mkdir C:\\Lab").status_code == 0
    soap.serve(IMAGES, "CreateDynamicVirtualHardDisk", plain("Path", disk), plain("MaxInternalSize", 4 << 30))
    assert doors.has_file(disk)
    made = soap.run(
        SWITCHES,
        "CreateSwitch",
        {"CreationClassName": SWITCHES},
        plain("Name", "11111111-2222-3333-4444-555555555555") + plain("FriendlyName", "Lab"),
    )
    _, switch = reference_in(made, "CreatedVirtualSwitch")
    made = soap.run(
        SWITCHES,
        "CreateSwitchPort",
        {"CreationClassName": SWITCHES},
        reference("VirtualSwitch", "Msvm_VirtualSwitch", **switch)
        + plain("Name", "lab port")
        + plain("FriendlyName", "lab port"),
    )
    _, port = reference_in(made, "CreatedSwitchPort")
    if doors.has_v2:
        (shown,) = doors.v2(query("Msvm_VirtualEthernetSwitch", ElementName="Lab"))
        assert shown.findtext("{*}Name") == switch["Name"]

    # The machine.
    made = soap.serve(
        SERVICE,
        "DefineVirtualSystem",
        embedded("SystemSettingData", "Msvm_VirtualSystemGlobalSettingData", {"ElementName": "old"}),
        embedded("ResourceSettingData", "Msvm_MemorySettingData", {"VirtualQuantity": 512}),
    )
    _, keys = reference_in(made, "DefinedSystem")
    guid = keys["Name"]
    assert doors.machines()["old"] == "off"

    # A drive on the first IDE controller, the disk in it, and an adapter on the port.
    controller = soap.one(
        RESOURCE,
        InstanceID=f"Microsoft:{guid}%",
        ResourceSubType="Microsoft Emulated IDE Controller",
        Address="0",
    )
    drive = soap.serve(
        SERVICE,
        "AddVirtualSystemResources",
        machine("TargetSystem", guid),
        embedded(
            "ResourceSettingData",
            RESOURCE,
            {
                "ResourceType": 22,
                "ResourceSubType": "Microsoft Synthetic Disk Drive",
                "Parent": path_of(host, RESOURCE, InstanceID=controller["InstanceID"]),
                "Address": "0",
            },
        ),
    )
    _, drive_keys = reference_in(drive, "NewResources")
    soap.serve(
        SERVICE,
        "AddVirtualSystemResources",
        machine("TargetSystem", guid),
        embedded(
            "ResourceSettingData",
            RESOURCE,
            {
                "ResourceType": 21,
                "ResourceSubType": "Microsoft Virtual Hard Disk",
                "Parent": path_of(host, RESOURCE, **drive_keys),
                "Connection": [disk],
            },
        ),
        embedded(
            "ResourceSettingData",
            "Msvm_SyntheticEthernetPortSettingData",
            {
                "ResourceType": 10,
                "ResourceSubType": "Microsoft Synthetic Ethernet Port",
                "ElementName": "lab nic",
                "Connection": [path_of(host, "Msvm_SwitchPort", **port)],
            },
        ),
    )
    if doors.has_v2:
        held = doors.v2(query("Msvm_StorageAllocationSettingData", InstanceID=f"Microsoft:{guid}%"))
        assert [each.findtext("{*}HostResource") for each in held] == [disk]

    # Running: keys reach the guest, its screen has the size that was asked for.
    system = {"CreationClassName": "Msvm_ComputerSystem", "Name": guid}

    def request(state: int) -> None:
        answer = soap.run("Msvm_ComputerSystem", "RequestStateChange", system, plain("RequestedState", state))
        assert answer.property("ReturnValue") == "4096", answer.body
        soap.wait(reference_in(answer, "Job"))

    request(2)
    assert doors.machines()["old"] == "running"
    assert soap.get(V1 + "Msvm_ComputerSystem", system).property("EnabledState") == "2"
    keyboard = soap.one("Msvm_Keyboard", SystemName=guid)
    names = ("CreationClassName", "DeviceID", "SystemCreationClassName", "SystemName")
    typed = soap.run(
        "Msvm_Keyboard", "TypeText", {name: keyboard[name] for name in names}, plain("asciiText", "hello")
    )
    assert typed.property("ReturnValue") == "0"
    assert "hello" in json.dumps(doors.control(f"virtual-machines/{guid}/guest"))
    settings = {"InstanceID": f"Microsoft:{guid}"}
    image = soap.serve(
        SERVICE,
        "GetVirtualSystemThumbnailImage",
        reference("TargetSystem", SETTINGS, **settings),
        plain("WidthPixels", 32),
        plain("HeightPixels", 24),
    )
    assert len(image.values("ImageData")) == 32 * 24 * 2

    # A checkpoint while it runs, and back to it.
    soap.serve(SERVICE, "CreateVirtualSystemSnapshot", machine("SourceSystem", guid))
    snapshot = soap.one(SETTINGS, SettingType=5, SystemName=guid)
    if doors.has_v2:
        (shown,) = doors.v2(query(SETTINGS, VirtualSystemType="Microsoft:Hyper-V:Snapshot:Realized"))
        assert shown.findtext("{*}ElementName") == snapshot["ElementName"]
    request(3)
    soap.serve(
        SERVICE,
        "ApplyVirtualSystemSnapshotEx",
        machine("ComputerSystem", guid),
        reference("SnapshotSettingData", SETTINGS, InstanceID=snapshot["InstanceID"]),
    )
    assert doors.machines()["old"] == "saved"
    request(2)
    request(3)

    # Out, away, and in again as a copy under another name.
    soap.serve(
        SERVICE,
        "ExportVirtualSystemEx",
        machine("ComputerSystem", guid),
        plain("ExportDirectory", "C:\\Out"),
        embedded(
            "ExportSettingData",
            "Msvm_VirtualSystemExportSettingData",
            {
                "CopyVmStorage": True,
                "CopyVmRuntimeInformation": True,
                "CreateVmExportSubdirectory": True,
                "CopySnapshotConfiguration": 0,
            },
        ),
    )
    assert doors.has_file("C:\\Out\\old\\Virtual Hard Disks\\old.vhd")
    soap.serve(SERVICE, "DestroyVirtualSystem", machine("ComputerSystem", guid))
    assert "old" not in doors.machines()
    told = soap.serve(SERVICE, "GetVirtualSystemImportSettingData", plain("ImportDirectory", "C:\\Out\\old"))
    assert told.property("Name") == "old"
    assert told.values("TargetNetworkConnections") == ["Lab"]
    paths = told.values("CurrentResourcePaths")
    soap.serve(
        SERVICE,
        "ImportVirtualSystemEx",
        plain("ImportDirectory", "C:\\Out\\old"),
        embedded(
            "ImportSettingData",
            "Msvm_VirtualSystemImportSettingData",
            {
                "Name": "new",
                "GenerateNewId": True,
                "CreateCopy": True,
                "CurrentResourcePaths": paths,
                "SourceResourcePaths": told.values("SourceResourcePaths"),
                "TargetVmDataRoot": "C:\\New",
                "TargetSnapshotDataRoot": "C:\\New",
                "TargetVhdDataRoot": "C:\\New",
                "TargetNetworkConnections": ["Lab"],
            },
        ),
    )
    assert doors.machines()["new"] == "off"
    assert doors.has_file("C:\\New\\old.vhd")
    new = soap.one("Msvm_ComputerSystem", ElementName="new")
    assert new["Name"] != guid

    # Nothing is left but the files.
    soap.serve(SERVICE, "DestroyVirtualSystem", machine("ComputerSystem", new["Name"]))
    gone = soap.run(
        SWITCHES,
        "DeleteSwitch",
        {"CreationClassName": SWITCHES},
        reference("VirtualSwitch", "Msvm_VirtualSwitch", **switch),
    )
    assert gone.property("ReturnValue") == "0"
    assert not {"old", "new"} & set(doors.machines())
    assert soap.wql("root/virtualization", query("Msvm_VirtualSwitch", ElementName="Lab")) == []
