import pytest

from emulator.powershell.parser import parse
from emulator.powershell.parser.ast import ErrorStatementAst


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("if", [("MissingOpenParenthesisInIfStatement", 2)]),
        ("if (", [("IfStatementMissingCondition", 4)]),
        ("if ($a", [("MissingEndParenthesisAfterStatement", 6)]),
        ("if ($a)", [("MissingStatementBlock", 6)]),
        ("if ($a) {", [("MissingEndCurlyBrace", 8)]),
        ("if ($a) {} else", [("MissingStatementBlockAfterElse", 15)]),
        ("while", [("MissingOpenParenthesisAfterKeyword", 5)]),
        ("while (", [("MissingExpressionAfterKeyword", 7)]),
        ("while (1", [("MissingEndParenthesisAfterStatement", 8)]),
        ("while (1)", [("MissingLoopStatement", 9)]),
        ("do", [("MissingLoopStatement", 2)]),
        ("do {}", [("MissingWhileOrUntilInDoWhile", 5)]),
        ("do {} until", [("MissingOpenParenthesisAfterKeyword", 11)]),
        ("for (", [("MissingEndParenthesisAfterStatement", 5)]),
        ("for (;;)", [("MissingLoopStatement", 8)]),
        ("foreach", [("MissingOpenParenthesisAfterKeyword", 7)]),
        ("foreach (", [("MissingVariableNameAfterForeach", 9)]),
        ("foreach ($a", [("MissingInInForeach", 11)]),
        ("foreach ($a in", [("MissingForeachExpression", 14)]),
        ("foreach ($a in 1", [("MissingEndParenthesisAfterForeach", 16)]),
        ("foreach ($a in 1)", [("MissingForeachStatement", 17)]),
        ("switch", [("PipelineValueRequired", 6)]),
        ("switch (1)", [("MissingCurlyBraceInSwitchStatement", 10)]),
        ("switch (1) {}", [("MissingSwitchConditionExpression", 12)]),
        ("switch (1) { 1 }", [("MissingSwitchStatementClause", 14)]),
        ("switch -bad (1) { 1 {} }", [("InvalidSwitchFlag", 7)]),
        ("switch (1) { default {} default {} }", [("MultipleSwitchDefaultClauses", 24)]),
        ("try", [("MissingTryStatementBlock", 3)]),
        ("try {}", [("MissingCatchOrFinally", 6)]),
        ("try {} catch", [("MissingCatchHandlerBlock", 12)]),
        ("try {} catch [a],", [("MissingTypeLiteralToken", 17)]),
        ("try {} finally", [("MissingFinallyStatementBlock", 14)]),
        ("try {} catch {} catch [a] {}", [("EmptyCatchNotLast", 15)]),
        ("try {} finally { return }", [("ControlLeavingFinally", 17)]),
        ("try {} finally { switch (1) { default { break } } }", []),
        ("trap", [("MissingTrapStatement", 4)]),
        ("function", [("MissingNameAfterKeyword", 8)]),
        ("function f", [("MissingFunctionBody", 10)]),
        ("function f(", [("MissingEndParenthesisInFunctionParameterList", 11)]),
        ("function f($a) { param($b) }", [("OnlyOneParameterListAllowed", 17)]),
        ("function f($a, $A) {}", [("DuplicateFormalParameter", 15)]),
        ("param($a,)", [("MissingExpressionAfterToken", 9)]),
        ("param([int])", [("InvalidFunctionParameter", 11)]),
        ("[int] param()", [("TypeNotAllowedBeforeParam", 0)]),
        ("begin", [("MissingNamedStatementBlock", 5)]),
        ("begin {} begin {}", [("DuplicateScriptCommandClause", 9)]),
        ("begin {} 1", [("UnexpectedToken", 9)]),
        ("data", [("MissingStatementBlockForDataSection", 4)]),
        ("data x -bad a {}", [("InvalidParameterForDataSectionStatement", 7)]),
        ("class", [("MissingNameAfterKeyword", 5)]),
        ("class A", [("MissingTypeBody", 7)]),
        ("class A {", [("MissingEndCurlyBrace", 9)]),
        ("class A { [int] }", [("IncompleteMemberDefinition", 15)]),
        ("class A { $x $y }", [("MissingPropertyTerminator", 12)]),
        ("class A { $x; $X }", [("MemberAlreadyDefined", 14)]),
        ("class A { [int] f() { } }", [("MethodHasCodePathNotReturn", 16)]),
        ("class A { f() { return 1 } }", [("VoidMethodHasReturn", 16)]),
        ("class A { [int] f() { return } }", [("NonVoidMethodMissingReturnValue", 22)]),
        ("class A { $x; f() { $x = 1 } }", [("MissingThis", 20)]),
        ("class A { static f() { $this } }", [("NonStaticMemberAccessInStaticMember", 23)]),
        ("class A {} class a {}", [("MemberAlreadyDefined", 11)]),
        ("enum", [("MissingNameAfterKeyword", 4)]),
        ("enum E { a = }", [("ExpectedValueExpression", 12)]),
        ("1; using namespace x", [("UsingMustBeAtStartOfScript", 3)]),
        ("using", [("MissingUsingStatementDirective", 5)]),
        ("using module", [("MissingUsingItemName", 12)]),
        ("using namespace a = b", [("UsingStatementNotSupported", 0)]),
        ("define", [("ReservedKeywordNotAllowed", 0)]),
        ("{", [("MissingEndCurlyBrace", 0)]),
        ("}", [("UnexpectedToken", 0)]),
        ("(", [("ExpectedExpression", 1), ("MissingEndParenthesisInExpression", 1)]),
        ("(1", [("MissingEndParenthesisInExpression", 2)]),
        ("$(1", [("MissingEndParenthesisInSubexpression", 3)]),
        ("@{", [("IncompleteHashLiteral", 2)]),
        ("@{a", [("MissingEqualsInHashLiteral", 3), ("IncompleteHashLiteral", 3)]),
        ("@{a=}", [("MissingStatementInHashLiteral", 4)]),
        ("@{a=1; A=2}", [("DuplicateKeyInHashLiteral", 7)]),
        ("1 +", [("ExpectedValueExpression", 3)]),
        ("1,", [("MissingExpressionAfterToken", 2)]),
        ("-not", [("MissingExpressionAfterOperator", 4)]),
        ("$a =", [("ExpectedValueExpression", 4)]),
        ("1 = 2", [("InvalidLeftHandSide", 0)]),
        ("$a, 1 = 2", [("InvalidLeftHandSide", 4)]),
        ("5++", [("OperatorRequiresVariableOrProperty", 0)]),
        ("[ordered]1", [("OrderedAttributeOnlyOnHashLiteralNode", 0)]),
        ("[void]$a = 1", [("VoidTypeConstraintNotAllowed", 0)]),
        ("$a -foo 1", [("UnexpectedToken", 3), ("UnexpectedToken", 8)]),
        ("$a $b", [("UnexpectedToken", 3)]),
        ("$a 'b c'", [("UnexpectedToken", 3)]),
        ("$a.", [("MissingPropertyName", 3)]),
        ("$a.b(", [("MissingEndParenthesisInMethodCall", 5)]),
        ("$a.b(1,)", [("MissingExpressionAfterToken", 7)]),
        ("$a[", [("MissingArrayIndexExpression", 3)]),
        ("$a[1", [("MissingEndSquareBracket", 4)]),
        ("[", [("MissingTypename", 1)]),
        ("[int", [("EndSquareBracketExpectedAtEndOfAttribute", 3)]),
        ("'a", [("TerminatorExpectedAtEndOfString", 0)]),
        ('a "b', [("TerminatorExpectedAtEndOfString", 2)]),
        ("@'\na", [("TerminatorExpectedAtEndOfString", 0)]),
        (
            "@'a\n'@",
            [("UnexpectedCharactersAfterHereStringHeader", 2), ("TerminatorExpectedAtEndOfString", 4)],
        ),
        ("@'\na\n '@", [("WhitespaceBeforeHereStringFooter", 6)]),
        ('"$(1"', [("IncompleteDollarSubexpressionReference", 1), ("TerminatorExpectedAtEndOfString", 0)]),
        ('"$a: b"', [("InvalidVariableReferenceWithDrive", 1)]),
        ('"$script: b"', [("InvalidVariableReference", 1)]),
        ("${}", [("EmptyVariableReference", 2)]),
        ("${a", [("IncompleteDollarVariableReference", 1)]),
        ("<# a", [("MissingTerminatorMultiLineComment", 0)]),
        ("a <# b", [("MissingTerminatorMultiLineComment", 2)]),
        ("a |", [("EmptyPipeElement", 3)]),
        ("| a", [("EmptyPipeElement", 0)]),
        ("a | 5", [("ExpressionsMustBeFirstInPipeline", 4)]),
        ("a || b", [("InvalidEndOfLine", 2)]),
        ("a & b", [("AmpersandNotAllowed", 2)]),
        ("&", [("MissingExpression", 0)]),
        ("a b,", [("MissingExpression", 4)]),
        ("a ,b", [("MissingArgument", 2)]),
        ("a -b:", [("ParameterRequiresArgument", 5)]),
        ("a >", [("MissingFileSpecification", 3)]),
        ("a < b", [("RedirectionNotSupported", 2)]),
        ("a 1>&2", [("RedirectionNotSupported", 2)]),
        ("a > b > c", [("StreamAlreadyRedirected", 6)]),
        ("a @", [("UnrecognizedToken", 2)]),
        ("@a", [("SplattingNotPermitted", 0)]),
        ("a @b,c", [("SplattingNotPermittedInArgumentList", 2)]),
        ("[a()]5", [("UnexpectedAttribute", 0)]),
        ("[int][ref]$x", [("ReferenceNeedsToBeLastTypeInTypeConversion", 5)]),
        ("$using:a.b()", [("InvalidUsingExpression", 0)]),
        ("#requires -version x\n1", [("RequiresVersionInvalid", 19)]),
    ],
)
def test_a_mistake_is_reported_with_its_id_and_place(text, errors):
    assert [(error.error_id, error.extent.start_offset) for error in parse(text).errors] == errors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Missing closing '}' in statement block or type definition."),
        ("$a 5", "Unexpected token '5' in expression or statement."),
        ("'a", "The string is missing the terminator: '."),
        ('"a', 'The string is missing the terminator: ".'),
        ('@"\n', 'The string is missing the terminator: "@.'),
        ("if (1)", "Missing statement block after if ( condition )."),
        ("1 -eq", "You must provide a value expression following the '-eq' operator."),
        ("a -b:", "Parameter -b: requires an argument."),
        ("a 2> b 2> c", "The error stream for this command is already redirected."),
        ("a && b", "The token '&&' is not a valid statement separator in this version."),
        ("(", "An expression was expected after '('."),
        ("a ,b", "Missing argument in parameter list."),
    ],
)
def test_a_mistake_has_the_text_of_windows_powershell(text, message):
    assert parse(text).errors[0].message == message


