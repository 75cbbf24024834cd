"""net user and net localgroup: the accounts and groups of the machine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator.console.context import Context
from emulator.console.programs.net_messages import FAILED, RULE, completed, fail, told
from emulator.console.programs.tabular import local_text
from emulator.host import Account, AlreadyExists, HostError
from emulator.host.security.accounts import Group
from emulator.host.security.callers import require_administrator

_NO_USER, _USER_EXISTS, _NO_MEMBER = 2221, 2224, 3783
_NO_GROUP, _NOT_IN_GROUP, _IN_GROUP, _GROUP_EXISTS = 1376, 1377, 1378, 1379
_COLUMN = 29
_SWITCHES = ("/add", "/delete", "/del", "/y", "/random", "/domain")
#: Options that Windows has and the emulator has not.
_NOT_EMULATED = frozenset(
    {
        *("domain", "random", "countrycode", "homedir", "passwordreq", "profilepath", "scriptpath"),
        *("times", "usercomment", "workstations"),
    }
)
_YES = {"yes": True, "no": False, "y": True, "n": False}


class _Bad(Exception):
    """The syntax is wrong."""


def _parsed(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Names, and options by their names in small letters. Raises _Bad."""
    names: list[str] = []
    options: dict[str, str] = {}
    for word in words:
        if not word.startswith("/"):
            names.append(word)
            continue
        name, colon, value = word[1:].partition(":")
        if not colon and word.lower() not in _SWITCHES:
            raise _Bad
        options["delete" if name.lower() == "del" else name.lower()] = value
    return names, options


def run(context: Context, command: str, words: list[str]) -> int:
    """`net user [name [password]] [/add | /delete] [options]`, `net localgroup [name [member...]] ...`."""
    try:
        names, options = _parsed(words)
        option = next((name for name in options if name in _NOT_EMULATED), None)
        if options.get("expires", "never").lower() != "never":
            option = "expires"
        if option is not None:
            context.host.gaps.record("program", f"net {command} /{option}")
            context.error(f"net {command} /{option} is not emulated.")
            return FAILED
        if command == "user":
            return _user(context, names, options)
        return _group(context, names, options)
    except _Bad:
        context.error("The syntax of this command is:")
        context.error("")
        context.error(f"NET {command.upper()}")
        return 1
    except HostError as problem:
        return fail(context, problem.hresult & 0xFFFF, problem.text)


def _user(context: Context, names: list[str], options: dict[str, str]) -> int:
    accounts = context.host.accounts
    if not names:
        return _list_users(context)
    account = accounts.find(names[0])
    if "add" in options:
        require_administrator(context.account)
        settings = _settings(options)
        if account is not None:
            return told(context, "The account already exists.", _USER_EXISTS)
        password = _password(context, names)
        made = accounts.create(names[0], password, groups=("Users",))
        accounts.configure(made, **settings)
        return completed(context)
    if account is None or not account.is_local:
        return told(context, "The user name could not be found.", _NO_USER)
    if "delete" in options:
        require_administrator(context.account)
        accounts.delete(account)
        return completed(context)
    if len(names) == 1 and not options:
        return _show_user(context, account)
    require_administrator(context.account)
    settings = _settings(options)
    if len(names) > 1:
        settings["password"] = _password(context, names)
    accounts.configure(account, **settings)
    if "expires" in options:
        accounts.set_expiry(account, None)
    return completed(context)


def _password(context: Context, names: list[str]) -> str:
    if len(names) < 2:
        return ""
    if len(names) > 2:
        raise _Bad
    if names[1] != "*":
        return names[1]
    context.stdout.write("Type a password for the user: ")
    typed = context.stdin.read_line() or ""
    context.line()
    return typed


def _settings(options: dict[str, str]) -> dict[str, Any]:
    """What the options change. Raises _Bad."""
    found: dict[str, Any] = {}
    for name, value in options.items():
        if name in ("add", "y", "expires"):
            continue
        if name in ("fullname", "comment"):
            found["full_name" if name == "fullname" else "description"] = value
        elif name in ("active", "passwordchg", "logonpasswordchg"):
            wanted = _YES.get(value.lower())
            if wanted is None:
                raise _Bad
            if name == "active":
                found["disabled"] = not wanted
            else:
                key = "may_change_password" if name == "passwordchg" else "must_change_password"
                found[key] = wanted
        else:
            raise _Bad
    return found


