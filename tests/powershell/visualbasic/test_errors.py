"""What the compiler of Visual Basic says about sources that are wrong."""

from __future__ import annotations

import pytest

from emulator.powershell.csharp.diagnostics import CompileError
from emulator.powershell.visualbasic.parsing import parse

BODIES = [
    ("Dim x As Integer = )", 3, "BC30201", "Expression expected."),
    ("Foo(1", 3, "BC30198", "')' expected."),
    ("x = 1 2", 3, "BC30205", "End of statement expected."),
    ("Console.WriteLine 5", 3, "BC30800", "Method arguments must be enclosed in parentheses."),
    ("Dim If As Integer", 3, "BC30183", "Keyword is not valid as an identifier."),
    ("Dim 5 As Integer", 3, "BC30203", "Identifier expected."),
    ('s = "abc', 3, "BC30648", "String constants must end with a double quote."),
    ("x = 5 ` 3", 3, "BC30037", "Character is not valid."),
    ("x = 99999999999999999999", 3, "BC30036", "Overflow."),
    ("If True Then", 3, "BC30081", "'If' must end with a matching 'End If'."),
    ("For i = 1 To 2", 3, "BC30084", "'For' must end with a matching 'Next'."),
    ("Do", 3, "BC30083", "'Do' must end with a matching 'Loop'."),
    ("While True", 3, "BC30082", "'While' must end with a matching 'End While'."),
    ("Select Case 1", 3, "BC30095", "'Select Case' must end with a matching 'End Select'."),
    ("Try", 3, "BC30384", "'Try' must end with a matching 'End Try'."),
    ("Try\nEnd Try", 3, "BC30030", "Try must have at least one 'Catch' or a 'Finally'."),
    ("Next", 3, "BC30092", "'Next' must be preceded by a matching 'For'."),
    ("Loop", 3, "BC30091", "'Loop' must be preceded by a matching 'Do'."),
    ("Else", 3, "BC30086", "'Else' must be preceded by a matching 'If' or 'ElseIf'."),
    ("End If", 3, "BC30087", "'End If' must be preceded by a matching 'If'."),
    ("Exit For", 3, "BC30096", "'Exit For' can only appear inside a 'For' statement."),
    ("Continue Do", 3, "BC30782", "'Continue Do' can only appear inside a 'Do' statement."),
    ("Return 5", 3, "BC30647", "'Return' statement in a Sub or a Set cannot return a value."),
    (".Foo()", 3, "BC30157", "Leading '.' or '!' can only appear inside a 'With' statement."),
    ('x = $"a"', 3, "BC30037", "Character is not valid."),
    ("Dim d As Date = #13/45/2020#", 3, "BC31085", "Date constant is not valid."),
    ("Public x As Integer", 3, "BC30024", "Statement is not valid inside a method."),
    ("5", 3, None, None),
]


@pytest.mark.parametrize(("body", "line", "number", "text"), BODIES)
def test_a_wrong_body(body, line, number, text):
    source = f"Public Class A\nPublic Sub M()\n{body}\nEnd Sub\nEnd Class"
    if number is None:
        parse(source)
        return
    with pytest.raises(CompileError) as caught:
        parse(source)
    (one,) = caught.value.diagnostics
    assert (one.line, one.number, one.text) == (line, number, text)


SOURCES = [
    ("hello", 1, "BC30188", "Declaration expected."),
    ("Public Class A", 1, "BC30481", "'Class' statement must end with a matching 'End Class'."),
    ("Module A", 1, "BC30625", "'Module' statement must end with a matching 'End Module'."),
    ("Enum A\nB", 1, "BC30185", "'Enum' must end with a matching 'End Enum'."),
    ("Namespace A", 1, "BC30626", "'Namespace' statement must end with a matching 'End Namespace'."),
    ("End Class", 1, "BC30460", "'End Class' must be preceded by a matching 'Class'."),
    ("Class A\nSub M()\nEnd Class", 2, "BC30026", "'End Sub' expected."),
    ("Class A\nFunction M()\nEnd Class", 2, "BC30027", "'End Function' expected."),
    ("Class A\nSub M()\nEnd Function\nEnd Class", 2, "BC30026", "'End Sub' expected."),
    ("Class A\nx = 5\nEnd Class", 2, "BC30188", "Declaration expected."),
    ("Sub M()\nEnd Sub", 1, "BC30001", "Statement is not valid in a namespace."),
    (
        "Class A\nEnd Class\nImports System",
        3,
        "BC30465",
        "'Imports' statements must precede any declarations.",
    ),
    ("Class A\nPublic X As \nEnd Class", 2, "BC30182", "Type expected."),
    ("#If X\nClass A\nEnd Class", 3, "BC30012", "'#If' block must end with a matching '#End If'."),
]


