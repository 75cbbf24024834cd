"""Visual Basic of Add-Type: a source and a script that uses it -> texts of what it writes."""

from __future__ import annotations

import pytest

ANIMALS = r"""
Option Infer On
Imports System
Imports System.Collections.Generic
Imports System.Linq
Imports Text = System.Text
Imports System.Math

Namespace Zoo
  Public Enum Color As Byte
    Red = 1
    Green
    Both = Red Or Green
  End Enum

  Public Delegate Function Change(value As Integer) As Integer

  Public Interface ISpeaks
    Function Speak() As String
    ReadOnly Property Title As String
  End Interface

  Public MustInherit Class Animal
    Implements ISpeaks
    Private ReadOnly _name As String
    Protected legs As Integer = 4
    Public Shared Count As Integer
    Public Event Spoke(sender As Object, e As EventArgs)

    Public Sub New(name As String)
      _name = name
      count += 1
    End Sub

    Public ReadOnly Property Name() As String
      Get
        Return _name
      End Get
    End Property

    Public Property Age As Integer = 3
    Public Property Tags As New List(Of String) From {"first"}

    Public Overridable Function Speak() As String Implements ISpeaks.Speak
      RaiseEvent Spoke(Me, EventArgs.Empty)
      Return _name & " on " & legs
    End Function

    Public ReadOnly Property Heading As String Implements ISpeaks.Title
      Get
        Return "Mr " & Name
      End Get
    End Property

    Public Overrides Function ToString() As String
      Return "Animal:" & Name
    End Function
  End Class

  Public NotInheritable Class Dog
    Inherits Animal
    Implements IDisposable
    Public Log As String = ""

    Public Sub New(ByVal name As String)
      MyBase.New(name)
      AddHandler Spoke, AddressOf Heard
    End Sub

    Private Sub Heard(sender As Object, e As EventArgs)
      Log &= "heard "
    End Sub

    Public Overrides Function Speak() As String
      Return MyBase.Speak() & " woof"
    End Function

    Public Sub Dispose() Implements IDisposable.Dispose
      Log &= "gone"
    End Sub

    Default Public Property Item(ByVal index As Integer) As String
      Get
        Return "item " & index
      End Get
      Set(ByVal newValue As String)
        Log &= index & "=" & newValue & " "
      End Set
    End Property
  End Class

  Public Structure Point
    Dim X As Integer, Y As Integer
    Public Sub New(x As Integer, y As Integer)
      Me.X = x : Me.Y = y
    End Sub
    Public Shared Operator +(a As Point, b As Point) As Point
      Return New Point(a.X + b.X, a.Y + b.Y)
    End Operator
    Public Shared Widening Operator CType(p As Point) As String
      Return p.X & "/" & p.Y
    End Operator
  End Structure

  Public Class Box(Of T)
    Private ReadOnly items As New List(Of T)
    Public Function Add(item As T) As Box(Of T)
      items.Add(item)
      Return Me
    End Function
    Public Function Last() As T
      Return items(items.Count - 1)
    End Function
  End Class

  Public Module U
    Public Const Limit = 7
    Private hidden As String = "h"

    Function Fib(n As Integer) As Integer
      If n < 2 Then Return n Else Return fib(n - 1) + FIB(n - 2)
    End Function

    Function ByName(n As Integer) As Long
      ByName = 1
      For i As Integer = 2 To n
        ByName *= i
      Next i
    End Function

    Function NoReturn() As Integer
    End Function

    Sub Swap(ByRef a As Integer, ByRef b As Integer)
      Dim t = a
      a = b
      b = t
    End Sub

    Function Swapped() As String
      Dim x = 1, y As Integer = 2
      Dim box() As Integer = {5, 6}
      Swap(x, y)
      Swap(box(0), box(1))
      Swap((x), 9)
      Return x & y & box(0) & box(1)
    End Function

    Function Grade(value As Object) As String
      Select Case value
        Case 1, 3 : Return "odd"
        Case 4 To 6
          Return "middle"
        Case Is > 100, "many"
          Return "much"
        Case Else
          Return "other"
      End Select
    End Function

    Function Loops() As String
      Dim s As String = "", i As Integer
      Do While i < 3
        i += 1
        If i = 2 Then Continue Do
        s &= i
      Loop
      Do Until i = 0
        i -= 1
      Loop
      While True
        i = i + 1
        For j = 10 To 1 Step -3
          If j = 4 Then Exit While
          s &= "," & j
        Next
      End While
      For Each c As Char In "ab" : s &= c : Next
      For d As Double = 0 To 1 Step 0.5
        s &= ";" & d
      Next
      For k As Integer = 1 To 2
        For l = 1 To 2
          s &= k * l
      Next l, k
      Return s
    End Function

    Function Operators() As String
      Return 7 \ 2 & " " & 7 / 2 & " " & -7 Mod 3 & " " & 2 ^ 10 & " " & (-2 ^ 2) & " " & (5 And 6) & (5 Or 2) & _
        (Not 5) & (True Xor True) & " " & (1 << 4) & " " & ("b" > "a") & (Nothing = 0) & ("" = Nothing)
    End Function

    Function Conversions() As String
      Dim i As Integer = "12", d As Double = "1.5", b As Boolean = 2, s As String = True
      Dim o As Object = "3"
      Return i + 1 & " " & d * 2 & " " & b & s & " " & CInt(2.5) & CInt(3.5) & CInt(-0.6) & " " & (o + 4) & ("3" + "4") & _
        (CInt(True)) & CByte(200) & CType("7", Long) & CStr(Color.Green) & Color.Green.ToString()
    End Function

    Function Refused(text As String) As Integer
      Return text
    End Function

    Function Late(o As Object) As String
      Return o.toupper() & o.LENGTH & o.Substring(1, 2)
    End Function

    Function Overflow() As String
      Dim i As Integer = Integer.MaxValue
      Dim o As Object = i
      o = o + 1
      Try
        i += 1
      Catch ex As OverflowException
        Return o.GetType().Name & ex.Message
      End Try
      Return "no"
    End Function

    Function Caught() As String
      Dim log = ""
      Try
        Try
          Throw New ArgumentException("bad", "p")
        Catch ex As ArgumentException When ex.ParamName = "q"
          log &= "q"
        Catch ex As ArgumentException When Note(log)
          log &= ex.ParamName
          Throw
        Finally
          log &= "f"
        End Try
      Catch When log.Length = 3
        log &= "!"
      End Try
      Return log
    End Function

    Private Function Note(ByRef text As String) As Boolean
      text &= "n"
      Return True
    End Function

    Function Used() As String
      Dim kept As Dog
      Using d As New Dog("d")
        kept = d
        SyncLock d
          d.Log &= "in "
        End SyncLock
      End Using
      Return kept.Log
    End Function

    Function Withs() As String
      Dim p As New Point(1, 2)
      With p
        .X = 5
        .Y += .X
      End With
      With New Text.StringBuilder()
        .Append("sb").Append(1)
        Return p.X & "," & p.Y & .ToString()
      End With
    End Function

    Function Optionals(a As Integer, Optional b As String = "d", Optional c As Boolean = True) As String
      Return a & b & c
    End Function

    Function Named() As String
      Return Optionals(c:=False, a:=2) & Optionals(1, , False) & Total() & Total(1, 2) & Total({3, 4})
    End Function

    Function Total(ParamArray values() As Integer) As Integer
      For Each value In values
        Total += value
      Next
    End Function

    Function Lambdas() As String
      Dim twice As Func(Of Integer, Integer) = Function(x) x * 2
      Dim change As Change = AddressOf Add3
      Dim sum = 0
      Dim add As Action(Of Integer) = Sub(x)
                                        sum += x
                                      End Sub
      For Each one In New Integer() {1, 2}
        add(one)
      Next
      Dim text = String.Join(",", {3, 1, 2}.OrderBy(Function(x) x).Select(Function(x) "n" & x))
      Return twice(4) & change(1) & sum & text & (Function() "now")()
    End Function

    Private Function Add3(value As Integer) As Integer
      Return value + 3
    End Function

    Iterator Function Evens(top As Integer) As IEnumerable(Of Integer)
      For i = 0 To top Step 2
        If i = 4 Then Continue For
        Yield i
      Next
    End Function

    Function Collected() As String
      Dim map As New Dictionary(Of String, Integer) From {{"a", 1}, {"b", 2}}
      map("a") += 10
      map!c = 3
      Dim total = 0
      For Each pair In map
        total += pair.Value
      Next
      Dim number As Integer
      Dim found = map.TryGetValue("b", number)
      Dim d As New Dog("x") With {.Age = 9}
      Dim anonymous = New With {.Size = 4, d.Age}
      Return total & found & number & d.Age & d.Tags(0) & anonymous.size & anonymous.Age
    End Function

    Function Arrays() As String
      Dim a(2) As String, b As Integer() = New Integer(1) {}, c() = {1, "x"}
      a(1) = 5
      ReDim Preserve a(4)
      ReDim b(3)
      Return a.Length & a(1) & b.Length & c.GetType().Name & c(1) & (a(4) Is Nothing)
    End Function

    Function Counted() As Integer
      Static calls As Integer = 10
      calls += 1
      Return calls
    End Function

    Function Tests(o As Object) As String
      Dim text = TryCast(o, String)
      Return If(text, "none") & (TypeOf o Is Integer) & If(o IsNot Nothing AndAlso o.Equals(5), "five", "else") & _
        GetType(Dictionary(Of String, Integer)).Name & Max(3, 4)
    End Function

    Function Dates() As String
      Dim d = #2/28/2020 11:30:00 PM#
      Return d.AddHours(1).Day & " " & (d < #3/1/2020#) & " " & (#3/1/2020# - #2/28/2020#).TotalDays
    End Function

    Function Likes() As String
      Return ("aBBBa" Like "a*a") & ("F" Like "[A-Z]") & ("F" Like "[!A-Z]") & ("a2a" Like "a#a") & ("BAT123khg" Like "B?T*")
    End Function

    Function Module2() As String
      Dim [next] = hidden & Limit
      If True Then
        Return [next]
      ElseIf False Then
        Return "x"
      End If
      REM nothing comes here
      Return Nothing
    End Function

    Function Nullable() As String
      Dim n As Integer? = Nothing, m As Nullable(Of Integer) = 4
      Return n.HasValue & m.Value & If(n, 8)
    End Function

    Function Boxes() As String
      Dim numbers As New Box(Of Integer)
      Return New Box(Of String)().Add("a").Add("b").Last & numbers.Add("3").Last()
    End Function

    Function Copied() As String
      Dim a As New Point(1, 2)
      Dim b = a
      b.X = 9
      Dim text As String = a + b
      Return a.X & text
    End Function
  End Module
End Namespace
"""

