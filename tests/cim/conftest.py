"""A small schema table and instances for the tests of the CIM room."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cim.instance import ValueInstance
from emulator.cim.schema import Schema

RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025")
TABLES = Path(__file__).parents[2] / "emulator" / "wmi" / "schema"

TABLE = "\n".join(
    [
        "# a comment",
        "=1\t0 Off\t1 On now\t2..9",
        "CIM_Base:\tabstract\t.Caption string length=64\t.InstanceID string\t#InstanceID",
        "CIM_Link:\tabstract association\t.Antecedent CIM_Base&\t.Dependent CIM_Base&\t#Antecedent Dependent",
        "Test_Split:CIM_Base\tabstract since=2016\t.Name string\t.Version string since=2016\t!Ask uint32",
        "Test_Summary:Test_Split\t\t.Load uint16",
        "Test_Link:CIM_Link\tassociation\t~Dependent ref=Test_Machine",
        "Test_Machine:CIM_Base\tsince=2012\t.active boolean\t.Alpha uint8 write values=1\t.Beta sint32[]"
        "\t.Child Test_Part{}\t.Created datetime\t.Delay datetime interval\t._x real64\t.Letter char16"
        "\t.Names string[]\t.Next Test_Machine&\t.Parts Test_Part{}[]\t.Settings string[] text=Test_Part"
        "\t.Size uint64 units=Mega_Bytes"
        "\t.Newer string since=2019\t.Older string until=2016\t~Caption values=1"
        "\t!Start uint32 static values=1\t<Mode uint16 values=1\t<Timeout datetime optional interval"
        "\t>Job CIM_Base&\t%Both string text=Test_Part",
        "Test_Part:\t\t.Number sint16\t.Text string",
        "Test_Gone:CIM_Base\tuntil=2012R2",
        "Test_Only:CIM_Base\tsingleton\t.Value string",
    ]
)


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema(TABLE, "root/test", RELEASES, "2019")


@pytest.fixture
def machine(schema):
    def make(**values) -> ValueInstance:
        values = {"InstanceID": r"Microsoft:AB\0", **values}
        return ValueInstance(schema.find("Test_Machine"), values, "root/test", "HOST1")

    return make
