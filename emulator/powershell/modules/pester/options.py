"""The options of Invoke-Pester in Pester 5 (about_PesterConfiguration), by section, with their defaults.

The descriptions are our own words: those of Pester are longer.
"""

from __future__ import annotations

from typing import Any

#: kind -> the .NET class of the option, and that of its value.
KINDS = {
    "bool": ("Pester.BoolOption", "System.Boolean"),
    "text": ("Pester.StringOption", "System.String"),
    "texts": ("Pester.StringArrayOption", "System.String[]"),
    "number": ("Pester.DecimalOption", "System.Decimal"),
    "blocks": ("Pester.ScriptBlockArrayOption", "System.Management.Automation.ScriptBlock[]"),
    "containers": ("Pester.ContainerInfoArrayOption", "Pester.ContainerInfo[]"),
}

#: section -> option -> (kind, default, what it is for).
SECTIONS: dict[str, dict[str, tuple[str, Any, str]]] = {
    "Run": {
        "Path": ("texts", (".",), "Test files, and folders to look for them in."),
        "ExcludePath": ("texts", (), "Files and folders to leave out."),
        "ScriptBlock": ("blocks", (), "Script blocks that hold tests."),
        "Container": ("containers", (), "Containers made by New-PesterContainer."),
        "TestExtension": ("text", ".Tests.ps1", "How the names of test files end."),
        "Exit": ("bool", False, "Exit with the number of failures."),
        "Throw": ("bool", False, "Throw when something failed."),
        "PassThru": ("bool", False, "Write the result object."),
        "SkipRun": ("bool", False, "Discover the tests and run none."),
        "SkipRemainingOnFailure": (
            "text",
            "None",
            "Skip what follows a failure: None, Run, Container or Block.",
        ),
        "FailOnNullOrEmptyForEach": ("bool", False, "An empty -ForEach fails the discovery."),
    },
    "Filter": {
        "Tag": ("texts", (), "Tags of the tests to run."),
        "ExcludeTag": ("texts", (), "Tags of the tests to leave out."),
        "Line": ("texts", (), "Tests to run by file and line, path:line."),
        "ExcludeLine": ("texts", (), "Tests to leave out by file and line."),
        "FullName": ("texts", (), "Full names of the tests to run, joined by dots, with wildcards."),
    },
    "CodeCoverage": {
        "Enabled": ("bool", False, "Measure which commands run."),
        "OutputFormat": ("text", "JaCoCo", "JaCoCo, CoverageGutters or Cobertura."),
        "OutputPath": ("text", "coverage.xml", "The file of the report."),
        "OutputEncoding": ("text", "UTF8", "The encoding of the report."),
        "Path": ("texts", (), "Files and folders to measure; those of Run by default."),
        "ExcludeTests": ("bool", True, "Do not measure the tests themselves."),
        "RecursePaths": ("bool", True, "Look into the folders of Path."),
        "CoveragePercentTarget": ("number", 75, "The percentage that is aimed at."),
        "UseBreakpoints": ("bool", True, "Measure by breakpoints."),
        "SingleHitBreakpoints": ("bool", True, "Count each command once."),
    },
    "TestResult": {
        "Enabled": ("bool", False, "Write a report of the tests."),
        "OutputFormat": ("text", "NUnitXml", "NUnitXml, NUnit2.5, NUnit3 or JUnitXml."),
        "OutputPath": ("text", "testResults.xml", "The file of the report."),
        "OutputEncoding": ("text", "UTF8", "The encoding of the report."),
        "TestSuiteName": ("text", "Pester", "The name of the whole in the report."),
    },
    "Should": {
        "ErrorAction": (
            "text",
            "Stop",
            "Stop ends the test at the first failed assertion, Continue goes on.",
        ),
        "DisableV5": ("bool", False, "Refuse the assertions of Pester 5."),
    },
    "Debug": {
        "ShowFullErrors": ("bool", False, "Show whole stack traces."),
        "WriteDebugMessages": ("bool", False, "Show what Pester does."),
        "WriteDebugMessagesFrom": (
            "texts",
            ("Discovery", "Skip", "Mock", "CodeCoverage"),
            "Whose messages are shown.",
        ),
        "ShowNavigationMarkers": ("bool", False, "Show where each test stands."),
        "ReturnRawResultObject": ("bool", False, "Keep everything in the result object."),
    },
    "Output": {
        "Verbosity": ("text", "Normal", "None, Minimal, Normal, Detailed or Diagnostic."),
        "StackTraceVerbosity": ("text", "Filtered", "None, FirstLine, Filtered or Full."),
        "CIFormat": ("text", "Auto", "None, Auto, AzureDevops or GithubActions."),
        "CILogLevel": ("text", "Error", "Error or Warning."),
        "RenderMode": ("text", "Auto", "Auto, Ansi, ConsoleColor or Plaintext."),
    },
    "TestDrive": {"Enabled": ("bool", True, "Have the drive TestDrive:.")},
    "TestRegistry": {"Enabled": ("bool", True, "Have the drive TestRegistry:.")},
}