CASES = [
    ("[Zoo.U]::Fib(10)", "55"),
    ("[Zoo.U]::ByName(5)", "120"),
    ("[Zoo.U]::NoReturn()", "0"),
    ("[Zoo.U]::Swapped()", "2165"),
    (
        "(1, 5, 200, 'many', 'x' | ForEach-Object { try { [Zoo.U]::Grade($_) } catch { 'error' } }) -join ' '",
        "odd middle much error error",
    ),
    ("[Zoo.U]::Loops()", "13,10,7ab;0;0.5;11224"),
    ("[Zoo.U]::Operators()", "3 3.5 -1 1024 -4 47-6False 16 TrueTrueTrue"),
    ("[Zoo.U]::Conversions()", "13 3 TrueTrue 24-1 734-120072Green"),
    ("[Zoo.U]::Late('hello')", "HELLO5el"),
    ("[Zoo.U]::Overflow()", "Int64Arithmetic operation resulted in an overflow."),
    ("[Zoo.U]::Caught()", "npf!"),
    ("[Zoo.U]::Used()", "in gone"),
    ("[Zoo.U]::Withs()", "5,7sb1"),
    ("[Zoo.U]::Named()", "2dFalse1dFalse037"),
    ("[Zoo.U]::Lambdas()", "843n1,n2,n3now"),
    ("[Zoo.U]::Evens(6) -join ','", "0,2,6"),
    ("[Zoo.U]::Collected()", "16True29first49"),
    ("[Zoo.U]::Arrays()", "554Object[]xTrue"),
    ("[Zoo.U]::Counted() + [Zoo.U]::Counted()", "23"),
    ("[Zoo.U]::Tests('t') + ' ' + [Zoo.U]::Tests(5)", "tFalseelseDictionary`24 noneTruefiveDictionary`24"),
    ("[Zoo.U]::Dates()", "29 True 2"),
    ("[Zoo.U]::Likes()", "TrueTrueFalseTrueTrue"),
    ("[Zoo.U]::Module2()", "h7"),
    ("[Zoo.U]::Nullable()", "False48"),
    ("[Zoo.U]::Copied()", "110/4"),
    (
        "$d = [Zoo.Dog]::new('Rex'); $d.Speak(), $d.Heading, \"$d\", $d.Log, [Zoo.Animal]::Count -join '|'",
        "Rex on 4 woof|Mr Rex|Animal:Rex|heard |1",
    ),
    ("$d = [Zoo.Dog]::new('x'); $d[3]; $d.set_Item(4, 'v'); $d.Log", "item 3 4=v "),
    ("$d = New-Object Zoo.Dog 'x'; $d.age = '8'; $d.Age; $d -is [Zoo.ISpeaks]", "8 True"),
    ("[Zoo.U]::Boxes()", "b3"),
    ("[int][Zoo.Color]::Both; [Zoo.Color]'green'", "3 Green"),
]


