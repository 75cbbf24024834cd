import pytest

from emulator.powershell.parser import TokenKind, dump, parse
from emulator.powershell.parser.ast import (
    ConfigurationDefinitionAst,
    DynamicKeywordStatementAst,
    FunctionDefinitionAst,
    FunctionMemberAst,
    HashtableAst,
    ModuleSpecification,
    ScriptBlockExpressionAst,
    TypeDefinitionAst,
)


def parsed(text: str):
    result = parse(text)
    assert result.errors == ()
    return result.ast


def only(text: str):
    (statement,) = parsed(text).end_block.statements
    return statement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f { 1 }", "(FunctionDefinition 'f' (ScriptBlock (NamedBlock End [1] unnamed)))"),
        ("function f() { 1 }", "(FunctionDefinition 'f' (ScriptBlock (NamedBlock End [1] unnamed)))"),
        (
            "filter f { $_ }",
            "(FunctionDefinition is_filter 'f' (ScriptBlock (NamedBlock Process [$_] unnamed)))",
        ),
        (
            "function script:f-g\n(\n$a,\n$b = 1\n)\n{ }",
            "(FunctionDefinition 'script:f-g' [(Parameter $a) (Parameter $b 1)] (ScriptBlock "
            "(NamedBlock End unnamed)))",
        ),
        (
            "function f { begin {1} process {2} end {3} }",
            "(FunctionDefinition 'f' (ScriptBlock (NamedBlock Begin [1]) (NamedBlock Process [2]) "
            "(NamedBlock End [3])))",
        ),
        (
            "function f([int]$a, [Parameter(Mandatory)][string[]]$b) {}",
            "(FunctionDefinition 'f' [(Parameter $a [[int]]) (Parameter $b [(Attribute Parameter "
            "[(NamedAttributeArgument 'Mandatory' True:bool expression_omitted)]) [string[]]])] "
            "(ScriptBlock (NamedBlock End unnamed)))",
        ),
        ("function 7zip { }", "(FunctionDefinition '7zip' (ScriptBlock (NamedBlock End unnamed)))"),
        ("function if { }", "(FunctionDefinition 'if' (ScriptBlock (NamedBlock End unnamed)))"),
        ("function a.b`c { }", "(FunctionDefinition 'a.bc' (ScriptBlock (NamedBlock End unnamed)))"),
    ],
)
def test_a_function_has_a_name_parameters_and_a_body(text, expected):
    assert dump(only(text)) == expected


def test_a_param_block_may_follow_comments_and_attributes():
    tree = parsed("<# help #>\n#x\n[CmdletBinding(SupportsShouldProcess = $true)]\nparam\n(\n$a\n)\n$a")
    assert dump(tree.param_block) == (
        "(ParamBlock [(Attribute CmdletBinding [(NamedAttributeArgument 'SupportsShouldProcess' $true)])] "
        "[(Parameter $a)])"
    )
    assert [str(statement) for statement in tree.end_block.statements] == ["$a"]


def test_a_command_named_param_is_no_param_block():
    assert dump(only("param")) == "(Pipeline [(Command [param])])"


def test_a_cast_at_the_start_of_a_block_is_no_attribute_of_parameters():
    assert dump(only("[int]$a = 1")) == "(Assignment (Convert [int] $a) Equals 1)"


def test_a_script_may_have_all_named_blocks():
    tree = parsed("param($a) dynamicparam { 1 } begin { 2 } process { 3 } end { 4 }")
    assert [str(block) for block in (tree.dynamic_param_block, tree.begin_block)] == [
        "dynamicparam { 1 }",
        "begin { 2 }",
    ]
    assert [str(block) for block in (tree.process_block, tree.end_block)] == ["process { 3 }", "end { 4 }"]
    assert not tree.end_block.unnamed


def test_a_class_lists_its_members():
    node = only(
        "[DscResource()] class A : B, C.D {\n"
        "  [ValidateSet('x')] [string] $Name = 'x'\n  hidden static [int[]] $Count; $plain\n"
        "  A() { }\n  A([int]$x) : base($x, 1) { $this.Name = $x }\n"
        "  [void] Run([string]$a, $b) { return }\n  static [int] Two() { return 2 }\n}"
    )
    assert isinstance(node, TypeDefinitionAst)
    assert node.is_class
    assert [str(base) for base in node.base_types] == ["B", "C.D"]
    assert dump(node.attributes[0]) == "(Attribute DscResource)"
    names = [(member.name, member.is_static, member.is_hidden) for member in node.members]
    assert names == [
        ("Name", False, False),
        ("Count", True, True),
        ("plain", False, False),
        ("A", False, False),
        ("A", False, False),
        ("Run", False, False),
        ("Two", True, False),
    ]
    methods = [member for member in node.members if isinstance(member, FunctionMemberAst)]
    assert [method.is_constructor for method in methods] == [True, True, False, False]
    assert dump(methods[1].body.end_block.statements[0]) == (
        "(CommandExpression (BaseCtorInvokeMember $this .ctor [$x 1]))"
    )
    assert [str(parameter) for parameter in methods[2].parameters] == ["[string]$a", "$b"]


