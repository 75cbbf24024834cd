"""auditpol.exe: the system audit policy: /get, /set, /list, /clear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import NotFound
from emulator.host.security.audit_policy import SETTINGS, AuditCategory, AuditPolicy, AuditSubcategory
from emulator.host.security.callers import PrivilegeNotHeld, require_privilege

_INVALID, _NO_PRIVILEGE = 87, 1314
_TEXTS = {
    _INVALID: "The parameter is incorrect.",
    _NO_PRIVILEGE: "A required privilege is not held by the client.",
}
_DONE = "The command was successfully executed."
_KNOWN = frozenset({"category", "subcategory", "success", "failure", "r", "v", "y"})
_SWITCH = {"enable": True, "disable": False}
_NAMES = 40
#: Category -> the subcategories of it that are meant.
_Chosen = list[tuple[AuditCategory, tuple[AuditSubcategory, ...]]]


def main(context: Context, tail: str) -> int:
    """`auditpol /get|/set|/list|/clear [/category:names] [/subcategory:names] [/success:..] [/r]`."""
    words = [word.lower() for word in split_arguments(tail)]
    command = words[0].lstrip("/-") if words else ""
    options = {name: value for word in words[1:] for name, _, value in [word[1:].partition(":")]}
    if command in ("backup", "restore", "resourcesacl", "remove") or options.keys() & {
        "user",
        "option",
        "sd",
    }:
        return not_emulated(context, f"auditpol /{command}")
    is_wrong = any(word[0] not in "/-" for word in words[1:] if word) or not options.keys() <= _KNOWN
    if command not in ("get", "set", "list", "clear") or is_wrong:
        return _fail(context, _INVALID)
    policy = context.host.audit_policy
    try:
        if command != "list":
            require_privilege(context.account, "SeSecurityPrivilege")
        if command == "clear":
            chosen = [(one, one.subcategories) for one in policy.categories]
            policy.configure(_flat(chosen), success=False, failure=False)
            context.line(_DONE)
            return 0
        chosen = _chosen(policy, options)
        if command == "set":
            return _set(context, policy, chosen, options)
    except PrivilegeNotHeld:
        return _fail(context, _NO_PRIVILEGE)
    except NotFound:
        return _fail(context, _INVALID)
    if not chosen:
        return _fail(context, _INVALID)
    if command == "get":
        return _get(context, policy, chosen, as_report="r" in options)
    return _list(context, chosen, options)


def _fail(context: Context, code: int) -> int:
    context.line(f"Error 0x{code:08X} occurred:")
    context.line(_TEXTS[code])
    context.line()
    return code


def _chosen(policy: AuditPolicy, options: dict[str, str]) -> _Chosen:
    """What `/category:` and `/subcategory:` name. Raises NotFound."""
    if "subcategory" in options and options["subcategory"] not in ("", "*"):
        names = _names(options["subcategory"])
        wanted = {
            one.guid
            for name in names
            for one in (
                # A category stands for all that it holds.
                policy.category(name).subcategories
                if any(name == each.name.casefold() for each in policy.categories)
                else (policy.subcategory(name),)
            )
        }
    elif "subcategory" in options or options.get("category") in ("*", ""):
        wanted = {each.guid for one in policy.categories for each in one.subcategories}
    else:
        chosen = [policy.category(name) for name in _names(options.get("category", ""))]
        wanted = {each.guid for one in chosen for each in one.subcategories}
    found = [
        (one, tuple(each for each in one.subcategories if each.guid in wanted)) for one in policy.categories
    ]
    return [pair for pair in found if pair[1]]


def _names(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.split(",") if name.strip()]


def _flat(chosen: _Chosen) -> Iterator[AuditSubcategory]:
    for _, below in chosen:
        yield from below


def _set(context: Context, policy: AuditPolicy, chosen: _Chosen, options: dict[str, str]) -> int:
    wanted = {name: _SWITCH.get(options[name]) for name in ("success", "failure") if name in options}
    if not chosen or None in wanted.values():
        return _fail(context, _INVALID)
    success, failure = wanted.get("success"), wanted.get("failure")
    if not wanted:
        # Without a setting successes are audited.
        success = True
    policy.configure(_flat(chosen), success=success, failure=failure)
    context.line(_DONE)
    return 0


def _get(context: Context, policy: AuditPolicy, chosen: _Chosen, *, as_report: bool) -> int:
    if as_report:
        context.line(
            "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting"
        )
        for one in _flat(chosen):
            setting = SETTINGS[policy.setting(one)]
            context.line(f"{context.host.name},System,{one.name},{one.guid},{setting},")
        return 0
    context.line("System audit policy")
    context.line(f"{'Category/Subcategory':<{_NAMES + 2}}Setting")
    for category, below in chosen:
        context.line(category.name)
        for one in below:
            context.line(f"  {one.name:<{_NAMES}}{SETTINGS[policy.setting(one)]}")
    return 0


def _list(context: Context, chosen: _Chosen, options: dict[str, str]) -> int:
    with_guids = "v" in options or "r" in options

    def shown(rows: Iterable[tuple[str, str]]) -> None:
        for name, guid in rows:
            if "r" in options:
                context.line(f"{name},{guid}")
            else:
                context.line(f"{name:<{_NAMES}}{guid}" if with_guids else name)

    if "r" in options:
        context.line("Category/Subcategory,GUID")
    else:
        context.line("Category/Subcategory")
    for category, below in chosen:
        shown([(category.name, category.guid)])
        if "subcategory" in options:
            shown((f"  {one.name}", one.guid) for one in below)
    return 0
