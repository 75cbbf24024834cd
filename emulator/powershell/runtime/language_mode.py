"""What scripts may do in ConstrainedLanguage (about_Language_Modes).

The engine tells by one attribute, `Engine.constrained`, whether the code that runs is held to it, so that a
session in FullLanguage pays a single test. A script block keeps the mode in which it was made: code of before
runs on unhindered when it is called from a constrained session, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.core_types import is_core
from emulator.powershell.dotnet.psobject import PSObject, Reference, unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.errors import ConversionError, PSError, error

if TYPE_CHECKING:
    from emulator.powershell.parser import ast
    from emulator.powershell.parser.errors import ParseError
    from emulator.powershell.runtime.script_block import ScriptBlock

FULL, RESTRICTED, CONSTRAINED, NONE = (
    "FullLanguage",
    "RestrictedLanguage",
    "ConstrainedLanguage",
    "NoLanguage",
)
_MODES = {one.lower(): one for one in (FULL, RESTRICTED, CONSTRAINED, NONE)}
#: What a lockdown policy trusts: scripts whose path names this folder of Windows.
_TRUSTED_FOLDER = "system32"
#: WLDP_LOCKDOWN_UMCIENFORCE_FLAG, the bit of the machine's __PSLockdownPolicy that locks PowerShell down.
_ENFORCED = 4


def mode_named(text: str) -> str:
    """A mode as it is written properly. Raises KeyError for what is none."""
    return _MODES[text.lower()]


def is_enforced(policy: str | None) -> bool:
    """Whether the value of the machine's variable __PSLockdownPolicy locks its sessions down."""
    return policy is not None and policy.isdecimal() and len(policy) < 10 and bool(int(policy) & _ENFORCED)


def mode_of_file(path: str) -> str:
    """The mode of a script file of a machine that is locked down."""
    return FULL if _TRUSTED_FOLDER in path.lower() else CONSTRAINED


def is_core_value(value: Any) -> bool:
    """Whether the class of a value is one of the core types; null has none, and its own errors come first."""
    base = unwrap(value)
    if base is None or type(base) is PSObject:
        return True
    # What [ref] makes is the generic class PSReference`1, which is not in the list.
    return not isinstance(base, Reference) and is_core(type_of(base))


def require_method(target: Any, name: Any, static: bool) -> None:
    """A method is called. Raises MethodInvocationNotSupportedInConstrainedLanguage."""
    if static and isinstance(target, PSType):
        if isinstance(name, str) and name.lower() == "new":
            require_creation(target)
            return
        allowed = is_core(target)
    else:
        allowed = is_core_value(target)
    if not allowed and not (isinstance(name, str) and name.lower() == "tostring"):
        raise method_refused()


def method_refused() -> PSError:
    """A method of a type that is no core type."""
    return error(
        "Cannot invoke method. Method invocation is supported only on core types in this language mode.",
        "MethodInvocationNotSupportedInConstrainedLanguage",
        "InvalidOperation",
    )


def require_setter(target: Any, name: str, static: bool) -> None:
    """A property is set. Raises PropertySetterNotSupportedInConstrainedLanguage."""
    from emulator.powershell.dotnet.collections import DICTIONARY_TYPES

    if static and isinstance(target, PSType):
        allowed = is_core(target)
    else:
        # What looks like a property of a dictionary is one of its keys.
        allowed = type(unwrap(target)) in DICTIONARY_TYPES or is_core_value(target)
    if not allowed and name.lower() != "tostring":
        raise error(
            "Cannot set property. Property setting is supported only on core types in this language mode.",
            "PropertySetterNotSupportedInConstrainedLanguage",
            "InvalidOperation",
        )


def require_creation(kind: PSType) -> None:
    """``[type]::new()``. Raises CannotCreateTypeConstrainedLanguage."""
    if not is_core(kind):
        raise error(
            "Cannot create type. Only core types are supported in this language mode.",
            "CannotCreateTypeConstrainedLanguage",
            "InvalidOperation",
        )


def require_conversion(value: Any, kind: PSType) -> None:
    """A value is converted. Raises ConversionError (ConversionSupportedOnlyToCoreTypes); null and what is of
    the type already are not converted."""
    if kind.name in ("System.Object", "System.Object[]") or is_core(kind):
        return
    base = unwrap(value)
    if base is None or type_of(base).is_assignable_to(kind):
        return
    raise ConversionError(
        f'Cannot convert value to type "{kind.name}". Only core types are supported in this language mode.',
        "ConversionSupportedOnlyToCoreTypes",
    )


def constrained_language_errors(tree: ast.ScriptBlockAst) -> Iterator[ParseError]:
    """What the parser refuses in a constrained session."""
    # The parser is imported when the first script is read.
    from emulator.powershell.parser import ast
    from emulator.powershell.parser.errors import ParseError

    for node in tree.walk():
        if isinstance(node, ast.TypeDefinitionAst) and node.is_class:
            yield ParseError(
                node.extent,
                "ClassesNotAllowedInConstrainedLanguage",
                "Class keyword is not allowed in ConstrainedLanguage mode.",
            )
        elif isinstance(node, ast.ConfigurationDefinitionAst):
            yield ParseError(
                node.extent,
                "ConfigurationNotAllowedInConstrainedLanguage",
                "Configuration keyword is not allowed in constrainedLanguage mode.",
            )


def require_dot_source(block: ScriptBlock, mode: str) -> None:
    """A block is run in its caller's scope. Raises DotSourceNotSupported when the caller may do less."""
    if mode in (RESTRICTED, CONSTRAINED) and block.mode is not mode:
        raise error(
            "Cannot dot-source this command because it was defined in a different language mode. To invoke "
            "this command without importing its contents, omit the '.' operator.",
            "DotSourceNotSupported",
            "InvalidOperation",
            kind="System.Management.Automation.CmdletInvocationException",
        )


def require_script_allowed(block: ScriptBlock, mode: str) -> None:
    """Raises what a session says to a script of its caller in RestrictedLanguage and NoLanguage."""
    if mode in (FULL, CONSTRAINED):
        return
    if mode == RESTRICTED:
        from emulator.powershell.parser.restricted_language import restricted_language_errors

        problems = restricted_language_errors(block.compiled.ast, None)
        if problems:
            raise error(
                problems[0].message,
                problems[0].error_id,
                "ParserError",
                kind="System.Management.Automation.ParseException",
            )
        return
    raise error(
        "The syntax is not supported by this runspace. This can occur if the runspace is in "
        "no-language mode.",
        "ScriptsNotAllowed",
        "ParserError",
        block.text,
        kind="System.Management.Automation.ParseException",
    )