def test_an_enum_lists_its_literals():
    node = only("[Flags()] enum E {\n A = 1\n B; C = 4 }")
    assert node.is_enum
    assert [
        (member.name, member.initial_value and member.initial_value.value) for member in node.members
    ] == [
        ("A", 1),
        ("B", None),
        ("C", 4),
    ]


def test_a_class_may_be_followed_by_a_statement_on_its_line():
    assert len(parsed("class A { } [A]::new()").end_block.statements) == 2


def test_using_statements_come_first():
    tree = parsed(
        "# x\nusing namespace System.Text\nusing module .\\a.psm1;using assembly b.dll\n"
        "using module @{ModuleName='x'; ModuleVersion='1.0'}\n1"
    )
    assert [(item.using_statement_kind, item.name and item.name.value) for item in tree.using_statements] == [
        (TokenKind.NAMESPACE, "System.Text"),
        (TokenKind.MODULE, ".\\a.psm1"),
        (TokenKind.ASSEMBLY, "b.dll"),
        (TokenKind.MODULE, None),
    ]
    assert isinstance(tree.using_statements[3].module_specification, HashtableAst)


def test_a_configuration_holds_nodes_and_resources():
    node = only(
        "configuration C {\n param($n)\n Import-DscResource -ModuleName PSDesiredStateConfiguration\n"
        " Node $n.Where{$_} {\n  File f\n  {\n   Ensure = 'Present'\n   DestinationPath = $n\n  }\n"
        "  if ($n) { WindowsFeature w { Name = 'Hyper-V' } }\n }\n}"
    )
    assert isinstance(node, ConfigurationDefinitionAst)
    keywords = [part for part in node.walk() if isinstance(part, DynamicKeywordStatementAst)]
    names = [str(keyword.command_elements[0]) for keyword in keywords]
    assert sorted(set(names)) == ["File", "Import-DscResource", "Node", "WindowsFeature"]
    kinds = {str(keyword.command_elements[0]): type(keyword.body) for keyword in keywords}
    assert kinds["Node"] is ScriptBlockExpressionAst
    assert kinds["File"] is HashtableAst


def test_outside_of_configurations_a_word_and_a_block_are_a_command():
    assert dump(only("File f { a }")).startswith("(Pipeline [(Command [File f (ScriptBlockExpression")


def test_requirements_are_read_from_comments():
    tree = parsed(
        "#Requires -Version 5.1 -RunAsAdministrator\n# text\n#requires -Modules Hyper-V, "
        "@{ModuleName='x'; ModuleVersion='1.2'; GUID='g'}\n#requires -PSEdition Desktop\n1\n"
        "<#\n#requires -version 9\n#>\n$a = @'\n#requires -version 8\n'@\n"
    )
    found = tree.script_requirements
    assert found.required_ps_version == "5.1"
    assert found.is_elevation_required
    assert found.required_ps_editions == ("Desktop",)
    assert found.required_modules == (
        ModuleSpecification("Hyper-V"),
        ModuleSpecification("x", module_version="1.2", guid="g"),
    )


def test_a_script_without_requirements_has_none():
    assert parsed("'#requires'").script_requirements is None


def test_a_nested_function_in_a_workflow_is_no_workflow():
    outer = only("workflow w { function f { } }")
    inner = [part for part in outer.walk() if isinstance(part, FunctionDefinitionAst)]
    assert [function.is_workflow for function in inner] == [True, False]


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("enum A { x; y; X }", [("MemberAlreadyDefined", 15)]),
        ("enum A { x = $y }", [("EnumeratorValueMustBeConstant", 13)]),
        ("enum A { x = 1 + 2; y = [B]::z }", []),
        ("using module; 1", [("MissingUsingItemName", 12)]),
        ("using module ,a", [("MissingUsingItemName", 12)]),
        ("using module a*", [("WildCardModuleNameError", 13)]),
        ("using module @{ModuleName = 'a*'; ModuleVersion = '1.0'}", [("WildCardModuleNameError", 13)]),
        ("using module @{Nope = 1}", [("RequiresModuleInvalid", 13)]),
        ("using module @{ModuleName = 'a'; ModuleVersion = '1.0'}", []),
    ],
)
def test_what_enums_and_modules_name_is_checked(text, errors):
    assert [(one.error_id, one.extent.start_offset) for one in parse(text).errors] == errors


def test_a_pipe_may_begin_a_line_in_powershell_7_only():
    text = "a\n| b # c\n\n  | d; e"
    assert parse(text).errors[0].error_id == "EmptyPipeElement"
    result = parse(text, language_version=(7, 4))
    assert not result.errors
    assert [str(one) for one in result.ast.end_block.statements] == ["a\n| b # c\n\n  | d", "e"]
