"""System.Management.Automation's attributes of parameters and variables, and RuntimeDefinedParameter."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.attributes import AttributeObject, RuntimeParameter
from emulator.powershell.dotnet.collections import GenericDictionary, GenericList
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.type_finder import construct_generic

_A = "System.Management.Automation."


def property_rows(name: str, default: Any) -> dict[str, Any]:
    """The rows of a property that an attribute keeps."""
    key = name.lower()

    def write(attribute: AttributeObject, value: Any) -> None:
        attribute.values[key] = value

    return {name: lambda attribute: attribute.values.get(key, default), f"{name}=": write}


_PARAMETER: dict[str, Any] = {
    **{
        key: function
        for name, default in (
            ("Mandatory: bool", False),
            ("Position: int", -2147483648),
            ("ParameterSetName: string", "__AllParameterSets"),
            ("ValueFromPipeline: bool", False),
            ("ValueFromPipelineByPropertyName: bool", False),
            ("ValueFromRemainingArguments: bool", False),
            ("HelpMessage: string", None),
            ("HelpMessageBaseName: string", None),
            ("HelpMessageResourceId: string", None),
            ("DontShow: bool", False),
        )
        for key, function in zip(
            (name, f"{name.partition(':')[0]}="),
            property_rows(name.partition(":")[0], default).values(),
            strict=True,
        )
    }
}
_CMDLET_METADATA: tuple[tuple[str, Any], ...] = (
    ("DefaultParameterSetName: string", None),
    ("SupportsShouldProcess: bool", False),
    ("SupportsPaging: bool", False),
    ("SupportsTransactions: bool", False),
    ("HelpUri: string", ""),
)
#: name -> (constructors, properties of the constructor's arguments)
_ROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ParameterAttribute": (("",), ()),
    "AliasAttribute": (("params string[] aliasNames",), ("AliasNames",)),
    "ValidateSetAttribute": (("params string[] validValues",), ("ValidValues",)),
    "ValidateRangeAttribute": (("object minRange, object maxRange",), ("MinRange", "MaxRange")),
    "ValidateLengthAttribute": (("int minLength, int maxLength",), ("MinLength", "MaxLength")),
    "ValidateCountAttribute": (("int minLength, int maxLength",), ("MinLength", "MaxLength")),
    "ValidatePatternAttribute": (("string regexPattern",), ("RegexPattern",)),
    "ValidateScriptAttribute": (("scriptblock scriptBlock",), ("ScriptBlock",)),
    "ValidateNotNullAttribute": (("",), ()),
    "ValidateNotNullOrEmptyAttribute": (("",), ()),
    "AllowNullAttribute": (("",), ()),
    "AllowEmptyStringAttribute": (("",), ()),
    "AllowEmptyCollectionAttribute": (("",), ()),
    "CmdletBindingAttribute": (("",), ()),
    "OutputTypeAttribute": (("params object[] type",), ("Type",)),
    "PSTypeNameAttribute": (("string psTypeName",), ("PSTypeName",)),
    "PSDefaultValueAttribute": (("",), ()),
    "SupportsWildcardsAttribute": (("",), ()),
    "CredentialAttribute": (("",), ()),
    "ArgumentCompleterAttribute": (("object value",), ("ScriptBlock",)),
    "CmdletAttribute": (("string verbName, string nounName",), ("VerbName", "NounName")),
    "DscResourceAttribute": (("",), ()),
    "DscPropertyAttribute": (("",), ()),
    "DscLocalConfigurationManagerAttribute": (("",), ()),
    "HiddenAttribute": (("",), ()),
    "DynamicClassImplementationAssemblyAttribute": (("",), ()),
}
_MEMBERS: dict[str, tuple[tuple[str, Any], ...]] = {
    "CmdletAttribute": _CMDLET_METADATA,
    "CmdletBindingAttribute": (*_CMDLET_METADATA, ("PositionalBinding: bool", True)),
    "DscPropertyAttribute": (
        ("Key: bool", False),
        ("Mandatory: bool", False),
        ("NotConfigurable: bool", False),
    ),
    "PSDefaultValueAttribute": (("Value", None), ("Help: string", None)),
    "OutputTypeAttribute": (("ProviderCmdlet: string", None), ("ParameterSetName", None)),
    "DynamicClassImplementationAssemblyAttribute": (("ScriptFile: string", None),),
}
"""Properties that a script may write besides those of the constructor, with what they are at first."""
_FIELDS = ("Field", "Property")
_VALID_ON: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("ParameterAttribute", "ValidateSetAttribute", "ValidateRangeAttribute"),
            *("ValidateLengthAttribute", "ValidateCountAttribute", "ValidatePatternAttribute"),
            *("ValidateScriptAttribute", "ValidateNotNullAttribute", "ValidateNotNullOrEmptyAttribute"),
            *("AllowNullAttribute", "AllowEmptyStringAttribute", "AllowEmptyCollectionAttribute"),
            *("PSTypeNameAttribute", "PSDefaultValueAttribute", "SupportsWildcardsAttribute"),
            *("DscPropertyAttribute", "ValidateArgumentsAttribute", "ValidateEnumeratedArgumentsAttribute"),
            *("ArgumentTransformationAttribute", "ArgumentCompleterAttribute", "CredentialAttribute"),
        ),
        _FIELDS,
    ),
    **dict.fromkeys(
        (
            *("CmdletAttribute", "CmdletBindingAttribute", "OutputTypeAttribute", "DscResourceAttribute"),
            "DscLocalConfigurationManagerAttribute",
        ),
        ("Class",),
    ),
    "AliasAttribute": ("Class", *_FIELDS),
    "HiddenAttribute": ("Constructor", "Event", "Field", "Method", "Property"),
    "DynamicClassImplementationAssemblyAttribute": ("Assembly",),
    "FlagsAttribute": ("Enum",),
}
_ORDER = ("Assembly", "Class", "Enum", "Constructor", "Method", "Property", "Field", "Event", "Parameter")
"""Names of System.AttributeTargets by their numbers."""


def valid_on(kind: PSType) -> tuple[str, ...] | None:
    """On what declarations an attribute may stand (its AttributeUsage); None for any.

    Names of System.AttributeTargets in the order of their numbers; a derived attribute inherits those of its
    base.
    """
    for one in kind.lineage():
        found = _VALID_ON.get(one.name.rpartition(".")[2])
        if found is not None:
            return tuple(sorted(found, key=_ORDER.index))
    return None


register(PSType("System.Attribute", is_abstract=True, instance={"TypeId": lambda a: a.ps_type}))
for _name, _base in (
    ("System.Management.Automation.Internal.CmdletMetadataAttribute", "System.Attribute"),
    (f"{_A}Internal.ParsingBaseAttribute", "System.Management.Automation.Internal.CmdletMetadataAttribute"),
    (f"{_A}ValidateArgumentsAttribute", "System.Management.Automation.Internal.CmdletMetadataAttribute"),
    (f"{_A}ValidateEnumeratedArgumentsAttribute", f"{_A}ValidateArgumentsAttribute"),
    (f"{_A}ArgumentTransformationAttribute", "System.Management.Automation.Internal.CmdletMetadataAttribute"),
):
    register(PSType(_name, base=_base, is_abstract=True, construct={"new()": AttributeObject}))


def _confirm_impact(attribute: AttributeObject) -> Any:
    kind = builtin(f"{_A}ConfirmImpact")
    return attribute.values.get("confirmimpact", kind["Medium"] if isinstance(kind, EnumType) else None)


def _set_confirm_impact(attribute: AttributeObject, value: Any) -> None:
    attribute.values["confirmimpact"] = value


register(PSType("System.FlagsAttribute", base="System.Attribute", construct={"new()": AttributeObject}))
register(
    PSType(
        "System.ObsoleteAttribute",
        base="System.Attribute",
        construct={"new()": AttributeObject, "new(string message)": AttributeObject},
        instance={"Message: string": lambda a: a.arguments[0] if a.arguments else None},
    )
)


def _argument(place: int) -> Any:
    return lambda attribute: attribute.arguments[place]


for _name, (_constructors, _properties) in _ROWS.items():
    _instance: dict[str, Any] = {one: _argument(place) for place, one in enumerate(_properties)}
    if _name == "ParameterAttribute":
        _instance = _PARAMETER
    for _member, _default in _MEMBERS.get(_name, ()):
        _getter, _setter_of = property_rows(_member.partition(":")[0], _default).values()
        _instance[_member] = _getter
        _instance[_member.partition(":")[0] + "="] = _setter_of
    if _name in ("CmdletAttribute", "CmdletBindingAttribute"):
        _instance[f"ConfirmImpact: {_A}ConfirmImpact"] = _confirm_impact
        _instance["ConfirmImpact="] = _set_confirm_impact
    if _name.startswith("Validate"):
        _instance.update(property_rows("IgnoreCase", True))
        _instance.update(property_rows("ErrorMessage", None))
    register(
        PSType(
            _A + _name,
            base=f"{_A}ValidateEnumeratedArgumentsAttribute"
            if _name.startswith("Validate")
            else "System.Attribute",
            instance=_instance,
            construct={f"new({one})": AttributeObject for one in _constructors},
        )
    )


def _make_parameter(_kind: PSType, name: str, kind: PSType, attributes: Any) -> RuntimeParameter:
    return RuntimeParameter(name, kind, attributes)


def _empty_parameter(_kind: PSType) -> RuntimeParameter:
    kind = construct_generic(
        builtin("System.Collections.ObjectModel.Collection`1"), (builtin("System.Attribute"),)
    )
    return RuntimeParameter("", builtin("System.Object"), GenericList([], kind))


def _setter(name: str) -> Any:
    return lambda parameter, value: setattr(parameter, name, value)


register(
    PSType(
        f"{_A}RuntimeDefinedParameter",
        instance={
            "Name: string": lambda p: p.name,
            "Name=": _setter("name"),
            "ParameterType: type": lambda p: p.kind,
            "ParameterType=": _setter("kind"),
            "Value": lambda p: p.value,
            "Value=": _setter("value"),
            "IsSet: bool": lambda p: p.is_set,
            "IsSet=": _setter("is_set"),
            "Attributes": lambda p: p.attributes,
        },
        construct={
            "new()": _empty_parameter,
            "new(string name, type parameterType, object attributes)": _make_parameter,
        },
    ),
    RuntimeParameter,
)
_DICTIONARY = PSType(
    f"{_A}RuntimeDefinedParameterDictionary",
    base="System.Collections.Generic.Dictionary`2",
    construct={"new()": lambda kind: GenericDictionary((), kind, case_sensitive=False)},
)
register(_DICTIONARY)