@pytest.mark.parametrize(("script", "expected"), CASES, ids=[one[0][:40] for one in CASES])
def test_what_a_source_does(shell, script, expected):
    shell.texts(f"Add-Type -Language VisualBasic -TypeDefinition @'\n{ANIMALS}\n'@")
    assert " ".join(shell.texts(script)) == expected


def _add(source: str) -> str:
    return f"Add-Type -Language VisualBasic -TypeDefinition @'\n{source}\n'@\n"


def test_a_conversion_that_fails_says_what_of(shell):
    shell.texts(_add(ANIMALS))
    record = shell.error("[Zoo.U]::Refused('abc')")
    assert record.exception.inner.ps_type.name == "System.InvalidCastException"
    assert record.exception.inner.message == (
        "Conversion from string \"abc\" to type 'Integer' is not valid."
    )


def test_option_infer_is_off(shell):
    source = "Class A\n Shared Sub M()\n For i = 1 To 2\n Next\n End Sub\nEnd Class"
    result = shell.runspace.run(_add(source))
    assert "'i' is not declared." in result.errors[0].message
    assert shell.texts(_add(source.replace("For i =", "For i As Integer =")) + "1") == ["1"]


def test_members_alone_become_a_class(shell):
    script = (
        "Add-Type -Language VisualBasic -Name Maths -Namespace My.Own -UsingNamespace System.Text -MemberDefinition "
        "'Public Shared Function Twice(x As Integer) As Integer\nReturn x * 2\nEnd Function'; [My.Own.Maths]::Twice(4)"
    )
    assert shell.texts(script) == ["8"]


