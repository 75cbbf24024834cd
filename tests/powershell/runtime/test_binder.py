"""Binding of parameters: what is bound, and the errors when it cannot be."""

import pytest

TWO_SETS = """
function Get-Thing {
    [CmdletBinding(DefaultParameterSetName='ByName')]
    param(
        [Parameter(ParameterSetName='ByName', Position=0)][Alias('N')][string[]]$Name,
        [Parameter(ParameterSetName='ById', Mandatory, ValueFromPipelineByPropertyName)][int]$Id,
        [Parameter(ParameterSetName='ByObject', Mandatory, ValueFromPipeline)][hashtable]$InputObject,
        [switch]$Force
    )
    process { $PSCmdlet.ParameterSetName }
}
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Get-Thing", ["ByName"]),
        ("Get-Thing x", ["ByName"]),
        ("Get-Thing -n x -Fo", ["ByName"]),
        ("Get-Thing -Id 5", ["ById"]),
        ("Get-Thing -Id:5 -Force:$true", ["ById"]),
        ("@{a=1} | Get-Thing", ["ByObject"]),
        ("[pscustomobject]@{Id=3} | Get-Thing", ["ById"]),
    ],
)
def test_the_parameter_set_follows_from_what_is_given(shell, call, expected):
    assert shell.texts(TWO_SETS + call) == expected


ERRORS = [
    (
        "Get-Thing -Nope 1",
        "NamedParameterNotFound",
        "A parameter cannot be found that matches parameter name 'Nope'.",
    ),
    (
        "Get-Thing -Id 1 -Name x",
        "AmbiguousParameterSet",
        "Parameter set cannot be resolved using the specified named parameters.",
    ),
    (
        "Get-Thing a b",
        "PositionalParameterNotFound",
        "A positional parameter cannot be found that accepts argument 'b'.",
    ),
    (
        "Get-Thing -Id",
        "MissingArgument",
        "Missing an argument for parameter 'Id'. Specify a parameter of type 'System.Int32' and try again.",
    ),
    (
        "Get-Thing -Id 1 -Id 2",
        "ParameterAlreadyBound",
        "Cannot bind parameter because parameter 'Id' is specified more than once. To provide multiple "
        "values to parameters that can accept multiple values, use the array syntax. For example, "
        '"-parameter value1,value2,value3".',
    ),
    (
        "Get-Thing -Id abc",
        "ParameterArgumentTransformationError",
        "Cannot process argument transformation on parameter 'Id'. Cannot convert value \"abc\" to type "
        '"System.Int32". Error: "Input string was not in a correct format."',
    ),
    (
        "5 | Get-Thing",
        "InputObjectNotBound",
        "The input object cannot be bound to any parameters for the command either because the command does "
        "not take pipeline input or the input and its properties do not match any of the parameters that "
        "take pipeline input.",
    ),
]


@pytest.mark.parametrize(("call", "error_id", "message"), ERRORS)
def test_a_function_refuses_wrong_arguments_with_the_texts_of_5_1(shell, call, error_id, message):
    record = shell.error(TWO_SETS + call)
    assert (record.fully_qualified_error_id, record.message) == (f"{error_id},Get-Thing", message)


VALIDATION = [
    (
        "[Parameter(Mandatory)][string]$x",
        "",
        "MissingMandatoryParameter",
        "Cannot process command because of one or more missing mandatory parameters: x.",
    ),
    (
        "[Parameter(Mandatory)][string]$x",
        "''",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
        "Cannot bind argument to parameter 'x' because it is an empty string.",
    ),
    (
        "[Parameter(Mandatory)]$x",
        "$null",
        "ParameterArgumentValidationErrorNullNotAllowed",
        "Cannot bind argument to parameter 'x' because it is null.",
    ),
    (
        "[Parameter(Mandatory)][string[]]$x",
        "@()",
        "ParameterArgumentValidationErrorEmptyArrayNotAllowed",
        "Cannot bind argument to parameter 'x' because it is an empty array.",
    ),
    (
        "[ValidateSet('a','b')][string]$x",
        "c",
        "ParameterArgumentValidationError",
        'Cannot validate argument on parameter \'x\'. The argument "c" does not belong to the set "a,b" '
        "specified by the ValidateSet attribute. Supply an argument that is in the set and then try the "
        "command again.",
    ),
    (
        "[ValidateRange(1,3)][int]$x",
        "9",
        "ParameterArgumentValidationError",
        "Cannot validate argument on parameter 'x'. The 9 argument is greater than the maximum allowed range "
        "of 3. Supply an argument that is less than or equal to 3 and then try the command again.",
    ),
    (
        "[ValidateNotNullOrEmpty()]$x",
        "''",
        "ParameterArgumentValidationError",
        "Cannot validate argument on parameter 'x'. The argument is null or empty. Provide an argument that "
        "is not null or empty, and then try the command again.",
    ),
    (
        "[ValidatePattern('^a')]$x",
        "b",
        "ParameterArgumentValidationError",
        'Cannot validate argument on parameter \'x\'. The argument "b" does not match the "^a" pattern. '
        'Supply an argument that matches "^a" and try the command again.',
    ),
    (
        "[ValidateScript({$_ -gt 5})]$x",
        "3",
        "ParameterArgumentValidationError",
        "Cannot validate argument on parameter 'x'. The \"$_ -gt 5\" validation script for the argument with "
        'value "3" did not return a result of True. Determine why the validation script failed, and then try '
        "the command again.",
    ),
    (
        "[string]$x",
        "(1,2)",
        "ParameterArgumentTransformationError",
        "Cannot process argument transformation on parameter 'x'. Cannot convert value to type "
        "System.String.",
    ),
    (
        "[bool]$x",
        "yes",
        "ParameterArgumentTransformationError",
        "Cannot process argument transformation on parameter 'x'. Cannot convert value \"System.String\" to "
        'type "System.Boolean". Boolean parameters accept only Boolean values and numbers, such as $True, '
        "$False, 1 or 0.",
    ),
]


@pytest.mark.parametrize(("declaration", "argument", "error_id", "message"), VALIDATION)
def test_values_are_checked_with_the_texts_of_5_1(shell, declaration, argument, error_id, message):
    record = shell.error(f"function f {{ [CmdletBinding()] param({declaration}) $x }}; f {argument}")
    assert (record.fully_qualified_error_id, record.message) == (f"{error_id},f", message)


@pytest.mark.parametrize(
    ("call", "error_id", "message"),
    [
        (
            "Select-Object -foo",
            "NamedParameterNotFound",
            "A parameter cannot be found that matches parameter name 'foo'.",
        ),
        (
            "Get-Date -Year abc",
            "CannotConvertArgumentNoMessage",
            'Cannot bind parameter \'Year\'. Cannot convert value "abc" to type "System.Int32". Error: '
            '"Input string was not in a correct format."',
        ),
        (
            "Write-Verbose (1,2)",
            "CannotConvertArgument",
            "Cannot convert 'System.Object[]' to the type 'System.String' required by parameter 'Message'. "
            "Specified method is not supported.",
        ),
        (
            "Start-Sleep",
            "MissingMandatoryParameter",
            "Cannot process command because of one or more missing mandatory parameters: Seconds.",
        ),
        (
            "Sort-Object -C",
            "AmbiguousParameter",
            "Parameter cannot be processed because the parameter name 'C' is ambiguous. Possible matches "
            "include: -Culture -CaseSensitive.",
        ),
    ],
)
def test_a_cmdlet_refuses_wrong_arguments_with_the_texts_of_5_1(shell, call, error_id, message):
    record = shell.error(call)
    assert record.fully_qualified_error_id.partition(",")[0] == error_id
    assert record.message == message


def test_default_parameter_values_are_used(shell):
    script = "$PSDefaultParameterValues['ConvertTo-Json:Compress'] = $true; @{a=1} | ConvertTo-Json"
    assert shell.texts(script) == ['{"a":1}']


def test_a_simple_function_keeps_unknown_names_as_arguments(shell):
    assert shell.texts("function f($a) { $a; $args.Count; $args[0] }; f 1 -zzz 2") == ["1", "2", "-zzz"]


def test_what_if_changes_nothing_and_says_so(shell):
    script = "function f { [CmdletBinding(SupportsShouldProcess)]param() if ($PSCmdlet.ShouldProcess('t','a')) {'did'} }"
    assert shell.texts(script + "; f -WhatIf; f") == ["did"]
    assert shell.session.ui.written == ['What if: Performing the operation "a" on target "t".\n']


REFUSED = [
    (
        "function f { [CmdletBinding()] param([Alias('B')] $A, $B) $A }; f 1",
        "ParameterNameConflictsWithAlias",
    ),
    (
        "function f { [CmdletBinding()] param([Parameter(Position = 0)] $A, [Parameter(Position = 0)] $B) }; f 1",
        "AmbiguousPositionalParameterNoName,f",
    ),
    (
        "$p = (1..33 | % { \"[Parameter(ParameterSetName = 's$_')] `$a$_\" }) -join ','; "
        '& ([scriptblock]::Create("param($p) 1")) -a1 1',
        "ParsingTooManyParameterSets",
    ),
    (
        "function f { [CmdletBinding()] param([bool[]] $A) $A }; f 'a', 'b'",
        "ParameterArgumentTransformationError,f",
    ),
]


@pytest.mark.parametrize(("script", "error_id"), REFUSED)
def test_what_a_function_cannot_have_or_take_is_refused(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id


def test_a_simple_function_takes_texts_as_booleans_of_an_array(shell):
    assert shell.texts("function f { param([bool[]] $A) $A }; f 'a', ''") == ["True", "False"]


def test_a_confirm_impact_of_none_is_never_asked_about(shell):
    assert shell.texts(
        "function f { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'None')] param() "
        "if ($PSCmdlet.ShouldProcess('a', 'b')) { 'did' } }; f -Confirm"
    ) == ["did"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Get-Text 007", ["007"]),
        ("Get-Text 0x10", ["0x10"]),
        ("Get-Text 1.50", ["1.50"]),
        ("Get-Text -Value:1kb", ["1kb"]),
        ("Get-Texts 007", ["007"]),
        ("$number = 0x10; Get-Text $number", ["16"]),
        ("Get-Text (5 + 5)", ["10"]),
        ("Get-Version 5.0", ["5.0"]),
    ],
)
def test_a_number_of_the_command_line_is_a_text_as_it_was_written(shell, call, expected):
    functions = (
        "function Get-Text([string]$Value) { $Value }; function Get-Texts([string[]]$Value) { $Value };"
        "function Get-Version([version]$Value) { $Value.ToString() };"
    )
    assert shell.texts(functions + call) == expected


@pytest.mark.parametrize("attribute", ["", "[CmdletBinding()]"])
def test_my_invocation_knows_the_bound_parameters(shell, attribute):
    body = "$MyInvocation.BoundParameters.Keys; $PSBoundParameters['More'] = 1; $MyInvocation.BoundParameters.More"
    script = f"function Get-Thing {{ {attribute} param($First, $Second) {body} }}; Get-Thing 1 -Second 2"
    assert shell.texts(script) == ["Second", "First", "1"]


def test_bound_parameters_follow_the_objects_of_the_pipeline(shell):
    script = """
    function Get-Thing {
        param([Parameter(ValueFromPipelineByPropertyName)]$Name,
              [Parameter(ValueFromPipelineByPropertyName)]$Id)
        begin { $PSBoundParameters.Count }
        process { "$($PSBoundParameters.Keys)=$($PSBoundParameters.Values)" }
    }
    [pscustomobject]@{Name='a'}, [pscustomobject]@{Id=2} | Get-Thing
    """
    assert shell.texts(script) == ["0", "Name=a", "Id=2"]


def test_an_error_knows_what_its_command_was_given(shell):
    script = "try { Get-Command nope -ErrorAction Stop } catch { $_.InvocationInfo.BoundParameters.Name }"
    assert shell.texts(script) == ["nope"]


RECEIVES = """
function Get-Pair {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][string]$Left,
          [Parameter(Mandatory, ValueFromPipelineByPropertyName)][string]$Right,
          [string]$Plain)
    process { "$Left $Right $Plain" }
}
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('1, 2 | Get-Pair -Right { "x$_" }', ["1 x1 ", "2 x2 "]),
        ("'a' | Get-Pair -Left { $_ + 'b' } -Right { $_; }", ["ab a "]),
        ("'a' | Get-Pair -Right b -Plain { 1 }", ["a b  1 "]),
    ],
)
def test_a_script_block_gives_the_value_for_each_input_object(shell, call, expected):
    assert shell.texts(RECEIVES + call) == expected


