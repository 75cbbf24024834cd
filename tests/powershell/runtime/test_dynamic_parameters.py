"""``dynamicparam`` and RuntimeDefinedParameter."""

import pytest

FUNCTION = """
function f { [CmdletBinding()] param([Parameter(Position = 0)][string]$Kind)
  dynamicparam { if ($Kind -eq 'a') {
    $all = New-Object System.Management.Automation.RuntimeDefinedParameterDictionary
    $list = New-Object System.Collections.ObjectModel.Collection[System.Attribute]
    $list.Add([System.Management.Automation.ParameterAttribute]@{ Mandatory = $true })
    $list.Add([ValidateSet]::new('x', 'y')); $list.Add([Alias]::new('e'))
    $all.Add('Extra', [System.Management.Automation.RuntimeDefinedParameter]::new('Extra', [string], $list))
    $all } }
  process { "$Kind|$($PSBoundParameters['Extra'])" } }
"""


@pytest.mark.parametrize(("call", "expected"), [("f a -Extra x", "a|x"), ("f b", "b|"), ("f -e y a", "a|y")])
def test_a_dynamic_parameter_is_there_when_its_block_makes_it(shell, call, expected):
    assert shell.texts(FUNCTION + call) == [expected]


@pytest.mark.parametrize(
    ("call", "error_id"),
    [
        ("f a -Extra q", "ParameterArgumentValidationError,f"),
        ("f b -Extra x", "NamedParameterNotFound,f"),
        ("f a", "MissingMandatoryParameter,f"),
    ],
)
def test_a_dynamic_parameter_is_checked(shell, call, error_id):
    assert shell.error(FUNCTION + call).fully_qualified_error_id == error_id


def test_the_block_sees_what_is_bound_already(shell):
    script = """
    function f { [CmdletBinding()] param($path) dynamicparam { $script:seen = $PSBoundParameters['path'] } end {} }
    f -path abc; $script:seen
    """
    assert shell.texts(script) == ["abc"]


def test_an_object_of_a_class_brings_its_properties_as_parameters(shell):
    shell.values(
        "class Own { [Parameter(Mandatory)] [ValidateSet('a', 'mine')] [string] $Name; [int] $Other };"
        "function f { [CmdletBinding()] param($path) dynamicparam { if ($path -eq 'own') { $d = [Own]::new(); $d } }"
        " end { $d.Name; $PSBoundParameters['Name'] } }"
    )
    assert shell.values("f -path own -Name mine") == ["mine", "mine"]
    assert (
        shell.error("f -path own -Name other").fully_qualified_error_id
        == "ParameterArgumentValidationError,f"
    )
    assert shell.error("f -path none -Name mine").fully_qualified_error_id == "NamedParameterNotFound,f"


def test_an_attribute_with_arguments_that_no_constructor_takes(shell):
    record = shell.error("function f { param([ValidateNotNull(1, 2)] $p) }; f 1")
    assert record.message == (
        'Cannot find an overload for "ValidateNotNullAttribute" and the argument count: "2".'
    )
    assert "ValidateNotNull(1, 2)" in record.invocation.extent.text
    assert (
        shell.error("function f { param([ValidateRange()] $p) }; f 1").error_id
        == "MethodCountCouldNotFindBest"
    )