@pytest.mark.parametrize(("source", "line", "number", "text"), SOURCES)
def test_a_wrong_source(source, line, number, text):
    with pytest.raises(CompileError) as caught:
        parse(source)
    (one,) = caught.value.diagnostics
    assert (one.line, one.number, one.text) == (line, number, text)


NAMES = [
    ("nothere()", ["BC30451 'nothere' is not declared. It may be inaccessible due to its protection level."]),
    (
        "nothere = 5",
        ["BC30451 'nothere' is not declared. It may be inaccessible due to its protection level."],
    ),
    (
        "Dim s As String = one & two",
        [
            "BC30451 'one' is not declared. It may be inaccessible due to its protection level.",
            "BC30451 'two' is not declared. It may be inaccessible due to its protection level.",
        ],
    ),
    ("Dim a As New A\na.Missing()", ["BC30456 'Missing' is not a member of 'A'."]),
    (
        "Dim x As Integer\nDim X As String",
        ["BC30288 Local variable 'X' is already declared in the current block."],
    ),
    ("Dim o As Object = A", ["BC30109 'A' is a class type and cannot be used as an expression."]),
    ("M(1)", ["BC30057 Too many arguments to 'Public Sub M()'."]),
    (
        "B.F()",
        [
            "BC30455 Argument not specified for parameter 'x' of 'Public Shared Function F(x As Integer, "
            'ByRef y As String, [z As String = "d"]) As Long()\'.'
        ],
    ),
    (
        "B.F(x:=1, q:=2)",
        [
            "BC30272 'q' is not a parameter of 'Public Shared Function F(x As Integer, ByRef y As "
            'String, [z As String = "d"]) As Long()\'.'
        ],
    ),
    (
        "B.G(1, 2, 3)",
        ["BC30516 Overload resolution failed because no accessible 'G' accepts this number of arguments."],
    ),
    ("M() = 5", ["BC30068 Expression is a value and therefore cannot be the target of an assignment."]),
    ("Dim m As New B", ["BC30376 'New' cannot be used on a class that is declared 'MustInherit'."]),
]


OTHER = """MustInherit Class B
Public Shared Function F(x As Integer, ByRef y As String, Optional z As String = "d") As Long()
End Function
Public Shared Sub G(x As Integer)
End Sub
Public Shared Sub G(x As Integer, y As Integer)
End Sub
End Class"""


@pytest.mark.parametrize(("body", "expected"), NAMES)
def test_names_that_mean_nothing_are_errors_of_the_compiler(shell, body, expected):
    source = f"Public Class A\nPublic Sub M()\n{body}\nEnd Sub\nEnd Class\n{OTHER}"
    result = shell.runspace.run(f"Add-Type -Language VisualBasic -TypeDefinition @'\n{source}\n'@")
    shown = [
        str(one.target).partition(" : error ")[2].replace(": ", " ", 1)
        for one in result.errors
        if one.error_id == "SOURCE_CODE_ERROR"
    ]
    assert shown == expected
    assert result.errors[-1].error_id == "COMPILER_ERRORS"
    assert shell.texts("'A' -as [type]") == [""]


def test_an_error_shows_the_lines_around_it(shell):
    result = shell.runspace.run(
        'Add-Type -Language VisualBasic -TypeDefinition "Public Class A`r`nSub M()`r`nx = 5`r`nEnd Sub`r`nEnd Class"'
    )
    problem = result.errors[0]
    assert problem.error_id == "SOURCE_CODE_ERROR"
    file = problem.message.partition("(")[0]
    assert file.endswith(".0.vb")
    assert problem.message.split("\r\n") == [
        f"{file}(3) : 'x' is not declared. It may be inaccessible due to its protection level.",
        f"{file}(2) : Sub M()",
        f"{file}(3) : >>> x = 5",
        f"{file}(4) : End Sub",
    ]
