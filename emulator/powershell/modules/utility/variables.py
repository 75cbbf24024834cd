"""Variables and aliases as items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.providers.paths import PathInfo
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.commands import AliasInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.scope import HiddenVariable, Scope, Variable


def scope_of(call: CmdletCall, which: str | None) -> Scope:
    """The scope of a -Scope argument, the present one without. Raises when there is none."""
    if which is None:
        return call.frame.scope
    found = call.frame.scope.numbered(which)
    if found is None and whole_number(which.lstrip("-")) is None:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            f'Cannot process argument because the value of argument "scopeID" is not valid: "{which}".',
            "Argument",
            "InvalidArgument",
        )
    if found is None:
        raise call.failure(
            "System.Management.Automation.PSArgumentOutOfRangeException",
            f"The scope number '{which}' exceeds the number of active scopes.\r\nParameter name: "
            f"{which}\r\nActual value "
            f"was {which}.",
            "ArgumentOutOfRange",
            "InvalidArgument",
        )
    return found


def _visible(scope: Scope, own: bool) -> dict[str, Variable]:
    found: dict[str, Variable] = {}
    one: Scope | None = scope
    while one is not None:
        for key, variable in one.variables.items():
            if not key.startswith(("__", "[")) and (one is scope or "Private" not in variable.options):
                found.setdefault(key, variable)
        one = None if own else one.parent
    return found


def _missing(call: CmdletCall, name: str) -> Any:
    return call.record(
        "System.Management.Automation.ItemNotFoundException",
        f"Cannot find a variable with the name '{name}'.",
        "VariableNotFound",
        "ObjectNotFound",
        name,
    )


def _automatic(call: CmdletCall) -> Iterator[Variable]:
    """The variables that the engine works out when they are read."""
    yield Variable("?", call.engine.success, "ReadOnly, AllScope", "Execution status of last command")
    yield Variable("true", True, "Constant, AllScope", "Boolean True")
    yield Variable("false", False, "Constant, AllScope", "Boolean False")
    yield Variable("null", None, "None", "References to the null variable always return the null value.")
    for name in ("$", "^"):
        yield Variable(name)
    yield Variable("PWD", PathInfo(call.engine.paths.location), "AllScope")


@cmdlet("Get-Variable", reads=("Include", "Exclude"))
def get_variable(
    call: CmdletCall,
    name: list[str] | None = None,
    value_only: bool = False,
    scope: str | None = None,
) -> Iterator[Any]:
    """Variables by name; one that -Include or -Exclude keeps out is not missed."""
    visible = _visible(scope_of(call, scope), scope is not None)
    if scope is None or scope.lower() == "global":
        for one in _automatic(call):
            visible.setdefault(one.name.lower(), one)
    for pattern in name or ["*"]:
        if is_wildcard(pattern):
            chosen = sorted(
                (
                    one
                    for one in visible.values()
                    if like(one.name, pattern)
                    and _fits(call, one.name)
                    and not (type(one) is HiddenVariable and not one.is_visible)
                ),
                key=lambda one: one.name.lower(),
            )
        elif not _fits(call, pattern):
            continue
        else:
            found = visible.get(pattern.lower())
            if found is None:
                call.error(_missing(call, pattern))
                continue
            if type(found) is HiddenVariable:
                try:
                    found.require_visible()
                except PSError as problem:
                    call.error(problem.record)
                    continue
            chosen = [found]
        for one in chosen:
            yield one.current if value_only else one


def _fits(call: CmdletCall, name: str) -> bool:
    """Whether a name passes -Include and -Exclude."""
    include, exclude = call.get("Include"), call.get("Exclude")
    if include and not any(like(name, to_text(one)) for one in include):
        return False
    return not (exclude and any(like(name, to_text(one)) for one in exclude))


_OPTIONS = ("ReadOnly", "Constant", "Private", "AllScope")


def _joined(options: set[str]) -> str:
    """Options as the enumeration shows them."""
    return ", ".join(one for one in _OPTIONS if one in options) or "None"


def _parts(options: Any) -> set[str]:
    return {one.strip() for one in to_text(options).split(",")} if options is not None else set()


def _matching(call: CmdletCall, pattern: str, scope: Scope) -> tuple[list[Variable], bool]:
    """The variables of a scope that a name or pattern means, and whether -Include, -Exclude or a wildcard
    kept one out: then none is made."""
    if not is_wildcard(pattern):
        if not _fits(call, pattern):
            return [], True
        found = scope.variables.get(pattern.lower())
        return ([found] if found is not None else []), False
    names = [one for one in scope.variables.values() if like(one.name, pattern) and _fits(call, one.name)]
    return names, True


def _checked_options(call: CmdletCall, variable: Variable, options: Any, force: bool) -> str:
    """New options of a variable that is there: constant ones stay, read-only ones need -Force."""
    name, wanted = variable.name, _parts(options)
    if "Constant" in variable.options or ("ReadOnly" in variable.options and not force):
        raise _refused(
            call,
            name,
            f"Cannot overwrite variable {name} because it is read-only or constant.",
            "VariableNotWritable",
        )
    if "Constant" in wanted:
        raise _refused(
            call,
            name,
            f"Existing variable {name} cannot be made constant. Variables can be made constant only at "
            "creation time.",
            "VariableCannotBeMadeConstant",
        )
    if "AllScope" in variable.options and "AllScope" not in wanted:
        raise _refused(
            call,
            name,
            f"The AllScope option cannot be removed from the variable '{name}'.",
            "VariableAllScopeOptionCannotBeRemoved",
        )
    return _joined(wanted)


def _refused(call: CmdletCall, name: str, text: str, error_id: str) -> PSError:
    return call.failure(
        "System.Management.Automation.SessionStateUnauthorizedAccessException",
        text,
        error_id,
        "WriteError",
        name,
    )


def _require_option(call: CmdletCall, option: Any) -> None:
    """ConstrainedLanguage makes no variable that all code would see."""
    if call.engine.constrained and "AllScope" in _parts(option):
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            "Specified method is not supported.",
            "NotSupported",
            "NotImplemented",
        )


def _seen_by(call: CmdletCall, target: Scope, variable: Variable, visibility: Any) -> Variable:
    """The variable with the visibility that was asked for, in its place."""
    if visibility is None:
        return variable
    made = variable.shown() if type(variable) is HiddenVariable else variable
    if to_text(visibility).lower() == "private":
        made = HiddenVariable(made, call.engine)
    target.variables[variable.name.lower()] = made
    return made


@cmdlet("Set-Variable")
class SetVariable(Cmdlet):
    """Give variables of a scope a value; a name without pattern that is not there is made.

    With a name among the arguments, what comes through the pipeline is one value: all of it, at the end.
    """

    accepts = (
        *("Name", "Value", "Scope", "Option", "Description", "Visibility", "Force", "PassThru"),
        *("Include", "Exclude"),
    )

    def begin(self) -> None:
        """Note what the arguments gave."""
        self.is_named, self.has_value = self.call.has("Name"), self.call.has("Value")
        self.values: list[Any] = []

    def process(self) -> None:
        """Collect the value, or set what an object names."""
        call = self.call
        if self.is_named and self.has_value:
            return
        has_value, value = call.has("Value"), call.get("Value")
        if not has_value and call.input_object is not UNBOUND:
            has_value, value = True, call.input_object
        if not self.is_named:
            _set(call, value, has_value)
        elif has_value:
            self.values.append(value)

    def end(self) -> None:
        """Set the value."""
        if self.is_named and self.has_value:
            _set(self.call, self.call.get("Value"), True)
        elif self.is_named:
            value = self.values[0] if len(self.values) == 1 else PSArray(self.values)
            _set(self.call, value if self.values else None, bool(self.values))


def _set(call: CmdletCall, value: Any, given: bool) -> None:
    scope, option = call.get("Scope"), call.get("Option")
    description, visibility = call.get("Description"), call.get("Visibility")
    force, pass_thru = bool(call.get("Force")), bool(call.get("PassThru"))
    target = scope_of(call, scope)
    _require_option(call, option)
    for one in call.get("Name") or ():
        found, filtered = _matching(call, one, target)
        try:
            if not found and not filtered:
                made = _set_new(call, target, one, value, scope, option, description)
                if made is not None:
                    made = _seen_by(call, target, made, visibility)
                    if pass_thru:
                        call.write(made)
            for variable in found:
                if not call.should_process(f"Name: {variable.name} Value: {to_text(value)}", "Set variable"):
                    continue
                options = None if option is None else _checked_options(call, variable, option, force)
                if given and force and "Constant" not in variable.options:
                    variable.value = value
                elif given:
                    variable.assign(value, call.engine)
                if description is not None:
                    variable.description = description
                if options is not None:
                    variable.options = options
                shown = _seen_by(call, target, variable, visibility)
                if pass_thru:
                    call.write(shown)
        except PSError as problem:
            call.error(problem.record)


def _set_new(
    call: CmdletCall,
    target: Scope,
    name: str,
    value: Any,
    scope: str | None,
    option: Any,
    description: str | None,
) -> Variable | None:
    if not call.should_process(f"Name: {name} Value: {to_text(value)}", "Set variable"):
        return None
    variable = target.assign(name, value, call.engine)
    options = _parts(option) | ({"Private"} if (scope or "").lower() == "private" else set())
    if options:
        variable.options = _joined(options)
    variable.description = description or ""
    return variable


@cmdlet("New-Variable")
def new_variable(
    call: CmdletCall,
    name: str,
    value: Any = None,
    scope: str | None = None,
    option: Any = None,
    description: str = "",
    visibility: Any = None,
    force: bool = False,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """A new variable; an existing one is an error."""
    target = scope_of(call, scope)
    _require_option(call, option)
    old = target.variables.get(name.lower())
    if old is not None and not force:
        call.error(
            call.record(
                "System.Management.Automation.SessionStateException",
                f"A variable with name '{name}' already exists.",
                "VariableAlreadyExists",
                "ResourceExists",
                name,
            )
        )
        return
    if old is not None and "Constant" in old.options:
        text = f"Cannot overwrite variable {old.name} because it is read-only or constant."
        call.error(_refused(call, old.name, text, "VariableNotWritable").record)
        return
    if not call.should_process(f"Name: {name} Value: {to_text(value)}", "New variable"):
        return
    variable = Variable(name, value, to_text(option) if option is not None else "None", description)
    target.variables[name.lower()] = variable
    variable = _seen_by(call, target, variable, visibility)
    if pass_thru:
        yield variable


def _take(call: CmdletCall, names: list[str], scope: str | None) -> Iterator[tuple[Scope, str]]:
    target = scope_of(call, scope)
    for pattern in names:
        if is_wildcard(pattern):
            for key, one in list(target.variables.items()):
                if like(one.name, pattern) and one.options == "None" and _fits(call, one.name):
                    yield target, key
            continue
        owner: Scope | None = target
        while owner is not None and pattern.lower() not in owner.variables:
            owner = owner.parent if scope is None else None
        if owner is None:
            call.error(_missing(call, pattern))
        elif _fits(call, owner.variables[pattern.lower()].name):
            yield owner, pattern.lower()


@cmdlet("Remove-Variable", reads=("Include", "Exclude"))
def remove_variable(call: CmdletCall, name: list[str], scope: str | None = None, force: bool = False) -> None:
    """Remove variables."""
    for owner, key in _take(call, name, scope):
        options = owner.variables[key].options
        if "Constant" in options or ("ReadOnly" in options and not force):
            shown = owner.variables[key].name
            call.error(
                call.record(
                    "System.Management.Automation.SessionStateUnauthorizedAccessException",
                    f"Cannot remove variable {shown} because it is constant or read-only. If the variable is "
                    f"read-only, "
                    "try the operation again specifying the Force option.",
                    "VariableNotRemovable",
                    "WriteError",
                    shown,
                )
            )
            continue
        if call.should_process(f"Name: {owner.variables[key].name}", "Remove variable"):
            del owner.variables[key]


@cmdlet("Clear-Variable", reads=("Include", "Exclude"))
def clear_variable(
    call: CmdletCall, name: list[str], scope: str | None = None, force: bool = False, pass_thru: bool = False
) -> Iterator[Any]:
    """Set variables to null; without -Scope those of the present scope, which are made there."""
    for owner, key in _take(call, name, scope):
        variable = owner.variables[key]
        if not call.should_process(f"Name: {variable.name}", "Clear variable"):
            continue
        here = call.frame.scope
        writable = "ReadOnly" not in variable.options and "Constant" not in variable.options
        if scope is None and owner is not here and writable:
            variable = here.assign(variable.name, None, call.engine)
        elif force and "Constant" not in variable.options:
            variable.value = None
        else:
            try:
                variable.assign(None, call.engine)
            except PSError as problem:
                call.error(problem.record)
                continue
        if pass_thru:
            yield variable


@cmdlet("Get-Alias")
def get_alias(
    call: CmdletCall,
    name: list[str] | None = None,
    definition: list[str] | None = None,
    exclude: list[str] | None = None,
    scope: str | None = None,
) -> Iterator[AliasInfo]:
    """Aliases by name or by what they stand for."""
    call.engine.commands.add_session_aliases()
    found: dict[str, AliasInfo] = {}
    one: Scope | None = scope_of(call, scope)
    while one is not None:
        for key, alias in (one.aliases or {}).items():
            found.setdefault(key, alias)
        one = one.parent if scope is None else None
    aliases = sorted(found.values(), key=lambda each: each.name.lower())
    if exclude:
        aliases = [each for each in aliases if not any(like(each.name, pattern) for pattern in exclude)]
    if definition is not None:
        for pattern in definition:
            matching = [each for each in aliases if like(each.target, pattern)]
            if not matching and not is_wildcard(pattern):
                call.error(_no_alias(call, "definition", pattern))
            yield from matching
        return
    for pattern in name or ["*"]:
        matching = [each for each in aliases if like(each.name, pattern)]
        if not matching and not is_wildcard(pattern):
            call.error(_no_alias(call, "name", pattern))
        yield from matching


def _no_alias(call: CmdletCall, what: str, name: str) -> Any:
    return call.record(
        "System.Management.Automation.ItemNotFoundException",
        f"This command cannot find a matching alias because an alias with the {what} '{name}' does not "
        f"exist.",
        "ItemNotFoundException",
        "ObjectNotFound",
        name,
    )


@cmdlet("Set-Alias")
@cmdlet("New-Alias")
def set_alias(
    call: CmdletCall,
    name: str,
    value: str,
    scope: str | None = None,
    option: Any = None,
    description: str = "",
    force: bool = False,
    pass_thru: bool = False,
) -> Iterator[AliasInfo]:
    """Make an alias, or change the one of that name of the scope."""
    target = scope_of(call, scope)
    is_new = call.name == "New-Alias"
    old = (target.aliases or {}).get(name.lower())
    if is_new and old is not None and not force:
        call.error(
            call.record(
                "System.Management.Automation.SessionStateException",
                f"The alias is not allowed, because an alias with the name '{name}' already exists.",
                "AliasAlreadyExists",
                "ResourceExists",
                name,
            )
        )
        return
    alias = AliasInfo(name, value)
    alias.description = description
    alias.options = _joined(_parts(option))
    problem = _kept_alias(old, alias, force)
    if problem is not None:
        call.error(_refused(call, name, *problem).record)
        return
    action = "New Alias" if is_new else "Set Alias"
    if not call.should_process(f"Name: {name} Value: {value}", action):
        return
    if target.aliases is None:
        target.aliases = {}
    target.aliases[name.lower()] = alias
    if pass_thru:
        yield alias


def _kept_alias(old: AliasInfo | None, new: AliasInfo, force: bool) -> tuple[str, str] | None:
    """Why the options of an alias that is there forbid to change it: text and error id."""
    if old is None:
        return None
    name = old.name
    if "Constant" in old.options or ("ReadOnly" in old.options and not force):
        return (
            f"Alias is not writeable because alias {name} is read-only or constant and cannot be written to.",
            "AliasNotWritable",
        )
    if "Constant" in new.options:
        return (
            f"Existing alias {name} cannot be made constant. Aliases can be made constant only at creation "
            "time.",
            "AliasCannotBeMadeConstant",
        )
    if "AllScope" in old.options and "AllScope" not in new.options:
        text = f"The AllScope option cannot be removed from the alias '{name}'."
        return text, "AliasAllScopeOptionCannotBeRemoved"
    return None
