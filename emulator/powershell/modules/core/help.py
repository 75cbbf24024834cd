"""Get-Help: comment-based help of functions and scripts, the syntax of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.parser import ast
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import (
    AliasInfo,
    CmdletInfo,
    CommandInfo,
    ExternalScriptInfo,
    FunctionInfo,
)
from emulator.powershell.runtime.comment_help import CommentHelp, help_of_function, help_of_script
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.syntax_text import syntax_of

_KIND = "MamlCommandHelpInfo"


@cmdlet("Get-Help", ignores=("ShowWindow", "Full", "Detailed", "Examples", "Online", "Category", "Path"))
def get_help(
    call: CmdletCall,
    name: str | None = None,
    component: list[str] | None = None,
    functionality: list[str] | None = None,
    role: list[str] | None = None,
    parameter: list[str] | str | None = None,
) -> Iterator[Any]:
    """Help of a command."""
    name = name or "default"
    found = _commands(call, name)
    shown = False
    for command in found:
        made = help_of(command, call)
        wanted = (("Component", component), ("Role", role), ("Functionality", functionality))
        if any(patterns and not _matches(made.note(key), patterns) for key, patterns in wanted):
            continue
        shown = True
        if parameter is not None:
            yield from _parameters(call, made, [parameter] if isinstance(parameter, str) else parameter)
        else:
            yield made
    if not shown and not is_wildcard(name):
        if name.lower().startswith("about_"):
            call.engine.gap("help topic", name)
        call.error(
            call.record(
                "Microsoft.PowerShell.Commands.HelpNotFoundException",
                f"Get-Help could not find {name} in a help file in this session. To download updated help "
                'topics type: "Update-Help". To get help online, search for the help topic in the TechNet '
                "library at https:/go.microsoft.com/fwlink/?LinkID=107116.",
                "HelpNotFound",
                "ResourceUnavailable",
                name,
            )
        )


def _matches(value: Any, patterns: list[str]) -> bool:
    return isinstance(value, str) and any(like(value, one) for one in patterns)


def _commands(call: CmdletCall, name: str) -> list[CommandInfo]:
    commands, scope = call.engine.commands, call.frame.scope
    if is_wildcard(name):
        return [one for one in commands.all(scope, everything=False) if like(one.name, name)]
    found: Any = commands.find(name, scope)
    steps = 0
    while isinstance(found, AliasInfo) and steps < 16:
        found, steps = commands.find(found.target, scope), steps + 1
    return [found] if found is not None else []


def _parameters(call: CmdletCall, made: PSObject, names: list[str]) -> Iterator[Any]:
    listed = made.note("parameters").note("parameter")
    for name in names:
        matching = [one for one in listed if like(one.note("name"), name)]
        if not matching and not is_wildcard(name):
            call.error(
                call.record(
                    "System.Management.Automation.PSArgumentException",
                    f"No parameter matches criteria {name}.",
                    "NoMatchingParameter",
                    "ObjectNotFound",
                    name,
                )
            )
        yield from matching


def help_of(command: CommandInfo, call: CmdletCall) -> PSObject:
    """The help object of a command."""
    comment = _comment(command, call)
    syntax = str(syntax_of(command, call.engine))
    made = PSObject(
        None, (f"{_KIND}#ExtendedCmdletHelpInfo" if comment is None else f"{_KIND}#Comment", _KIND)
    )
    sections = comment.sections if comment is not None else {}
    synopsis = sections.get("synopsis") or syntax.replace("\r\n", "\n")
    kind = command.kind
    made.add(NoteProperty("Name", command.name))
    made.add(NoteProperty("Category", "ExternalScript" if kind == "ExternalScript" else kind))
    made.add(NoteProperty("Synopsis", synopsis))
    made.add(NoteProperty("ModuleName", command.module_name))
    for key in ("Component", "Role", "Functionality"):
        made.add(NoteProperty(key, sections.get(key.lower())))
    made.add(
        NoteProperty("details", PSObject.custom([("name", command.name), ("description", _text(synopsis))]))
    )
    if "description" in sections:
        made.add(NoteProperty("description", _text(sections["description"])))
    if "notes" in sections:
        made.add(NoteProperty("alertSet", PSObject.custom([("alert", _text(sections["notes"]))])))
    made.add(NoteProperty("syntax", PSObject.custom([("syntaxItem", PSArray([syntax]))])))
    made.add(NoteProperty("parameters", _parameter_help(command, call, comment)))
    _add_lists(made, comment)
    return made


def _text(text: str) -> PSArray:
    return PSArray([PSObject.custom([("Text", text)])])


def _comment(command: CommandInfo, call: CmdletCall) -> CommentHelp | None:
    if isinstance(command, ExternalScriptInfo):
        return help_of_script(command.script.compiled.ast)
    if not isinstance(command, FunctionInfo):
        return None
    block = command.script.compiled
    definition = block.definition
    if isinstance(definition, ast.FunctionDefinitionAst):
        found = help_of_function(definition)
    else:
        found = help_of_script(block.ast)
    target = found.sections.get("forwardhelptargetname") if found is not None else None
    if target and target.lower() != command.name.lower():
        other = call.engine.commands.find(target, call.frame.scope)
        return _comment(other, call) if other is not None and not isinstance(other, CmdletInfo) else None
    return found


def _parameter_help(command: CommandInfo, call: CmdletCall, comment: CommentHelp | None) -> PSObject:
    metadata = command.metadata(call.engine)
    rows = PSArray()
    for one in metadata.parameters.values() if metadata is not None else ():
        if one.common:
            continue
        flags = next(iter(one.sets.values()))
        text = comment.parameters.get(one.name.lower()) if comment is not None else None
        kind = one.type_name.rpartition(".")[2]
        pairs: list[tuple[str, Any]] = [
            ("name", one.name),
            ("required", str(flags.mandatory).lower()),
            ("globbing", "false"),
            ("position", "named" if flags.position is None else str(flags.position + 1)),
            ("pipelineInput", _pipeline_text(flags)),
            ("aliases", ", ".join(one.aliases)),
            ("parameterValue", kind),
            ("type", PSObject.custom([("name", kind)])),
            ("defaultValue", ""),
        ]
        if text is not None:
            pairs.insert(1, ("description", _text(text)))
        rows.append(PSObject.custom(pairs, (f"{_KIND}#parameter",)))
    return PSObject.custom([("parameter", rows)])


def _pipeline_text(flags: Any) -> str:
    ways = [
        *(["ByValue"] if flags.by_value else []),
        *(["ByPropertyName"] if flags.by_name else []),
    ]
    return f"true ({', '.join(ways)})" if ways else "false"


def _add_lists(made: PSObject, comment: CommentHelp | None) -> None:
    lists = comment.lists if comment is not None else {}
    for key, outer, inner in (
        ("inputs", "inputTypes", "inputType"),
        ("outputs", "returnValues", "returnValue"),
    ):
        if key in lists:
            types = PSArray(
                PSObject.custom([("type", PSObject.custom([("name", text)]))]) for text in lists[key]
            )
            made.add(NoteProperty(outer, PSObject.custom([(inner, types[0] if len(types) == 1 else types)])))
    if "example" in lists:
        examples = PSArray(_example(text, number) for number, text in enumerate(lists["example"], 1))
        made.add(
            NoteProperty(
                "examples", PSObject.custom([("example", examples[0] if len(examples) == 1 else examples)])
            )
        )
    if "link" in lists:
        links = PSArray(_link(text) for text in lists["link"])
        made.add(NoteProperty("relatedLinks", PSObject.custom([("navigationLink", links)])))


_PROMPT = re.compile(r"\s*((?:PS[^>\r\n]*|[A-Za-z]:\\[^>\r\n]*)?>)\s*")
_REMARKS = 5


def _example(text: str, number: int) -> PSObject:
    """A prompt is the introduction, the first line is the code."""
    prompt = "PS C:\\>"
    found = _PROMPT.match(text)
    if found is not None:
        prompt, text = found[1], text[found.end() :]
    code, _, remarks = text.partition("\n")
    rest = PSArray([PSObject.custom([("Text", remarks.strip("\n"))])])
    rest.extend(PSObject.custom([("Text", "")]) for _ in range(_REMARKS - 1))
    return PSObject.custom(
        [
            ("introduction", _text(prompt)),
            ("code", code),
            ("remarks", rest),
            ("title", f"-------------------------- EXAMPLE {number} --------------------------"),
        ]
    )


def _link(text: str) -> PSObject:
    is_address = text.lower().startswith(("http:", "https:"))
    return PSObject.custom([("uri", text)] if is_address else [("linkText", text)])
