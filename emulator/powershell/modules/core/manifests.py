"""New-ModuleManifest: the file that describes a module, as Windows PowerShell 5.1 writes it (UTF-16)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, Hashtable
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore

_DESKTOP = "This prerequisite is valid for the PowerShell Desktop edition only."
_EXPORTED = (
    "to export from this module, for best performance, do not use wildcards and do not delete the entry, "
    "use an empty array if there are no"
)
_ENTRIES: tuple[tuple[str, str, str], ...] = (
    ("RootModule", "text", "Script module or binary module file associated with this manifest."),
    ("ModuleVersion", "text", "Version number of this module."),
    ("CompatiblePSEditions", "list", "Supported PSEditions"),
    ("GUID", "text", "ID used to uniquely identify this module"),
    ("Author", "text", "Author of this module"),
    ("CompanyName", "text", "Company or vendor of this module"),
    ("Copyright", "text", "Copyright statement for this module"),
    ("Description", "text", "Description of the functionality provided by this module"),
    (
        "PowerShellVersion",
        "text",
        "Minimum version of the Windows PowerShell engine required by this module",
    ),
    ("PowerShellHostName", "text", "Name of the Windows PowerShell host required by this module"),
    (
        "PowerShellHostVersion",
        "text",
        "Minimum version of the Windows PowerShell host required by this module",
    ),
    (
        "DotNetFrameworkVersion",
        "text",
        f"Minimum version of Microsoft .NET Framework required by this module. {_DESKTOP}",
    ),
    (
        "CLRVersion",
        "text",
        f"Minimum version of the common language runtime (CLR) required by this module. {_DESKTOP}",
    ),
    ("ProcessorArchitecture", "text", "Processor architecture (None, X86, Amd64) required by this module"),
    (
        "RequiredModules",
        "modules",
        "Modules that must be imported into the global environment prior to importing this module",
    ),
    ("RequiredAssemblies", "list", "Assemblies that must be loaded prior to importing this module"),
    (
        "ScriptsToProcess",
        "list",
        "Script files (.ps1) that are run in the caller's environment prior to importing this module.",
    ),
    ("TypesToProcess", "list", "Type files (.ps1xml) to be loaded when importing this module"),
    ("FormatsToProcess", "list", "Format files (.ps1xml) to be loaded when importing this module"),
    (
        "NestedModules",
        "modules",
        "Modules to import as nested modules of the module specified in RootModule/ModuleToProcess",
    ),
    ("FunctionsToExport", "always", f"Functions {_EXPORTED} functions to export."),
    ("CmdletsToExport", "always", f"Cmdlets {_EXPORTED} cmdlets to export."),
    ("VariablesToExport", "list", "Variables to export from this module"),
    ("AliasesToExport", "always", f"Aliases {_EXPORTED} aliases to export."),
    ("DscResourcesToExport", "list", "DSC resources to export from this module"),
    ("ModuleList", "modules", "List of all modules packaged with this module"),
    ("FileList", "list", "List of all files packaged with this module"),
)
"""The keys in the order of the file, the form of their values, and the comment above each."""
_GALLERY: tuple[tuple[str, str, str], ...] = (
    ("Tags", "list", "Tags applied to this module. These help with module discovery in online galleries."),
    ("LicenseUri", "text", "A URL to the license for this module."),
    ("ProjectUri", "text", "A URL to the main website for this project."),
    ("IconUri", "text", "A URL to an icon representing this module."),
    ("ReleaseNotes", "text", "ReleaseNotes of this module"),
)
_LAST: tuple[tuple[str, str, str], ...] = (
    ("HelpInfoURI", "text", "HelpInfo URI of this module"),
    (
        "DefaultCommandPrefix",
        "text",
        "Default prefix for commands exported from this module. Override the default prefix using "
        "Import-Module -Prefix.",
    ),
)
#: Parameters whose values stand among the private data.
_OF_A_TABLE = ("tags", "releasenotes", "projecturi", "iconuri", "licenseuri")
_PRIVATE = (
    "Private data to pass to the module specified in RootModule/ModuleToProcess. This may also contain a "
    "PSData hashtable with additional module metadata used by PowerShell."
)
_SPECIFICATION = ("ModuleName", "GUID", "ModuleVersion", "MaximumVersion", "RequiredVersion")


@cmdlet(
    "New-ModuleManifest",
    reads=("PrivateData", *(key for table in (_ENTRIES, _GALLERY, _LAST) for key, _, _ in table)),
)
def new_module_manifest(call: CmdletCall, path: str, pass_thru: bool = False, **given: Any) -> None:
    """Write a manifest; with -PassThru, its text comes out too."""
    store = call.engine.find_service(FileStore)
    if store is None:
        raise call.complete(not_emulated("New-ModuleManifest"))
    file = store.resolve(path)
    if not file.lower().endswith(".psd1"):
        raise call.failure(
            "System.InvalidOperationException",
            f"The module manifest path '{path}' is not valid. The value of the Path argument must resolve to "
            "a single file that has a '.psd1' extension. Change the value of the Path argument to point to a "
            "valid psd1 file, and then try again.",
            "Modules_InvalidModuleManifestPath",
            "InvalidArgument",
            path,
        )
    private = unwrap(given.get("privatedata"))
    if not call.should_process(file, f'Creating the "{file}" module manifest file.'):
        return
    if private is None:
        private = Hashtable()
    elif type(private) not in DICTIONARY_TYPES:
        _check_private(call, given, private)
    text = _text(call, ntpath.splitext(ntpath.basename(file))[0], _values(call, given), private)
    store.write_text(file, text, False, "unicode")
    if pass_thru:
        call.write(text)


def _check_private(call: CmdletCall, given: dict[str, Any], private: Any) -> None:
    """What is said of private data that are no table: a warning, or with what belongs into it an error."""
    if any(given.get(key) is not None for key in _OF_A_TABLE):
        raise call.failure(
            "System.InvalidOperationException",
            "The PrivateData parameter value must be a hash table to create the module manifest with the "
            "following parameter values Tags, ProjectUri, LicenseUri, IconUri or ReleaseNotes. Either "
            "remove the Tags, ProjectUri, LicenseUri, IconUri, or ReleaseNotes parameter values or wrap the "
            "contents of PrivateData in a hashtable.",
            "PrivateDataValueTypeShouldBeHashTable",
            "InvalidArgument",
            private,
        )
    call.warning(
        "The PrivateData should be defined as a hashtable, but this module manifest defines it as an "
        "object. Please consider wrapping the contents of PrivateData in a hashtable. This will enable you "
        "to add the Tags, ProjectUri, LicenseUri, IconUri, and ReleaseNotes properties to the module "
        "manifest at a later time."
    )


def _values(call: CmdletCall, given: dict[str, Any]) -> dict[str, Any]:
    """What stands in the file by lower-case key: what was given, and what 5.1 takes otherwise."""
    author = given.get("author") or call.engine.machine.user_name
    year = call.engine.clock.now().year
    defaults = {
        "moduleversion": "1.0",
        "guid": Guid(call.engine.random.guid()),
        "author": author,
        "companyname": "Unknown",
        "copyright": f"(c) {year} {author}. All rights reserved.",
        "variablestoexport": ["*"],
    }
    if any(given.get(key) is not None for key in ("rootmodule", "nestedmodules", "requiredmodules")):
        # A manifest that is of use as it is exports everything; one that must be edited, nothing.
        defaults.update({f"{kind}toexport": ["*"] for kind in ("functions", "cmdlets", "aliases")})
    return defaults | {key: value for key, value in given.items() if value is not None}


def _text(call: CmdletCall, name: str, values: dict[str, Any], private: Any) -> str:
    moment = call.engine.clock.now()
    moment += call.engine.clock.utc_offset(moment)
    shown = f"{moment.month}/{moment.day}/{moment.year}"
    head = ["#", f"# Module manifest for module '{name}'", "#", f"# Generated by: {values['author']}", "#"]
    lines = [*head, f"# Generated on: {shown}", "#", "", "@{", ""]
    lines += _entries(_ENTRIES, values, "")
    lines += [f"# {_PRIVATE}", *_private_lines(values, private)]
    lines += _entries(_LAST, values, "")
    return "\r\n".join([*lines, "}", "", ""])


def _private_lines(values: dict[str, Any], private: Any) -> list[str]:
    if type(private) not in DICTIONARY_TYPES:
        return [f"PrivateData = {_quoted(private)}", ""]
    lines = ["PrivateData = @{", "", "    PSData = @{", ""]
    lines += _entries(_GALLERY, values, "        ")
    lines += ["    } # End of PSData hashtable", ""]
    if private:
        lines.append("")
    for key, value in private.items():
        lines += [f"    # {key}", f"    {key} = {_quoted(value)}", ""]
    return [*lines, "} # End of PrivateData hashtable", ""]


def _entries(table: Iterable[tuple[str, str, str]], values: dict[str, Any], indent: str) -> list[str]:
    lines: list[str] = []
    for key, form, comment in table:
        value = values.get(key.lower())
        is_there = form == "always" or (value is not None and to_text(value) != "")
        mark = "" if is_there else "# "
        lines += [f"{indent}# {comment}", f"{indent}{mark}{key} = {_FORMS[form](value)}", ""]
    return lines


def _quoted(value: Any) -> str:
    return quoted("" if value is None else to_text(value))


def _names(values: Any) -> str:
    """Names with commas between; a line ends before it is longer than 80 characters."""
    text, width = "", 15
    for one in values or ():
        name = _quoted(one)
        if name == "''":
            continue
        if text:
            text += ", "
        width += len(name)
        if width > 80:
            text += "\r\n               "
            width = 15 + len(name)
        text += name
    return text or "@()"


def _modules(values: Any) -> str:
    return "@(" + ", \r\n               ".join(_specification(one) for one in values or ()) + ")"


def _specification(value: Any) -> str:
    held = unwrap(value)
    if type(held) not in DICTIONARY_TYPES:
        return _quoted(getattr(held, "name", held))
    parts = [f"{key} = {_quoted(held[key])}; " for key in _SPECIFICATION if held.get(key) is not None]
    return "@{" + "".join(parts) + "}"


_FORMS = {"text": _quoted, "list": _names, "always": _names, "modules": _modules}