def test_directives_leave_out_lines(shell):
    source = """
#Const Fast = True
#Region "all"
Public Class A
#If Fast AndAlso Not Slow Then
  Public Shared Function M() As String
    Return "fast"
  End Function
#ElseIf Slow Then
  this is no Visual Basic
#Else
  nor is this
#End If
End Class
#End Region
"""
    assert shell.texts(_add(source) + "[A]::M()") == ["fast"]


def test_the_same_source_again_is_nothing_new(shell):
    source = "Public Class A\nEnd Class"
    assert shell.texts(_add(source) + _add(source) + "[A].Name") == ["A"]


RUNTIME = [
    ('Left("hello", 2) & Right("hello", 2) & Mid("hello", 2, 3) & Mid("hello", 4)', "helo" + "ell" + "lo"),
    ('Len("abc") & InStr("hello", "l") & InStrRev("hello", "l") & InStr(4, "hello", "z")', "3340"),
    ('UCase("a") & LCase("B") & Trim("  c ") & Space(2) & StrDup(3, "d") & StrReverse("ef")', "Abc  dddfe"),
    ('Replace("aXbX", "X", "y") & Join(Split("a,b,c", ","), "-") & UBound(Split("a b"))', "ayby" + "a-b-c1"),
    ('Asc("A") & Chr(66) & ChrW(67) & AscW("D") & Hex(255) & Oct(8)', "65BC68FF10"),
    (
        'IsNumeric("12.5") & IsNumeric("x") & IsNothing(Nothing) & IsDate("1/2/2020") & IsArray(New String() {})',
        "TrueFalseTrueTrueTrue",
    ),
    ('Val("12abc") & Int(-1.5) & Fix(-1.5) & Str(5)', "12-2-1 5"),
    ('Format(1234.5, "#,##0.00") & Format(0.5, "Percent") & Format(True, "Yes/No")', "1,234.5050.00%Yes"),
    ('StrConv("a bc", vbProperCase) & StrComp("a", "B") & StrComp("a", "A", CompareMethod.Text)', "A Bc10"),
    (
        'TypeName(5) & TypeName("x") & TypeName(Nothing) & IIf(1 > 0, "y", "n") & Choose(2, "a", "b")',
        "IntegerStringNothingyb",
    ),
    ('DateSerial(2020, 2, 30).Day & Year(#5/6/2021#) & DateDiff("d", #1/1/2020#, #1/31/2020#)', "1202130"),
    (
        'DateAdd("m", 1, #1/31/2020#).Day & MonthName(3) & WeekdayName(1) & Weekday(#1/5/2020#)',
        "29MarchSunday1",
    ),
    ("vbCrLf.Length & vbTab.Length & ControlChars.Quote & (vbNullString Is Nothing)", '21"True'),
    ('Microsoft.VisualBasic.Left("abc", 1) & Strings.Right("abc", 1)', "ac"),
]