@pytest.mark.parametrize(
    ("call", "error_id", "message"),
    [
        (
            "Get-Pair -Right { 1 }",
            "ScriptBlockArgumentNoInput",
            "Cannot evaluate parameter 'Right' because its argument is specified as a script block and there is no "
            "input. A script block cannot be evaluated without input.",
        ),
        (
            "1 | Get-Pair -Right { }",
            "ScriptBlockArgumentNoOutput",
            "Cannot evaluate parameter 'Right' because its argument input did not produce any output.",
        ),
        (
            "1 | Get-Pair -Right { throw 'no' }",
            "ScriptBlockArgumentInvocationFailed",
            "The input to the script block for parameter 'Right' failed. no",
        ),
    ],
)
def test_a_script_block_that_gives_no_value_is_reported(shell, call, error_id, message):
    record = shell.error(RECEIVES + call)
    assert (record.error_id, record.message) == (error_id, message)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Get-Rest a b c", "b,c"),
        ("Get-Rest a -Other b", "-Other,b"),
        ("Get-Rest a -Other:b -c", "-Other,b,-c"),
    ],
)
def test_what_nobody_names_goes_to_the_parameter_for_the_rest(shell, call, expected):
    function = (
        "function Get-Rest { [CmdletBinding()] param($First, [Parameter(ValueFromRemainingArguments)]$Rest) "
        "$Rest -join ',' };"
    )
    assert shell.texts(function + call) == [expected]


def test_two_dashes_end_the_parameters_and_are_no_argument(shell):
    assert shell.texts("& { $args -join ',' } a -- -b; function f($x) { $args -join ',' }; f 1 -- -x 2") == [
        "a,-b",
        "-x,2",
    ]
