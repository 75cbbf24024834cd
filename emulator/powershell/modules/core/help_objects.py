"""The help objects of commands: what comments say, and what is known of a command without any help."""

from __future__ import annotations

import re
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import LazyNote, NoteProperty, PSObject
from emulator.powershell.modules.core.help_documents import HelpDocuments
from emulator.powershell.modules.core.help_extended import choices, extended_help, output_names, pipeline_text
from emulator.powershell.modules.core.help_views import MAML
from emulator.powershell.parser import ast
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import (
    AliasInfo,
    CmdletInfo,
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
from emulator.powershell.runtime.syntax_text import set_parameters, short_type, syntax_of


def help_of(
    command: CommandInfo, call: CmdletCall, aliases: dict[str, list[str]], documents: HelpDocuments
) -> PSObject:
    """The help object of a command; `aliases` are those of `aliases_by_target`."""
    if isinstance(command, CmdletInfo):
        return documents.of_cmdlet(command) or extended_help(command, call, aliases)
    comment = comment_of(command)
    file = comment.sections.get("externalhelp", "").strip() if comment is not None else ""
    if comment is not None and file:
        script = getattr(command, "script", None)
        home = script.compiled.ast.extent.file if script is not None else None
        found = documents.named(command, file, home)
        if found is not None:
            return found
        if len(comment.sections) == 1 and not (comment.parameters or comment.lists):
            comment = None  # nothing but the name of a file that is not there
    if comment is not None:
        return _written(command, comment, call)
    found = documents.beside_module(command)
    if found is not None:
        return found
    if isinstance(command, ExternalScriptInfo):
        return _syntax_alone(command, call)
    return extended_help(command, call, aliases)


def _written(command: CommandInfo, comment: CommentHelp, call: CmdletCall) -> PSObject:
    """What the comment says. A script is named by its path."""
    sections = comment.sections
    name = command.path if isinstance(command, ExternalScriptInfo) else command.name
    synopsis = sections.get("synopsis", "")
    details: list[tuple[str, Any]] = [("name", name)]
    if synopsis:
        details.append(("description", _text(synopsis)))
    made = PSObject(None, (MAML, "HelpInfo"))
    made.add(NoteProperty("details", PSObject.custom(details, (f"{MAML}#details",))))
    # Of many topics only name and synopsis are shown.
    made.add(LazyNote("syntax", lambda: _syntax_help(command, call, comment)))
    made.add(LazyNote("parameters", lambda: _parameter_help(command, call, comment)))
    if "description" in sections:
        made.add(NoteProperty("description", _text(sections["description"])))
    if "notes" in sections:
        alerts = PSObject.custom([("alert", _text(sections["notes"]))], (f"{MAML}#alertSet",))
        made.add(NoteProperty("alertSet", alerts))
    _add_lists(made, comment, command, call)
    _add_common(made, name, command.kind, synopsis)
    for key in ("Component", "Role", "Functionality"):
        made.add(NoteProperty(key, sections.get(key.lower())))
    made.add(NoteProperty("ModuleName", command.module_name))
    return made


def _syntax_alone(command: CommandInfo, call: CmdletCall) -> PSObject:
    """A script that says nothing of itself: its syntax, which is what is shown."""
    syntax = str(syntax_of(command, call.engine))
    made = PSObject(syntax, ("SyntaxHelpInfo", "HelpInfo"))
    _add_common(made, command.name, command.kind, syntax)
    return made


def _add_common(made: PSObject, name: str, category: str, synopsis: str) -> None:
    """What help of any kind has."""
    pairs = (("Name", name), ("Category", category), ("Synopsis", synopsis))
    for key, value in (*pairs, ("Component", ""), ("Role", ""), ("Functionality", "")):
        made.add(NoteProperty(key, value))


def aliases_by_target(call: CmdletCall) -> dict[str, list[str]]:
    """Lower-case name of a command -> its aliases. For whoever asks for the help of many commands."""
    call.engine.commands.add_session_aliases()
    found: dict[str, list[str]] = {}
    for one in call.engine.commands.all(call.frame.scope, everything=False):
        if isinstance(one, AliasInfo):
            found.setdefault(one.target.lower(), []).append(one.name)
    return found


def _text(text: str) -> PSArray:
    return PSArray([PSObject.custom([("Text", text)], ("MamlParaTextItem", "MamlTextItem"))])


def comment_of(command: CommandInfo) -> CommentHelp | None:
    """The help that stands in or around a function or script."""
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


def _parameter_help(command: CommandInfo, call: CmdletCall, comment: CommentHelp) -> PSObject:
    metadata = command.metadata(call.engine)
    rows = PSArray()
    written = _written_parameters(command)
    for one in metadata.parameters.values() if metadata is not None else ():
        if not one.common:
            flags = next(iter(one.sets.values()))
            rows.append(_parameter_row(one, flags, written.get(one.name.lower()), comment, call))
    return PSObject.custom([("parameter", rows)], (f"{MAML}#parameters",))


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
    comment: CommentHelp,
    call: CmdletCall,
    *,
    in_syntax: bool = False,
) -> PSObject:
    """A parameter of the help; in the syntax a switch has no value, and there are no types and defaults."""
    text = comment.parameters.get(one.name.lower())
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
        ("pipelineInput", pipeline_text(flags)),
    ]
    group = choices(kind)
    if group:
        values = PSObject.custom([("parameterValue", PSArray(group))], (f"{MAML}#parameterValueGroup",))
        pairs.append(("parameterValueGroup", values))
    elif not (in_syntax and one.is_switch):
        value = PSObject(shown)
        value.add(NoteProperty("required", "false" if one.is_switch else "true"))
        value.add(NoteProperty("variableLength", str(shown.endswith("[]")).lower()))
        pairs.append(("parameterValue", value))
    if not in_syntax:
        kinds = PSObject.custom([("name", shown)], (f"{MAML}#type",))
        pairs += [("type", kinds), ("defaultValue", _default_text(node))]
    return PSObject.custom(pairs, (f"{MAML}#parameter",))


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