@pytest.mark.parametrize(("expression", "expected"), RUNTIME)
def test_functions_of_the_language(shell, expression, expected):
    source = (
        "Imports Microsoft.VisualBasic\nPublic Class R\nPublic Shared Function M() As String\n"
        f"Return {expression}\nEnd Function\nEnd Class"
    )
    assert shell.texts(_add(source) + "[R]::M()") == [expected]


def test_functions_of_the_language_need_their_namespace(shell):
    result = shell.runspace.run(_add('Class R\nShared Sub M()\nLeft("a", 1)\nEnd Sub\nEnd Class'))
    assert "'Left' is not declared." in result.errors[0].message


REFUSED = [
    ("MsgBox(1)", "Microsoft.VisualBasic.Interaction.MsgBox"),
    ('Shell("cmd")', "Microsoft.VisualBasic.Interaction.Shell"),
]


@pytest.mark.parametrize(("statement", "name"), REFUSED)
def test_windows_and_programs_are_refused_by_name(shell, statement, name):
    source = f"Imports Microsoft.VisualBasic\nPublic Class R\nPublic Shared Sub M()\n{statement}\nEnd Sub\nEnd Class"
    result = shell.runspace.run(_add(source) + "[R]::M()")
    assert (result.failure.error_id, result.failure.message) == ("NotEmulated", f"{name} is not emulated.")


