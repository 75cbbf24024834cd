"""Attributes of classes: what 5.1 refuses while it parses, and GetCustomAttributes."""

import pytest

PARSE = (
    "$e = $null; $null = [System.Management.Automation.Language.Parser]::ParseInput({text}, [ref]$null, [ref]$e); "
    '$e | % { "$($_.ErrorId) $($_.Extent.StartOffset)" }'
)
_RESOURCE = "[DscResource()]class R { [DscProperty(Key)][string]$Name; "
_GET, _SET, _TEST = "[R] Get() { return $this } ", "Set() {} ", "[bool] Test() { return $true } "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Flags()]class A {}", ["AttributeNotAllowedOnDeclaration 0"]),
        ("[Flags()]enum A { x }", []),
        ("class A { [Flags()]$x }", ["AttributeNotAllowedOnDeclaration 10"]),
        ("class A { [Alias('y')]F() {} }", ["AttributeNotAllowedOnDeclaration 10"]),
        ("class A { F([Parameter()]$x) {} }", ["AttributeNotAllowedOnDeclaration 12"]),
        ("class A { [ValidateNotNull()]$x; hidden $y }", []),
        ("[NoSuch()]class A {}", ["CustomAttributeTypeNotFound 1"]),
        ("class Mark : Attribute {}; [Mark()]class A {}", []),
        ("[System.Xml.Serialization.XmlRoot()]class A {}", []),
        ("[CmdletBinding(Nope=1)]class A {}", ["PropertyNotFoundForAttribute 15"]),
        ("[System.Management.Automation.Cmdlet('a','b',VerbName='c')]class A {}", ["ReadOnlyProperty 45"]),
        ("class A { [ValidateSet($x)]$y }", ["ParameterAttributeArgumentNeedsToBeConstant 23"]),
        ("class A { [ValidateScript({1})]$y }", ["ParameterAttributeArgumentNeedsToBeConstant 26"]),
        ("param([ValidateScript({1})][ValidateRange(1,2*3)]$y)", []),
        ("param([ValidateSet((Get-Date))]$y)", ["ParameterAttributeArgumentNeedsToBeConstant 19"]),
        (_RESOURCE + _GET + _SET + _TEST + "}", []),
        (_RESOURCE + _GET + _SET + "}", ["DscResourceMissingTestMethod 0"]),
        (_RESOURCE + _GET + _TEST + "[int] Set() { return 1 } }", ["DscResourceMissingSetMethod 0"]),
        (_RESOURCE + _SET + _TEST + "}", ["DscResourceMissingGetMethod 0"]),
        (
            _RESOURCE + _SET + _TEST + "Get() {} }",
            [f"DscResourceInvalidGetMethod {len(_RESOURCE + _SET + _TEST)}"],
        ),
        (_RESOURCE + _GET + _SET + _TEST + "R($x) {} }", ["DscResourceMissingDefaultConstructor 0"]),
        ("[DscResource()]class R { " + _GET + _SET + _TEST + "}", ["DscResourceMissingKeyProperty 0"]),
        (
            "class B { [DscProperty(Key)]$k; Set() {} [bool] Test() { return 1 } } "
            "[DscResource()]class R : B { [R[]] Get() { return $this } }",
            [],
        ),
        ("using namespace ',x'", ["InvalidNamespaceValue 16"]),
    ],
)
def test_what_a_definition_may_carry_is_checked_while_it_is_parsed(shell, text, expected):
    quoted = "'" + text.replace("'", "''") + "'"
    assert shell.texts(PARSE.replace("{text}", quoted)) == expected


def test_attributes_of_a_class_and_its_members_are_objects(shell):
    script = """
    [System.Management.Automation.Cmdlet('Get', 'Thing', ConfirmImpact = 'High')]
    class A { [ValidateSet('a', 'b')]$p; [Obsolete('old')]F() {} }
    $c = [A].GetCustomAttributes($false)[0]
    $c.VerbName; $c.ConfirmImpact; $c.SupportsPaging
    [A].GetProperty('p').GetCustomAttributes($false)[0].ValidValues
    [A].GetMethod('F').GetCustomAttributes($false)[0].Message
    [A].Assembly.GetCustomAttributes($false)[0].GetType().Name
    """
    assert shell.texts(script) == [
        "Get",
        "High",
        "False",
        "a",
        "b",
        "old",
        "DynamicClassImplementationAssemblyAttribute",
    ]


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("[System.Management.Automation.Cmdlet('x')]class A {}", "MethodCountCouldNotFindBest"),
        ("[CmdletBinding(ConfirmImpact = 'Huge')]class A {}", "CannotConvertValue"),
    ],
)
def test_wrong_arguments_of_an_attribute_end_the_script_that_defines_the_class(shell, text, error_id):
    assert shell.error(text).fully_qualified_error_id == error_id


def test_an_error_in_an_invoked_script_block_is_inside_of_a_method_exception(shell):
    script = (
        'try { { 1 / 0 }.Invoke(7) } catch { $_.Exception.GetType().Name; "$_"; '
        "$_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }"
    )
    assert shell.texts(script) == [
        "MethodInvocationException",
        'Exception calling "Invoke" with "1" argument(s): "Attempted to divide by zero."',
        "RuntimeException",
    ]


def test_get_member_shows_hidden_members_only_when_forced(shell):
    script = "class A { hidden $h; $i; hidden F() {} }; $a = [A]::new(); @($a | gm h, f).Count; ($a | gm h, f -Force).Name"
    assert shell.texts(script) == ["0", "F", "h"]