@pytest.mark.parametrize(
    "text",
    ["{", "if ($a) {", "'a", '"a $(', "(", "1 +", "a |", "a |\n# x\n", "function f", "@{", "@'\n", "try {"],
)
def test_input_that_more_text_could_complete_is_incomplete(text):
    assert parse(text).is_incomplete


@pytest.mark.parametrize("text", ["}", "1 + }", "a | 5", "$a 5", "if } {", "", "1"])
def test_input_that_is_wrong_or_complete_is_not_incomplete(text):
    assert not parse(text).is_incomplete


def test_the_tree_of_a_wrong_script_holds_what_could_be_read():
    tree = parse("a\nif ($b { c }\nd").ast
    first, second, *_ = tree.end_block.statements
    assert str(first) == "a"
    assert isinstance(second, ErrorStatementAst)


def test_an_error_is_not_reported_twice_at_one_place():
    errors = parse("[1,2]").errors
    assert len({(error.error_id, error.extent.start_offset) for error in errors}) == len(errors)


def test_errors_of_meaning_come_after_errors_of_syntax():
    assert [error.error_id for error in parse("5++; $a 5").errors] == [
        "UnexpectedToken",
        "OperatorRequiresVariableOrProperty",
    ]


def test_a_data_section_reports_what_restricted_language_forbids():
    (error,) = parse("data { $a.b }").errors[:1]
    assert error.error_id == "PropertyReferenceNotSupportedInDataSection"