def test_erase_and_byref_results(shell):
    source = """
Public Class A
  Private held As New System.Collections.Generic.List(Of Integer)
  Public Shared Function M() As String
    Dim x() As Integer = {1}, y As Object = 5
    Erase x, y
    Dim text As String = "t"
    Return (x Is Nothing) & (y Is Nothing) & Added(Made()) & Added(text) & text & Added("lit")
  End Function
  Private Shared Function Made() As String
    Return "m"
  End Function
  Private Shared Function Added(ByRef value As String) As String
    value &= "+"
    Return value
  End Function
End Class"""
    assert shell.texts(_add(source) + "[A]::M()") == ["TrueTruem+t+t+lit+"]


EVENTS = """
Public Class Bell
  Public Event Rang(times As Integer)
  Public Sub Ring(times As Integer)
    RaiseEvent Rang(times)
  End Sub
End Class
Public Class House
  Private WithEvents front As New Bell
  Protected WithEvents Back As Bell
  Public Event Opened As System.EventHandler
  Public Log As String = ""
  Public Sub Test()
    Front.Ring(1)
    Dim other As New Bell()
    Back = other
    other.Ring(2)
    Back = Nothing
    other.Ring(3)
    RaiseEvent Opened(Me, System.EventArgs.Empty)
    RemoveHandler Opened, AddressOf Opening
    RaiseEvent Opened(Me, System.EventArgs.Empty)
  End Sub
  Private Sub Heard(times As Integer) Handles front.Rang, Back.Rang
    Log &= times
  End Sub
  Private Sub Opening(sender As Object, e As System.EventArgs) Handles Me.Opened
    Log &= "o"
  End Sub
End Class
"""


def test_methods_handle_events_of_variables(shell):
    assert shell.texts(_add(EVENTS) + "$h = [House]::new(); $h.Test(); $h.Log") == ["12o"]


def test_handles_needs_a_variable_with_events(shell):
    source = "Class A\nPublic B As Object\nSub M() Handles B.C\nEnd Sub\nEnd Class"
    result = shell.runspace.run(_add(source))
    assert "error BC30506: Handles clause requires a WithEvents variable" in str(result.errors[0].target)


def test_a_provider_compiles_it_too(shell):
    script = """
$provider = New-Object Microsoft.VisualBasic.VBCodeProvider
$options = New-Object System.CodeDom.Compiler.CompilerParameters
$made = $provider.CompileAssemblyFromSource($options, "Public Class P1`nPublic Const A = 3`nEnd Class")
$made.Errors.Count; [P1]::A; $provider.FileExtension
$made = $provider.CompileAssemblyFromSource($options, "Public Class P2")
$made.Errors[0].ErrorNumber; $made.Errors[0].FileName -like '*.0.vb'
Add-Type -CodeDomProvider $provider -TypeDefinition "Public Class P3`nPublic Const A = 4`nEnd Class"; [P3]::A
"""
    assert shell.texts(script) == ["0", "3", "vb", "BC30481", "True", "4"]


UNSUPPORTED = [
    ("On Error Resume Next", "On Error"),
    ("Dim x = From a In {1} Select a", "query expression"),
    ("GoTo there", "GoTo"),
    ("Dim a(1, 2) As Integer", "array of several dimensions"),
    ("Dim x = My.Computer", "the namespace My"),
    ("Dim x = <a/>", "XML literal"),
]


@pytest.mark.parametrize(("statement", "what"), UNSUPPORTED)
def test_what_is_not_interpreted_is_named(make_shell, statement, what):
    gaps = []
    shell = make_shell(on_gap=lambda kind, name: gaps.append((kind, name)))
    record = shell.error(_add(f"Public Class R\nPublic Shared Sub M()\n{statement}\nEnd Sub\nEnd Class"))
    assert record.message == f"Visual Basic: {what} (line 3) is not emulated."
    assert gaps == [("Visual Basic", what)]


def test_jscript_is_refused_by_name(shell):
    record = shell.error("Add-Type -Language JScript -TypeDefinition 'x'")
    assert record.message == "Add-Type -Language JScript is not emulated."
