"""Microsoft.PowerShell.Commands.Internal.Format: what the format cmdlets write and the out cmdlets read
(classes, fields and class ids of the open source; FormatEntryData's stream as in 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.format_info import NAMESPACE, FormatInfo
from emulator.powershell.dotnet.types import Property, PSType, builtin, register

CLASS_ID = "ClassId2e4f51ef21dd47e99d3c952918aff9cd"
LIST = "List:"
"""Before the class of the items of a field that is a list."""
GENERIC_LIST = "System.Collections.Generic.List`1"
_Fields = Mapping[str, tuple[str, Any]]

STREAM = EnumType(
    "System.Management.Automation.WriteStreamType",
    {"None": 0, "Output": 1, "Error": 2, "Warning": 3, "Verbose": 4, "Debug": 5, "Information": 6},
)
register(STREAM)
_STRING, _INT, _BOOL = "System.String", "System.Int32", "System.Boolean"
_TEXT, _NUMBER, _FLAG = (_STRING, None), (_INT, 0), (_BOOL, False)
_VALUES = (f"{LIST}FormatValue", None)

#: Class -> base, class id (empty: abstract), and its own fields: name -> type and default.
CLASSES: dict[str, tuple[str, str, _Fields]] = {
    "FormatInfoData": ("", "", {}),
    "PacketInfoData": ("FormatInfoData", "", {}),
    "ControlInfoData": ("PacketInfoData", "", {"groupingEntry": ("GroupingEntry", None)}),
    "StartData": ("ControlInfoData", "", {"shapeInfo": ("ShapeInfo", None)}),
    "FormatStartData": (
        "StartData",
        "033ecb2bc07a4d43b5ef94ed5a35d280",
        {
            "pageHeaderEntry": ("PageHeaderEntry", None),
            "pageFooterEntry": ("PageFooterEntry", None),
            "autosizeInfo": ("AutosizeInfo", None),
        },
    ),
    "FormatEndData": ("ControlInfoData", "cf522b78d86c486691226b40aa69e95c", {}),
    "GroupStartData": ("StartData", "9e210fe47d09416682b841769c78b8a3", {}),
    "GroupEndData": ("ControlInfoData", "4ec4f0187cb04f4cb6973460dfe252df", {}),
    "FormatEntryData": (
        "PacketInfoData",
        "27c87ef9bbda4f709f6b4002fa4af63c",
        {
            "formatEntryInfo": ("FormatEntryInfo", None),
            "outOfBand": _FLAG,
            "writeStream": (STREAM.name, STREAM["None"]),
        },
    ),
    "ShapeInfo": ("FormatInfoData", "", {}),
    "WideViewHeaderInfo": ("ShapeInfo", "b2e2775d33d544c794d0081f27021b5c", {"columns": _NUMBER}),
    "TableHeaderInfo": (
        "ShapeInfo",
        "e3b7a39c089845d388b2e84c5d38f5dd",
        {
            "hideHeader": _FLAG,
            "repeatHeader": _FLAG,
            "tableColumnInfoList": (f"{LIST}TableColumnInfo", None),
        },
    ),
    "TableColumnInfo": (
        "FormatInfoData",
        "7572aa4155ec4558817a615acf7dd92e",
        {"width": _NUMBER, "alignment": (_INT, 1), "label": _TEXT, "propertyName": _TEXT},
    ),
    "ListViewHeaderInfo": ("ShapeInfo", "830bdcb24c1642258724e441512233a4", {}),
    "ComplexViewHeaderInfo": ("ShapeInfo", "5197dd85ca6f4cce9ae9e6fd6ded9d76", {}),
    "FormatEntryInfo": ("FormatInfoData", "", {}),
    "RawTextFormatEntry": ("FormatEntryInfo", "29ED81BA914544d4BC430F027EE053E9", {"text": _TEXT}),
    "FreeFormatEntry": ("FormatEntryInfo", "", {"formatValueList": _VALUES}),
    "ListViewEntry": (
        "FormatEntryInfo",
        "cf58f450baa848ef8eb3504008be6978",
        {"listViewFieldList": (f"{LIST}ListViewField", None)},
    ),
    "ListViewField": (
        "FormatInfoData",
        "b761477330ce4fb2a665999879324d73",
        {"label": _TEXT, "propertyName": _TEXT, "formatPropertyField": ("FormatPropertyField", None)},
    ),
    "TableRowEntry": (
        "FormatEntryInfo",
        "0e59526e2dd441aa91e7fc952caf4a36",
        {"formatPropertyFieldList": (f"{LIST}FormatPropertyField", None), "multiLine": _FLAG},
    ),
    "WideViewEntry": (
        "FormatEntryInfo",
        "59bf79de63354a7b9e4d1697940ff188",
        {"formatPropertyField": ("FormatPropertyField", None)},
    ),
    "ComplexViewEntry": ("FreeFormatEntry", "22e7ef3c896449d4a6f2dedea05dd737", {}),
    "GroupingEntry": ("FreeFormatEntry", "919820b7eadb48be8e202c5afa5c2716", {}),
    "PageHeaderEntry": ("FreeFormatEntry", "dd1290a5950b4b27aa76d9f06199c3b3", {}),
    "PageFooterEntry": ("FreeFormatEntry", "93565e84730645c79d4af091123eecbc", {}),
    "AutosizeInfo": ("FormatInfoData", "a27f094f0eec4d64845801a4c06a32ae", {"objectCount": _NUMBER}),
    "FormatValue": ("FormatInfoData", "", {}),
    "FormatNewLine": ("FormatValue", "de7e8b96fbd84db5a43aa82eb34580ec", {}),
    "FormatTextField": ("FormatValue", "b8d9e369024a43a580b9e0c9279e3354", {"text": _TEXT}),
    "FormatPropertyField": (
        "FormatValue",
        "78b102e894f742aca8c1d6737b6ff86a",
        {"propertyValue": _TEXT, "alignment": _NUMBER},
    ),
    "FormatEntry": (
        "FormatValue",
        "fba029a113a5458d932a2ed4871fadf2",
        {"formatValueList": _VALUES, "frameInfo": ("FrameInfo", None)},
    ),
    "FrameInfo": (
        "FormatInfoData",
        "091C9E762E33499eBE318901B6EFB733",
        {"leftIndentation": _NUMBER, "rightIndentation": _NUMBER, "firstLine": _NUMBER},
    ),
}


def all_fields(kind: str) -> dict[str, tuple[str, Any]]:
    """The fields of a class, its own first."""
    found: dict[str, tuple[str, Any]] = {}
    while kind:
        base, _, own = CLASSES[kind]
        found.update({name: one for name, one in own.items() if name not in found})
        kind = base
    return found


def list_type(declared: str) -> PSType | None:
    """The type of a field that is a list, None for any other."""
    from emulator.powershell.runtime.type_finder import construct_generic

    if not declared.startswith(LIST):
        return None
    return construct_generic(builtin(GENERIC_LIST), (builtin(NAMESPACE + declared.removeprefix(LIST)),))


def _full_name(declared: str) -> str:
    if declared.startswith(LIST):
        return f"{GENERIC_LIST}[{NAMESPACE}{declared.removeprefix(LIST)}]"
    return declared if "." in declared else NAMESPACE + declared


def _field(name: str, declared: str) -> Property:
    def write(info: FormatInfo, value: Any) -> None:
        info.fields[name] = value

    return Property(name, lambda info: info.fields[name], write, type_name=_full_name(declared))


def _register() -> None:
    for kind, (base, class_id, own) in CLASSES.items():
        identity = (
            (Property(CLASS_ID, lambda _info, held=class_id: held, type_name=_STRING),) if class_id else ()
        )
        register(
            PSType(
                NAMESPACE + kind,
                base=NAMESPACE + base if base else "System.Object",
                is_abstract=not class_id,
                properties=(*identity, *(_field(name, declared) for name, (declared, _) in own.items())),
            )
        )


_register()
