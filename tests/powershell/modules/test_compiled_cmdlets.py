"""Cmdlets in C#: Add-Type and Import-Module of the assembly make them commands as those of Windows are."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_SOURCE = """
Add-Type -PassThru -TypeDefinition @'
using System; using System.Collections.Generic; using System.Management.Automation;
namespace Tests {
public class AnswerAttribute : ArgumentTransformationAttribute {
  public override object Transform(EngineIntrinsics engine, object data) { return 42; } }
public class EvenAttribute : ValidateArgumentsAttribute {
  protected override void Validate(object value, EngineIntrinsics engine) {
    if (((int)value) % 2 != 0) throw new ValidationMetadataException("It is odd."); } }
[Cmdlet(VerbsCommon.Get, "Thing", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[Alias("gth")]
public class GetThing : PSCmdlet, IDisposable {
  public static int Disposed; private int number = 2; private int count;
  [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Name")]
  [ValidateNotNullOrEmpty] public string[] Name { get; set; }
  [Parameter(ParameterSetName = "What", Mandatory = true)] [ValidateSet("x", "y")] public string What;
  [Parameter(ValueFromPipelineByPropertyName = true)] [Even] public int Number { get { return number; }
    set { if (value == 4) throw new ArgumentException("four"); number = value; } }
  [Parameter] [Answer] public object Answer { get; set; }
  [Parameter] public SwitchParameter List { get; set; }
  protected override void BeginProcessing() { base.BeginProcessing(); WriteVerbose("begins"); }
  protected override void ProcessRecord() {
    count++;
    var first = Name == null ? What : Name[0];
    var record = new ErrorRecord(new InvalidOperationException("no " + first), "No", ErrorCategory.InvalidData, first);
    if (first == "bad") { WriteError(record); return; }
    if (first == "worse") { try { ThrowTerminatingError(record); } catch (Exception) { } }
    if (first == "throw") throw new InvalidOperationException("thrown");
    if (!ShouldProcess(first)) return;
    WriteObject(ParameterSetName + " " + first + " " + Number + " " + (Answer ?? "none"));
    if (List) WriteObject(new List<int> { 1, 2 }, true); }
  protected override void EndProcessing() { WriteWarning("ends after " + count); }
  public void Dispose() { Disposed++; } }
[Cmdlet("Get", "Own")]
public class GetOwn : Cmdlet, IDynamicParameters { public object GetDynamicParameters() { return null; } }
internal class Helper { }
}
'@ | ForEach-Object Assembly | Import-Module
"""


@pytest.fixture(scope="module")
def compiled() -> ConsoleSession:
    session = ConsoleSession()
    session.values(_SOURCE)
    return session


def test_parameters_come_from_the_command_line_and_the_pipeline(compiled: ConsoleSession) -> None:
    assert compiled.values("Get-Thing a -Answer $null") == ["Name a 2 42"]
    assert compiled.values("gth -What x -Number 6 -List") == ["What x 6 none", 1, 2]
    assert compiled.values("'a', 'b' | Get-Thing -List:$false") == ["Name a 2 none", "Name b 2 none"]


def test_what_one_input_object_gave_is_gone_for_the_next(compiled: ConsoleSession) -> None:
    script = "[pscustomobject]@{ Number = 8 }, [pscustomobject]@{ Other = 1 } | Get-Thing -What y"
    result = compiled.runspace.run(script)
    assert list(result.output) == ["What y 8 none"]
    assert [one.fully_qualified_error_id for one in result.errors] == ["InputObjectNotBound,Tests.GetThing"]


@pytest.mark.parametrize(
    ("script", "error_id", "category", "message"),
    [
        ("Get-Thing bad", "No,Tests.GetThing", "InvalidData", "no bad"),
        ("Get-Thing worse", "No,Tests.GetThing", "InvalidData", "no worse"),
        ("Get-Thing throw", "System.InvalidOperationException,Tests.GetThing", "NotSpecified", "thrown"),
        (
            "Get-Thing a -Number 3",
            "ParameterArgumentValidationError,Tests.GetThing",
            "InvalidData",
            "Cannot validate argument on parameter 'Number'. It is odd.",
        ),
        (
            "Get-Thing a -Number 4",
            "ParameterBindingFailed,Tests.GetThing",
            "WriteError",
            'Cannot bind parameter \'Number\' to the target. Exception setting "Number": "four"',
        ),
        (
            "[Tests.GetThing]::new().WriteObject(1)",
            "NotImplementedException",
            "NotSpecified",
            'Exception calling "WriteObject" with "1" argument(s): "WriteObject"',
        ),
    ],
)
def test_errors_have_the_names_of_the_class(
    compiled: ConsoleSession, script: str, error_id: str, category: str, message: str
) -> None:
    assert compiled.error(script) == (error_id, category, message)


def test_an_error_that_ends_the_pipeline_is_not_caught_by_the_cmdlet(compiled: ConsoleSession) -> None:
    script = "try { Get-Thing bad -ErrorAction Stop; 'went on' } catch { $_.FullyQualifiedErrorId }"
    assert compiled.values(script) == ["No,Tests.GetThing"]
    script = "'a', 'b' | Get-Thing | ForEach-Object { throw 'behind' }"
    assert compiled.error(script)[2] == "behind"


def test_what_if_warnings_and_verbose_texts(compiled: ConsoleSession) -> None:
    assert compiled.values("Get-Thing a -WhatIf") == []
    assert compiled.values("Get-Thing a -WarningVariable w *> $null; $w.Message") == ["ends after 1"]
    texts = compiled.values('Get-Thing a -Verbose 4>&1 | ForEach-Object { "$_" }')
    assert texts[0] == "begins"


def test_the_object_is_disposed_of_also_when_the_pipeline_ends_early(compiled: ConsoleSession) -> None:
    script = (
        "[Tests.GetThing]::Disposed = 0; $null = 'a', 'b' | Get-Thing | Select-Object -First 1; "
        "try { Get-Thing throw } catch { }; [Tests.GetThing]::Disposed"
    )
    assert compiled.values(script) == [2]


def test_commands_and_module(compiled: ConsoleSession) -> None:
    assert compiled.values("(Get-Command Get-Th*g).Name") == ["Get-Thing"]
    syntax = "(Get-Command Get-Thing).ParameterSets.Name -join ','"
    assert compiled.values(syntax) == ["Name,What"]
    script = '$m = (Get-Command Get-Thing).Module; $m.ModuleType, $m.Name.Substring(0, 20), "$($m.Version)"'
    assert [str(one) for one in compiled.values(script)] == ["Binary", "dynamic_code_module_", "0.0.0.0"]


def test_parameters_of_its_own_making_are_refused_by_name(compiled: ConsoleSession) -> None:
    error_id, category, message = compiled.error("Get-Own")
    assert (error_id, category) == ("NotEmulated,Tests.GetOwn", "NotImplemented")
    assert "IDynamicParameters" in message


def test_attributes_of_the_class_by_reflection(compiled: ConsoleSession) -> None:
    script = (
        "[Tests.GetThing].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $true).NounName"
    )
    assert compiled.values(script) == ["Thing"]


def test_a_file_of_an_assembly_is_a_module_of_its_cmdlets() -> None:
    session = ConsoleSession()
    source = (
        'using System.Management.Automation; [Cmdlet("Get", "FromFile")] public class FromFile : Cmdlet '
        "{ protected override void EndProcessing() { WriteObject(7); } }"
    )
    session.values(f"Add-Type -OutputAssembly C:\\Windows\\Temp\\own.dll -TypeDefinition '{source}'")
    assert session.values("Import-Module C:\\Windows\\Temp\\own.dll; Get-FromFile") == [7]
    assert session.values("(Get-Module own).ModuleType.ToString(); Remove-Module own") == ["Binary"]
    assert session.error("Get-FromFile")[0] == "CommandNotFoundException"


def test_compiled_attributes_transform_what_nobody_gave_too(compiled: ConsoleSession) -> None:
    function = "function f { param([Tests.Answer()] [Parameter()] [uint64] $a = 11) $a }; "
    assert compiled.values(function + "f; f -a $null; f 3") == [42, 42, 42]
    assert compiled.error("[Tests.Even()][int]$n = 3")[2].startswith("The variable cannot be validated")


def test_what_a_function_of_full_language_takes_is_converted_for_a_constrained_caller() -> None:
    session = ConsoleSession()
    script = (
        "function f { param([System.IO.FileInfo] $File) $File.Name }; "
        "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'"
    )
    session.values(script)
    assert session.values("f -File name.txt") == ["name.txt"]
    own = "function g { param([System.IO.FileInfo] $File) $File.Name }; g -File name.txt"
    assert session.error(own)[0] == "ParameterArgumentTransformationError,g"