def _error_node(text: str) -> ErrorStatementAst:
    node = parse(text).ast.end_block.statements[0]
    assert isinstance(node, ErrorStatementAst)
    return node


@pytest.mark.parametrize(
    ("text", "shown", "conditions", "bodies"),
    [
        ("switch ($x) { one", "switch ($x) { one", ["$x"], ["one"]),
        ("switch ($x) { one } ", "switch ($x) { one", ["$x"], ["one"]),
        ("switch ($x) { one {2}", "switch ($x) { one {2}", ["$x"], ["one", "{2}"]),
        ("switch -file log ($x)", "switch -file log ($x)", ["$x"], []),
        ("switch -file log", "switch -file log", [], []),
    ],
)
def test_a_broken_switch_keeps_its_condition_and_what_was_read_of_its_clauses(
    text, shown, conditions, bodies
):
    node = _error_node(text)
    assert node.extent.text == shown
    assert [str(part) for part in node.conditions] == conditions
    assert [str(part) for part in node.bodies] == bodies


def test_a_broken_switch_keeps_its_parameters_with_their_values():
    flags = {name: (token.text, value) for name, token, value in _error_node("switch -reg -file a").flags}
    assert flags["regex"] == ("-reg", None)
    assert (flags["file"][0], str(flags["file"][1])) == ("-file", "a")


def test_a_catch_without_a_block_leaves_its_types_in_the_broken_try():
    assert [str(part) for part in _error_node("try {1} catch [int]").nested_ast] == ["{1}", "[int]"]
