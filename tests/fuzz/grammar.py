"""Grammars of what clients write: WQL, object paths, datetimes and embedded instances, mostly well-formed.

Names are those of real classes, so that what is generated goes deep; a share of the values is out of place.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from fuzz.mutation import BORDER_TEXTS

CLASSES: Final = (
    "Msvm_ComputerSystem",
    "Msvm_VirtualSystemSettingData",
    "Msvm_ProcessorSettingData",
    "Msvm_MemorySettingData",
    "Msvm_ResourceAllocationSettingData",
    "Msvm_StorageAllocationSettingData",
    "Msvm_SyntheticEthernetPortSettingData",
    "Msvm_ConcreteJob",
    "Msvm_VirtualSystemManagementService",
    "Msvm_SettingsDefineState",
    "Msvm_VirtualSystemSettingDataComponent",
    "Msvm_SummaryInformation",
    "CIM_ManagedElement",
    "CIM_ComputerSystem",
    "CIM_Component",
    "Win32_OperatingSystem",
    "Win32_Service",
    "Win32_Process",
    "Win32_ComputerSystem",
    "meta_class",
    "__InstanceModificationEvent",
    "No_Such_Class",
)
PROPERTIES: Final = (
    "Name",
    "ElementName",
    "InstanceID",
    "EnabledState",
    "VirtualQuantity",
    "DynamicMemoryEnabled",
    "OnTimeInMilliseconds",
    "InstallDate",
    "CreationTime",
    "ElapsedTime",
    "OperationalStatus",
    "Notes",
    "Parent",
    "HostResource",
    "CreationClassName",
    "JobState",
    "AutomaticStartupActionDelay",
    "AssociatedResourcePool",
    "Caption",
    "State",
    "NoSuchProperty",
)
SYSTEM_PROPERTIES: Final = (
    "__CLASS",
    "__PATH",
    "__RELPATH",
    "__SERVER",
    "__NAMESPACE",
    "__SUPERCLASS",
    "__DYNASTY",
    "__DERIVATION",
    "__GENUS",
    "__PROPERTY_COUNT",
    "__this",
)
_TYPES: Final = (
    "string",
    "boolean",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "sint32",
    "real64",
    "datetime",
    "char16",
    "object",
    "reference",
    "",
    "unsigned",
)
_OPERATORS: Final = ("=", "<>", "!=", "<", ">", "<=", ">=", "LIKE", "IS", "IS NOT", "ISA", "NOT LIKE", "IN")
CLASS_URI: Final = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
_GUID: Final = "4A5B8F6E-3C1D-4F2A-9B7E-1234567890AB"


def datetime_text(random: Random) -> str:
    """A datetime or an interval in one of the notations, its fields sometimes out of range or starred."""
    digit_set = "0123456789*" if not random.randrange(5) else "0123456789"

    def digits(count: int) -> str:
        return "".join(random.choice(digit_set) for _ in range(count))

    kind = random.randrange(7)
    if kind == 0:
        return f"{digits(14)}.{digits(6)}{random.choice('+-')}{digits(3)}"
    if kind == 1:
        return f"{digits(14)}.{digits(6)}:{digits(3)}"
    if kind == 2:
        return (
            f"{random.randrange(0, 10000):04}{random.randrange(1, 13):02}{random.randrange(1, 29):02}"
            f"{random.randrange(24):02}{random.randrange(60):02}{random.randrange(60):02}.{digits(6)}"
            f"{random.choice('+-')}{random.randrange(1000):03}"
        )
    if kind == 3:
        zone = random.choice(("", "Z", "+01:00", "-23:59", "+24:00", "+99:99"))
        fraction = random.choice(("", ".5", ".1234567", ".123456789"))
        return (
            f"{random.randrange(0, 10000):04}-{random.randrange(14):02}-{random.randrange(33):02}T"
            f"{random.randrange(26):02}:{random.randrange(62):02}:{random.randrange(62):02}{fraction}{zone}"
        )
    if kind == 4:
        parts = [f"{digits(random.randrange(1, 11))}{unit}" for unit in "YMD" if random.randrange(2)]
        times = [f"{digits(random.randrange(1, 12))}{unit}" for unit in "HMS" if random.randrange(2)]
        return "P" + "".join(parts) + ("T" + "".join(times) if times else random.choice(("", "T")))
    if kind == 5:
        return random.choice(
            ("20130415", "2013-04-15 16:28", "4/15/2013 16:28:43", "13/13/2013", "00000000", "99991231 23:59")
        )
    return random.choice(BORDER_TEXTS)


def constant(random: Random) -> str:
    """A WQL constant."""
    kind = random.randrange(7)
    if kind == 0:
        return str(random.choice((0, 1, -1, 2, 3, 10, 255, 2**31, 2**63, 2**64, 10**19)))
    if kind == 1:
        return random.choice(("1.5", ".5", "1.", "1e3", "-2.5E-3", "0x10", "+7", "1e400"))
    if kind == 2:
        return random.choice(("TRUE", "FALSE", "NULL", "true", "Null"))
    if kind == 3:
        return quoted(random, datetime_text(random))
    if kind == 4:
        return quoted(random, object_path(random, 1))
    if kind == 5:
        return quoted(random, random.choice(("%vm%", "[a-z]%", "[^0-9]_", "vm_1", "%%%", "[", "[]]", "a[b-")))
    return quoted(random, random.choice(BORDER_TEXTS))


def quoted(random: Random, text: str) -> str:
    quote = random.choice("'\"")
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote) if random.randrange(8) else text
    return f"{quote}{escaped}{quote}"


def condition(random: Random, depth: int) -> str:
    """A WHERE expression."""
    kind = random.randrange(9 if depth else 6)
    if kind < 5:
        left = random.choice(PROPERTIES if random.randrange(5) else SYSTEM_PROPERTIES)
        operator = random.choice(_OPERATORS)
        if operator.startswith("IS") and operator != "ISA":
            right = "NULL"
        elif operator == "ISA":
            right = quoted(random, random.choice(CLASSES))
        else:
            right = constant(random) if random.randrange(8) else random.choice(PROPERTIES)
        both = (left, right) if random.randrange(10) else (right, left)
        return f"{both[0]} {operator} {both[1]}"
    if kind == 5:
        return f"TargetInstance.{random.choice(PROPERTIES)} = {constant(random)}"
    if kind == 6:
        return f"NOT {condition(random, depth - 1)}"
    if kind == 7:
        return f"({condition(random, depth - 1)})"
    word = random.choice((" AND ", " OR ", " and "))
    return word.join(condition(random, depth - 1) for _ in range(random.randrange(2, 4)))


def wql(random: Random) -> str:
    """A query of any kind."""
    kind = random.randrange(8)
    if kind < 5:
        names = [
            random.choice(PROPERTIES if random.randrange(4) else SYSTEM_PROPERTIES)
            for _ in range(random.randrange(1, 5))
        ]
        chosen = "*" if random.randrange(2) else ", ".join(names)
        text = f"SELECT {chosen} FROM {random.choice(CLASSES)}"  # noqa: S608 -- WQL of our own
        if not random.randrange(6):
            text += f" WITHIN {random.choice(('1', '0.5', '-1', '1e9', 'x'))}"
        if random.randrange(5):
            text += f" WHERE {condition(random, random.randrange(4))}"
        if not random.randrange(10):
            text += f" GROUP WITHIN {random.randrange(10)} BY {random.choice(PROPERTIES)} HAVING NumberOfEvents > 2"
        return text
    head = random.choice(("ASSOCIATORS OF", "REFERENCES OF"))
    text = f"{head} {{{object_path(random, 1)}}}"
    options = (
        f"AssocClass = {random.choice(CLASSES)}",
        f"ResultClass={random.choice(CLASSES)}",
        "Role = Antecedent",
        "ResultRole = PartComponent",
        "ClassDefsOnly",
        "KeysOnly",
        "SchemaOnly",
        "RequiredQualifier = Key",
    )
    if random.randrange(3):
        text += " WHERE " + " ".join(random.choice(options) for _ in range(random.randrange(1, 4)))
    return text


def object_path(random: Random, depth: int = 2) -> str:
    r"""An object path: `\\SERVER\name\space:Class.Key="value"` and its shorter forms."""
    place = random.choice(
        (
            "",
            "",
            "root/virtualization/v2:",
            "\\\\.\\root\\virtualization\\v2:",
            "//HOST/root/cimv2:",
            "\\\\:",
            "a:b:",
        )
    )
    name = random.choice(CLASSES)
    kind = random.randrange(6)
    if kind == 0:
        return place + name
    if kind == 1:
        return f"{place}{name}=@"
    if kind == 2:
        return f"{place}{name}={_key(random, depth)}"
    keys = ",".join(
        f"{random.choice(PROPERTIES)}={_key(random, depth)}" for _ in range(random.randrange(1, 4))
    )
    return f"{place}{name}.{keys}"


def _key(random: Random, depth: int) -> str:
    kind = random.randrange(6)
    if kind == 0:
        return random.choice(("0", "-1", "0x1f", "TRUE", "false", "99999999999999999999", "@", ""))
    if kind == 1 and depth:
        return quoted(random, object_path(random, depth - 1))
    if kind == 2:
        return quoted(random, random.choice(BORDER_TEXTS))
    return quoted(random, random.choice((_GUID, "Msvm_ComputerSystem", f"Microsoft:{_GUID}\\0", "vm 1")))


def value_text(random: Random, depth: int) -> str:
    """The text of a property's value, escaped for XML."""
    kind = random.randrange(6)
    if kind == 0:
        text = datetime_text(random)
    elif kind == 1:
        text = object_path(random, 1)
    elif kind == 2 and depth:
        text = embedded_instance(random, depth - 1)
    elif kind == 3:
        text = random.choice(("1", "2", "1024", "true", "False", "65535", "vm01", "1.5"))
    else:
        text = random.choice(BORDER_TEXTS)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def embedded_instance(random: Random, depth: int = 2) -> str:
    """An embedded instance in CIM-XML or in the notation of WS-Man."""
    name = random.choice(CLASSES[:14])
    if random.randrange(3):
        inner = "".join(_cim_xml_property(random, depth) for _ in range(random.randrange(6)))
        declaration = random.choice(
            ("", "", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>')
        )
        text = f'<INSTANCE CLASSNAME="{name}">{inner}</INSTANCE>'
        wrapper = random.choice(("", "", "", "VALUE.NAMEDINSTANCE", "VALUE.OBJECTWITHPATH"))
        return declaration + (f"<{wrapper}>{text}</{wrapper}>" if wrapper else text)
    inner = "".join(_wsman_property(random, depth) for _ in range(random.randrange(6)))
    return f'<p:{name} xmlns:p="{CLASS_URI}{name}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inner}</p:{name}>'


def _cim_xml_property(random: Random, depth: int) -> str:
    name, kind = random.choice(PROPERTIES), random.choice(_TYPES)
    form = random.randrange(7)
    if form < 3:
        value = f"<VALUE>{value_text(random, depth)}</VALUE>" if random.randrange(6) else ""
        return f'<PROPERTY NAME="{name}" TYPE="{kind}">{value}</PROPERTY>'
    if form == 3:
        items = "".join(
            random.choice(("<VALUE.NULL/>", f"<VALUE>{value_text(random, 0)}</VALUE>"))
            for _ in range(random.randrange(4))
        )
        return (
            f'<PROPERTY.ARRAY NAME="{name}" TYPE="{kind}"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        )
    if form == 4:
        return (
            f'<PROPERTY.REFERENCE NAME="{name}"><VALUE.REFERENCE>{_cim_xml_path(random)}</VALUE.REFERENCE>'
            "</PROPERTY.REFERENCE>"
        )
    if form == 5:
        inner = embedded_instance(random, depth - 1) if depth else ""
        return f'<PROPERTY.OBJECT NAME="{name}"><VALUE.OBJECT>{inner}</VALUE.OBJECT></PROPERTY.OBJECT>'
    return '<QUALIFIER NAME="dynamic" TYPE="boolean"><VALUE>true</VALUE></QUALIFIER>'


def _cim_xml_path(random: Random) -> str:
    if not random.randrange(3):
        return object_path(random, 1).replace("&", "&amp;").replace("<", "&lt;")
    kind = random.choice(("string", "numeric", "boolean", ""))
    key = f'<KEYBINDING NAME="Name"><KEYVALUE VALUETYPE="{kind}">{value_text(random, 0)}</KEYVALUE></KEYBINDING>'
    named = f'<INSTANCENAME CLASSNAME="{random.choice(CLASSES)}">{key * random.randrange(3)}</INSTANCENAME>'
    place = '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="cimv2"/></LOCALNAMESPACEPATH>'
    return random.choice(
        (
            named,
            f"<LOCALINSTANCEPATH>{place}{named}</LOCALINSTANCEPATH>",
            f"<INSTANCEPATH><NAMESPACEPATH><HOST>H</HOST>{place}</NAMESPACEPATH>{named}</INSTANCEPATH>",
            '<CLASSNAME NAME="CIM_ManagedElement"/>',
            "",
        )
    )


def _wsman_property(random: Random, depth: int) -> str:
    name = random.choice(PROPERTIES)
    form = random.randrange(5)
    if form == 0:
        return f'<p:{name} xsi:nil="true"/>'
    if form == 1 and depth:
        return f"<p:{name}>{embedded_instance(random, depth - 1)}</p:{name}>"
    if form == 2:
        return f'<p:{name}><c:Datetime xmlns:c="urn:c">{datetime_text(random)}</c:Datetime></p:{name}>'
    return f"<p:{name}>{value_text(random, depth)}</p:{name}>" * random.choice((1, 1, 1, 2))


def pieces(random: Random, alphabet: Sequence[str], most: int) -> str:
    """A row of pieces without any sense in their order."""
    return "".join(random.choice(alphabet) for _ in range(random.randrange(most + 1)))