def _syntax_help(command: CommandInfo, call: CmdletCall, comment: CommentHelp) -> PSObject:
    """An item for each parameter set, its parameters as they were written."""
    metadata = command.metadata(call.engine)
    items = PSArray()
    written = _written_parameters(command)
    order = {key: place for place, key in enumerate(written)}
    if metadata is None:
        return PSObject.custom([("syntaxItem", items)], (f"{MAML}#syntax",))
    for name in metadata.set_names:
        parameters = set_parameters(metadata, name)
        parameters.sort(key=lambda pair: order.get(pair[0].name.lower(), len(order)))
        rows = PSArray(
            _parameter_row(one, flags, written.get(one.name.lower()), comment, call, in_syntax=True)
            for one, flags in parameters
            if not one.common
        )
        items.append(PSObject.custom([("name", command.name), ("parameter", rows)], (f"{MAML}#syntaxItem",)))
    return PSObject.custom([("syntaxItem", items)], (f"{MAML}#syntax",))


def _add_lists(made: PSObject, comment: CommentHelp, command: CommandInfo, call: CmdletCall) -> None:
    """Types, examples and links. Without .OUTPUTS the OutputType attributes say what comes out."""
    lists = dict(comment.lists)
    names = output_names(command, call)
    if names:
        lists.setdefault("outputs", names)
    for key, outer, inner in (
        ("inputs", "inputTypes", "inputType"),
        ("outputs", "returnValues", "returnValue"),
    ):
        if key in lists:
            types = [_type_row(text, inner) for text in lists[key]]
            made.add(
                NoteProperty(outer, PSObject.custom([(inner, _one_or_all(types))], (f"{MAML}#{outer}",)))
            )
    if "example" in lists:
        examples = [_example(text, number) for number, text in enumerate(lists["example"], 1)]
        held = PSObject.custom([("example", _one_or_all(examples))], (f"{MAML}#examples",))
        made.add(NoteProperty("examples", held))
    if "link" in lists:
        links = PSArray(_link(text) for text in lists["link"])
        held = PSObject.custom([("navigationLink", links)], (f"{MAML}#relatedLinks",))
        made.add(NoteProperty("relatedLinks", held))


def _one_or_all(values: list[PSObject]) -> PSObject | PSArray:
    return values[0] if len(values) == 1 else PSArray(values)


def _type_row(text: str, inner: str) -> PSObject:
    return PSObject.custom(
        [("type", PSObject.custom([("name", text)], (f"{MAML}#type",)))], (f"{MAML}#{inner}",)
    )


_PROMPT = re.compile(r"\s*((?:PS[^>\r\n]*|[A-Za-z]:\\[^>\r\n]*)?>)\s*")
_REMARKS = 5


def _example(text: str, number: int) -> PSObject:
    """A prompt is the introduction, the first line is the code."""
    prompt = "PS C:\\>"
    found = _PROMPT.match(text)
    if found is not None:
        prompt, text = found[1], text[found.end() :]
    code, _, remarks = text.partition("\n")
    rest = _text(remarks.strip("\n"))
    for _ in range(_REMARKS - 1):
        rest.extend(_text(""))
    return PSObject.custom(
        [
            ("introduction", _text(prompt)),
            ("code", code),
            ("remarks", rest),
            ("title", f"-------------------------- EXAMPLE {number} --------------------------"),
        ],
        (f"{MAML}#example",),
    )


def _link(text: str) -> PSObject:
    is_address = text.lower().startswith(("http:", "https:"))
    return PSObject.custom(
        [("uri", text)] if is_address else [("linkText", text)], (f"{MAML}#navigationLink",)
    )