def _list_users(context: Context) -> int:
    with context.host.looking():
        names = sorted((account.name for account in context.host.accounts), key=str.casefold)
    context.line()
    context.line(f"User accounts for \\\\{context.host.name}")
    context.line()
    context.line(RULE)
    for place in range(0, len(names), 3):
        context.line("".join(f"{name:<25}" for name in names[place : place + 3]))
    return completed(context)


def _row(label: str, value: str) -> str:
    return f"{label:<{_COLUMN}}{value}"


def _show_user(context: Context, account: Account) -> int:
    host, logon = context.host, account.logon
    offset = host.operating_system.utc_offset()

    def moment(value: datetime | None) -> str:
        return "Never" if value is None else local_text(value, offset)

    with host.looking():
        groups = [f"*{name}" for name in account.groups]
        rows = (
            ("User name", account.name),
            ("Full Name", account.full_name),
            ("Comment", account.description),
            ("User's comment", ""),
            ("Country/region code", "000 (System Default)"),
            ("Account active", "No" if account.disabled else "Yes"),
            ("Account expires", moment(logon.account_expires)),
            ("", ""),
            ("Password last set", moment(logon.password_last_set)),
            ("Password expires", moment(host.accounts.rules.password_end(account))),
            ("Password changeable", moment(logon.password_last_set)),
            ("Password required", "Yes"),
            ("User may change password", "Yes" if logon.may_change_password else "No"),
            ("", ""),
            ("Workstations allowed", "All"),
            ("Logon script", ""),
            ("User profile", ""),
            ("Home directory", ""),
            ("Last logon", "Never"),
            ("", ""),
            ("Logon hours allowed", "All"),
            ("", ""),
        )
    for label, value in rows:
        context.line(_row(label, value) if label else "")
    for place in range(0, max(len(groups), 1), 2):
        shown = "".join(f"{name:<21}" for name in groups[place : place + 2])
        context.line(_row("" if place else "Local Group Memberships", shown))
    context.line(_row("Global Group memberships", f"{'*None':<21}"))
    return completed(context)


def _group(context: Context, names: list[str], options: dict[str, str]) -> int:
    accounts = context.host.accounts
    if not names:
        return _list_groups(context)
    group = accounts.group(names[0])
    members = names[1:]
    changes = options.keys() & {"add", "delete", "comment"}
    if changes:
        require_administrator(context.account)
    if "add" in options and not members:
        if group is not None:
            return fail(context, _GROUP_EXISTS, "The specified local group already exists.")
        accounts.create_group(names[0], options.get("comment", ""))
        return completed(context)
    if group is None:
        return fail(context, _NO_GROUP, "The specified local group does not exist.")
    if "delete" in options and not members:
        accounts.delete_group(group)
        return completed(context)
    if members:
        return _members(context, group, members, options)
    if "comment" in options:
        accounts.configure_group(group, description=options["comment"])
        return completed(context)
    return _show_group(context, group)


def _members(context: Context, group: Group, names: list[str], options: dict[str, str]) -> int:
    accounts = context.host.accounts
    if not options.keys() & {"add", "delete"}:
        raise _Bad
    found: list[Account] = []
    for name in names:
        account = accounts.find(name)
        if account is None:
            return told(context, f"There is no such global user or group: {name}.", _NO_MEMBER)
        found.append(account)
    for account in found:
        if "add" in options:
            try:
                accounts.join(account, group)
            except AlreadyExists:
                text = "The specified account name is already a member of the group."
                return fail(context, _IN_GROUP, text)
        elif not account.is_member_of(group.name):
            text = "The specified account name is not a member of the group."
            return fail(context, _NOT_IN_GROUP, text)
        else:
            accounts.leave(account, group)
    return completed(context)


def _list_groups(context: Context) -> int:
    context.line()
    context.line(f"Aliases for \\\\{context.host.name}")
    context.line()
    context.line(RULE)
    for name in sorted((group.name for group in context.host.accounts.groups), key=str.casefold):
        context.line(f"*{name}")
    return completed(context)


def _show_group(context: Context, group: Group) -> int:
    host = context.host
    with host.looking():
        members = [account.name if account.is_local else account.qualified_name for account in group.members]
    context.line(f"{'Alias name':<15}{group.name}")
    context.line(f"{'Comment':<15}{group.description}")
    context.line()
    context.line("Members")
    context.line()
    context.line(RULE)
    for name in members:
        context.line(name)
    return completed(context)
