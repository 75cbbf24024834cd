"""Get-Help: comment-based help of functions and scripts, the syntax of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.psobject import LazyNote, NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.parser import ast
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import (
    AliasInfo,
    CommandInfo,
    ExternalScriptInfo,
    FunctionInfo,
)
from emulator.powershell.runtime.comment_help import (
    CommentHelp,
    comment_of_parameter,
    help_of_function,
    help_of_script,
)
from emulator.powershell.runtime.compiler.parameters import short
from emulator.powershell.runtime.metadata import Parameter, SetFlags
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.syntax_text import set_parameters, short_type, syntax_of

_KIND = "MamlCommandHelpInfo"


@cmdlet("Get-Help")
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
    aliases = aliases_by_target(call)
    for command in found:
        made = help_of(command, call, aliases)
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
    found: Any = commands.find_or_load(name, scope)
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


def help_of(command: CommandInfo, call: CmdletCall, aliases: dict[str, list[str]]) -> PSObject:
    """The help object of a command; `aliases` are those of `aliases_by_target`."""
    comment = _comment(command)
    target = _forwarded(command, comment, call)
    if target is not None:
        return help_of(target, call, aliases)
    document = _external(command, comment, call)
    if document is not None:
        return document
    syntax = str(syntax_of(command, call.engine))
    made = PSObject(
        None, (f"{_KIND}#ExtendedCmdletHelpInfo" if comment is None else f"{_KIND}#Comment", _KIND)
    )
    sections = comment.sections if comment is not None else {}
    synopsis = sections.get("synopsis", syntax.replace("\r\n", "\n"))
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
    made.add(NoteProperty("aliases", "\n".join(aliases.get(command.name.lower(), ()))))
    # Of many topics only name and synopsis are shown.
    made.add(LazyNote("syntax", lambda: _syntax_help(command, call, comment)))
    made.add(LazyNote("parameters", lambda: _parameter_help(command, call, comment)))
    _add_lists(made, comment)
    return made


def aliases_by_target(call: CmdletCall) -> dict[str, list[str]]:
    """Lower-case name of a command -> its aliases. For whoever asks for the help of many commands."""
    found: dict[str, list[str]] = {}
    for one in call.engine.commands.all(call.frame.scope, everything=False):
        if isinstance(one, AliasInfo):
            found.setdefault(one.target.lower(), []).append(one.name)
    return found


def _text(text: str) -> PSArray:
    return PSArray([PSObject.custom([("Text", text)])])


def _comment(command: CommandInfo) -> CommentHelp | None:
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
    return found


def _forwarded(command: CommandInfo, comment: CommentHelp | None, call: CmdletCall) -> CommandInfo | None:
    """The command whose help is shown instead (.FORWARDHELPTARGETNAME, .FORWARDHELPCATEGORY)."""
    target = comment.sections.get("forwardhelptargetname") if comment is not None else None
    if comment is None or not target or target.lower() == command.name.lower():
        return None
    category = comment.sections.get("forwardhelpcategory", "").lower()
    found = call.engine.commands.find(target, call.frame.scope)
    return found if found is None or not category or found.kind.lower() == category else None


def _external(command: CommandInfo, comment: CommentHelp | None, call: CmdletCall) -> PSObject | None:
    """The help in the XML file that a comment names (.EXTERNALHELP); None when there is none."""
    name = comment.sections.get("externalhelp") if comment is not None else None
    script = getattr(command, "script", None)
    file = script.compiled.ast.extent.file if script is not None else None
    if not name:
        return None
    from emulator.powershell.modules.core.help_documents import help_in_document

    return help_in_document(call, name.strip(), file, command.name, command.kind)


def _parameter_help(command: CommandInfo, call: CmdletCall, comment: CommentHelp | None) -> PSObject:
    metadata = command.metadata(call.engine)
    rows = PSArray()
    written = _written_parameters(command)
    for one in metadata.parameters.values() if metadata is not None else ():
        if not one.common:
            flags = next(iter(one.sets.values()))
            rows.append(_parameter_row(one, flags, written.get(one.name.lower()), comment, call))
    return PSObject.custom([("parameter", rows)])


def _written_parameters(command: CommandInfo) -> dict[str, ast.ParameterAst]:
    """The parameters of a function as they were written, by lower-case name."""
    if not isinstance(command, FunctionInfo | ExternalScriptInfo):
        return {}
    tree = command.script.compiled.ast
    definition = command.script.compiled.definition
    listed = definition.parameters if isinstance(definition, ast.FunctionDefinitionAst) else None
    if listed is None and tree.param_block is not None:
        listed = tree.param_block.parameters
    return {one.name.variable_path.unqualified_path.lower(): one for one in listed or ()}


def _parameter_row(
    one: Parameter,
    flags: SetFlags,
    node: ast.ParameterAst | None,
    comment: CommentHelp | None,
    call: CmdletCall,
    *,
    in_syntax: bool = False,
) -> PSObject:
    """A parameter of the help; in the syntax a switch has no value."""
    text = comment.parameters.get(one.name.lower()) if comment is not None else None
    if text is None and node is not None:
        text = comment_of_parameter(node)
    kind = one.kind(call.engine)
    full = kind.name if kind is not None else one.type_name
    shown = full.rpartition(".")[2] if node is not None else short_type(full)
    pairs: list[tuple[str, Any]] = [("name", one.name)]
    if text is not None:
        pairs.append(("description", _text(text)))
    pairs += [
        ("required", str(flags.mandatory).lower()),
        ("globbing", str(_has_attribute(node, "supportswildcards")).lower()),
        ("position", "named" if flags.position is None else str(flags.position + 1)),
        ("pipelineInput", _pipeline_text(flags)),
        ("aliases", ", ".join(one.aliases)),
    ]
    if not (in_syntax and one.is_switch):
        value = PSObject(shown)
        value.add(NoteProperty("required", "false" if one.is_switch else "true"))
        value.add(NoteProperty("variableLength", str(shown.endswith("[]")).lower()))
        pairs.append(("parameterValue", value))
    if isinstance(kind, EnumType):
        group = PSArray(kind.names)
        pairs.append(("parameterValueGroup", PSObject.custom([("parameterValue", group)])))
    pairs += [("type", PSObject.custom([("name", shown)])), ("defaultValue", _default_text(node))]
    return PSObject.custom(pairs, (f"{_KIND}#parameter",))


def _has_attribute(node: ast.ParameterAst | None, name: str) -> bool:
    return node is not None and any(short(one.type_name.name) == name for one in node.attributes)


def _default_text(node: ast.ParameterAst | None) -> str:
    """The default value as it was written, or what [PSDefaultValue(Help = ...)] says."""
    if node is None:
        return ""
    for one in node.attributes:
        if isinstance(one, ast.AttributeAst) and short(one.type_name.name) == "psdefaultvalue":
            for named in one.named_arguments:
                if named.argument_name.lower() == "help":
                    value = named.argument
                    return value.value if isinstance(value, ast.StringConstantExpressionAst) else str(value)
    return "" if node.default_value is None else str(node.default_value)


def _syntax_help(command: CommandInfo, call: CmdletCall, comment: CommentHelp | None) -> PSObject:
    """An item for each parameter set, its parameters in the order of the command line."""
    metadata = command.metadata(call.engine)
    items = PSArray()
    written = _written_parameters(command)
    if metadata is None:
        return PSObject.custom([("syntaxItem", items)], (f"{_KIND}#syntax",))
    for name in metadata.set_names:
        rows = PSArray()
        parameters = set_parameters(metadata, name)
        if written:  # those of functions stand as they were written
            order = {key: place for place, key in enumerate(written)}
            parameters.sort(key=lambda pair: order.get(pair[0].name.lower(), len(order)))
        for one, flags in parameters:
            if not one.common:
                node = written.get(one.name.lower())
                rows.append(_parameter_row(one, flags, node, comment, call, in_syntax=True))
        items.append(
            PSObject.custom(
                [("name", command.name), ("CommonParameters", metadata.is_cmdlet), ("parameter", rows)],
                (f"{_KIND}#syntaxItem",),
            )
        )
    return PSObject.custom([("syntaxItem", items)], (f"{_KIND}#syntax",))


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
