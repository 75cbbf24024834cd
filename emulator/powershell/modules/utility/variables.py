"""Variables and aliases as items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.commands import AliasInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope, Variable


def scope_of(call: CmdletCall, which: str | None) -> Scope:
    """The scope of a -Scope argument, the present one without. Raises when there is none."""
    if which is None:
        return call.frame.scope
    found = call.frame.scope.numbered(which)
    if found is None and not which.lstrip("-").isdigit():
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
            if not key.startswith(("__", "[")):
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


@cmdlet("Get-Variable")
def get_variable(
    call: CmdletCall,
    name: list[str] | None = None,
    value_only: bool = False,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    scope: str | None = None,
) -> Iterator[Any]:
    """Variables by name."""
    visible = _visible(scope_of(call, scope), scope is not None)
    patterns = name or ["*"]
    for pattern in patterns:
        if is_wildcard(pattern):
            chosen = sorted(
                (one for one in visible.values() if like(one.name, pattern)), key=lambda one: one.name.lower()
            )
        else:
            found = visible.get(pattern.lower())
            if found is None:
                call.error(_missing(call, pattern))
                continue
            chosen = [found]
        for one in chosen:
            if include and not any(like(one.name, each) for each in include):
                continue
            if exclude and any(like(one.name, each) for each in exclude):
                continue
            yield one.current if value_only else one


def _fits(call: CmdletCall, name: str) -> bool:
    """Whether a name passes -Include and -Exclude."""
    include, exclude = call.get("Include"), call.get("Exclude")
    if include and not any(like(name, to_text(one)) for one in include):
        return False
    return not (exclude and any(like(name, to_text(one)) for one in exclude))


@cmdlet("Set-Variable", ignores=("Visibility", "Include", "Exclude"))
def set_variable(
    call: CmdletCall,
    name: list[str],
    value: Any = None,
    scope: str | None = None,
    option: Any = None,
    description: str | None = None,
    force: bool = False,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """Give variables a value."""
    target = scope_of(call, scope)
    if call.input_object is not UNBOUND and not call.has("Value"):
        value = call.input_object
    for one in name:
        if not _fits(call, one):
            continue
        variable = target.variables.get(one.lower())
        if variable is not None and force and "Constant" not in variable.options:
            variable.value = value
        elif not call.has("Value") and variable is not None and call.input_object is UNBOUND:
            pass
        else:
            try:
                variable = target.assign(one, value, call.engine)
            except PSError as problem:
                call.error(problem.record)
                continue
        if option is not None:
            variable.options = to_text(option)
        if description is not None:
            variable.description = description
        if pass_thru:
            yield variable


@cmdlet("New-Variable", ignores=("Visibility",))
def new_variable(
    call: CmdletCall,
    name: str,
    value: Any = None,
    scope: str | None = None,
    option: Any = None,
    description: str = "",
    force: bool = False,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """A new variable; an existing one is an error."""
    target = scope_of(call, scope)
    if name.lower() in target.variables and not force:
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
    variable = Variable(name, value, to_text(option) if option is not None else "None", description)
    target.variables[name.lower()] = variable
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


@cmdlet("Remove-Variable", ignores=("Include", "Exclude"))
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
        del owner.variables[key]


@cmdlet("Clear-Variable", ignores=("Include", "Exclude"))
def clear_variable(
    call: CmdletCall, name: list[str], scope: str | None = None, force: bool = False, pass_thru: bool = False
) -> Iterator[Any]:
    """Set variables to null."""
    for owner, key in _take(call, name, scope):
        variable = owner.variables[key]
        if scope is None and owner is not call.frame.scope:
            # Without -Scope a variable of the present scope becomes empty, not that of an outer one.
            variable = call.frame.scope.assign(variable.name, None, call.engine)
        elif force:
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


@cmdlet("Set-Alias", ignores=("Option",))
@cmdlet("New-Alias", ignores=("Option",))
def set_alias(
    call: CmdletCall,
    name: str,
    value: str,
    scope: str | None = None,
    description: str = "",
    force: bool = False,
    pass_thru: bool = False,
) -> Iterator[AliasInfo]:
    """Make an alias."""
    target = scope_of(call, scope)
    if target.aliases is None:
        target.aliases = {}
    if call.name == "New-Alias" and name.lower() in target.aliases and not force:
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
    target.aliases[name.lower()] = alias
    if pass_thru:
        yield alias
