"""schtasks.exe: /create, /query, /run, /end, /change and /delete of scheduled tasks."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, VALUE, BadOption, Options, read_options
from emulator.console.programs.refusals import wrong_usage
from emulator.console.programs.schtasks.creation import (
    NEEDS_VALUE,
    created_definition,
    split_run,
)
from emulator.console.programs.schtasks.listing import show
from emulator.host import HostError
from emulator.host.security.system_account import system_account
from emulator.host.windows.scheduled_tasks import ScheduledTask, TaskDefinition, may_see
from emulator.host.windows.scheduled_tasks.definition import HIGHEST, LEAST_PRIVILEGE
from emulator.host.windows.scheduled_tasks.document import read_task, write_task

_FAILED = 1
_VERBS = ("create", "query", "run", "end", "change", "delete")
_FLAGS = ("f", "v", "nh", "it", "np", "z", "k", "v1", "enable", "disable", "hresult")
_OWN = frozenset({"localhost", ".", "127.0.0.1"})


def main(context: Context, tail: str) -> int:
    """`schtasks /verb [/option [value]]...`; without a verb it lists the tasks."""
    words = split_arguments(tail)
    verb = "query"
    if words and words[0].lower().lstrip("/-") in _VERBS:
        verb = words.pop(0).lower().lstrip("/-")
    try:
        options = _options(verb, words)
    except BadOption as wrong:
        return wrong_usage(context, "schtasks", str(wrong), verb)
    server = options.get("s", "").lstrip("\\").lower()
    if server and server not in _OWN and server != context.host.name.lower():
        context.error("ERROR: The RPC server is unavailable.")
        return _FAILED
    try:
        return _VERB_ACTIONS[verb](context, options)
    except BadOption as wrong:
        return wrong_usage(context, "schtasks", str(wrong), verb)
    except HostError as problem:
        context.error(f"ERROR: {problem.text}")
        return _FAILED


def _options(verb: str, words: list[str]) -> Options:
    """Raises BadOption."""
    known = dict.fromkeys(NEEDS_VALUE, VALUE) | dict.fromkeys(_FLAGS, FLAG)
    if verb == "run":
        known["i"] = FLAG
    if verb != "create":
        known["xml"] = FLAG
    return read_options(words, known)


def _named(options: Options) -> str:
    name = options.get("tn")
    if not name:
        raise BadOption("Invalid syntax. Mandatory option '/tn' is missing.")
    return name


def _task(context: Context, name: str) -> ScheduledTask:
    return context.host.scheduled_tasks.open(name, context.account)


def _visible_in(context: Context, folder: str) -> list[ScheduledTask]:
    return [task for task in context.host.scheduled_tasks.in_folder(folder) if may_see(context.account, task)]


def _create(context: Context, options: Options) -> int:
    name = _named(options)
    tasks = context.host.scheduled_tasks
    if "xml" in options:
        data = context.files.read(options["xml"], context.directory)
        definition = read_task(_decoded(data))
    else:
        definition = created_definition(context, options)
    replaces = "f" in options
    if tasks.get(name) is not None and not replaces:
        question = f'WARNING: The task name "{name}" already exists. Do you want to replace it (Y/N)? '
        if not _agreed(context, question):
            return _FAILED
        replaces = True
    user, password = _credentials(context, options, definition)
    tasks.register(name, definition, context.account, user=user, password=password, replaces=replaces)
    context.line(f'SUCCESS: The scheduled task "{name}" has successfully been created.')
    return 0


def _credentials(
    context: Context, options: Options, definition: TaskDefinition
) -> tuple[str | None, str | None]:
    user = options.get("ru")
    password = options.get("rp")
    if user is None or password is not None or "np" in options or "it" in options:
        return user, password
    if not user or system_account(context.host, user) is not None:
        return user or "SYSTEM", None
    if definition.principal.group_id:
        return None, None
    context.stdout.write(f"Please enter the run as password for {user}: ")
    typed = context.stdin.read_line()
    context.line()
    return user, typed or ""


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _agreed(context: Context, question: str) -> bool:
    context.stdout.write(question)
    answer = context.stdin.read_line()
    context.line()
    return (answer or "").strip().lower() in ("y", "yes")


def _query(context: Context, options: Options) -> int:
    tasks = context.host.scheduled_tasks
    with context.host.looking():
        if "tn" in options:
            name = options["tn"].rstrip("\\") or "\\"
            if tasks.get(name) is None and tasks.has_folder(name):
                wanted = _visible_in(context, name)
            else:
                wanted = [_task(context, name)]
        else:
            wanted = tasks.visible_to(context.account)
        if "xml" in options:
            for task in wanted:
                context.line(write_task(task.definition))
            return 0
        return show(context, wanted, options)


def _run(context: Context, options: Options) -> int:
    name = _named(options)
    _task(context, name).start()
    context.line(f'SUCCESS: Attempted to run the scheduled task "{name}".')
    return 0


def _end(context: Context, options: Options) -> int:
    name = _named(options)
    _task(context, name).stop()
    context.line(f'SUCCESS: The scheduled task "{name}" has been terminated successfully.')
    return 0


def _delete(context: Context, options: Options) -> int:
    name = _named(options)
    tasks = context.host.scheduled_tasks
    if name == "*":
        doomed = _visible_in(context, "\\")
    elif tasks.get(name) is None:
        context.error(f'ERROR: The specified task name "{name}" does not exist in the system.')
        return _FAILED
    else:
        doomed = [_task(context, name)]
    for task in doomed:
        shown = task.name if name == "*" else name
        question = f'WARNING: Are you sure you want to remove the task "{shown}" (Y/N)? '
        if "f" not in options and not _agreed(context, question):
            continue
        tasks.delete(task.path)
        context.line(f'SUCCESS: The scheduled task "{shown}" was successfully deleted.')
    return 0


def _change(context: Context, options: Options) -> int:
    name = _named(options)
    task = _task(context, name)
    if {"enable", "disable"} <= options.keys():
        raise BadOption("Invalid syntax. /ENABLE and /DISABLE cannot be specified together.")
    definition = task.definition
    if "tr" in options:
        definition = definition.replaced(actions=(split_run(options["tr"]),))
    if "rl" in options:
        level = HIGHEST if options["rl"].lower() == "highest" else LEAST_PRIVILEGE
        definition = definition.replaced(principal=definition.principal.replaced(run_level=level))
    if "st" in options or "sd" in options or "ri" in options:
        again = created_definition(context, {"sc": "once", "tr": "x", "st": "00:00"} | dict(options))
        triggers = tuple(
            one.replaced(start=again.triggers[0].start, repetition=again.triggers[0].repetition)
            for one in definition.triggers
        )
        definition = definition.replaced(triggers=triggers)
    if "enable" in options or "disable" in options:
        settings = definition.settings.replaced(enabled="enable" in options)
        definition = definition.replaced(settings=settings)
    if "ru" in options or "rp" in options:
        context.host.scheduled_tasks.register(
            task.path,
            definition,
            context.account,
            user=options.get("ru"),
            password=options.get("rp"),
            replaces=True,
        )
    elif not options.keys() - {"tn", "s"}:
        raise BadOption("Invalid syntax. At least one option must be specified with the /CHANGE option.")
    else:
        task.redefine(definition, task.account)
    context.line(f'SUCCESS: The parameters of scheduled task "{name}" have been changed.')
    return 0


_VERB_ACTIONS = {
    "create": _create,
    "query": _query,
    "run": _run,
    "end": _end,
    "change": _change,
    "delete": _delete,
}
