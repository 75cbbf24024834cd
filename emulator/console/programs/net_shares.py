"""net share: the shared folders of the machine."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.net_messages import RULE, completed, fail, told
from emulator.host import AccessDenied, AlreadyExists, HostError
from emulator.host.security.callers import require_administrator
from emulator.host.windows.shares import AccessKind, Share, ShareRight

#: CachingMode -> what net calls it.
_CACHING = {
    0: "Caching disabled",
    1: "Manual caching of documents",
    2: "Automatic caching of documents",
    3: "Automatic caching of programs and documents",
    4: "Manual caching of documents with BranchCache enabled",
}
_NO_SHARE, _SHARE_EXISTS, _NO_FOLDER = 2310, 2118, 3


def run(context: Context, words: list[str]) -> int:
    """`net share [name]`, `name=path [/remark:text]`, `name /delete`."""
    shares = context.host.shares
    names = [word for word in words if not word.startswith("/")]
    options = {
        word[1:].partition(":")[0].lower(): word.partition(":")[2] for word in words if word[:1] == "/"
    }
    unknown = sorted(options.keys() - {"delete", "d", "remark", "y", "unlimited"})
    if unknown:
        context.host.gaps.record("program", f"net share /{unknown[0]}")
        context.error(f"net share /{unknown[0]} is not emulated.")
        return 1
    if not names:
        return _list(context)
    name, sign, path = names[0].partition("=")
    share = shares.get(name)
    if sign or options.keys() & {"delete", "d"}:
        try:
            require_administrator(context.account)
        except AccessDenied as refused:
            return fail(context, 5, refused.text)
    if sign:
        if not context.host.filesystem.is_directory(path):
            return fail(context, _NO_FOLDER, "The system cannot find the path specified.")
        try:
            shares.create(name, path, options.get("remark", ""))
        except AlreadyExists:
            return told(context, "The name has already been shared.", _SHARE_EXISTS)
        except HostError as problem:
            return fail(context, problem.hresult & 0xFFFF, problem.text)
        context.line(f"{name} was shared successfully.")
        context.line()
        return 0
    if share is None:
        return told(context, "This shared resource does not exist.", _NO_SHARE)
    if options.keys() & {"delete", "d"}:
        share.delete()
        context.line(f"{share.name} was deleted successfully.")
        context.line()
        return 0
    for label, value in (
        ("Share name", share.name),
        ("Path", share.path),
        ("Remark", share.description),
        ("Maximum users", "No limit" if not share.maximum_allowed else str(share.maximum_allowed)),
        ("Users", ""),
        ("Caching", _CACHING.get(share.offline_files, "")),
        ("Permission", _permissions(share)),
    ):
        context.line(f"{label:<18}{value}")
    return completed(context)


def _permissions(share: Share) -> str:
    """Whom the share lets in; one a line, below each other."""
    words = {ShareRight.FULL: "FULL", ShareRight.CHANGE: "CHANGE", ShareRight.READ: "READ"}
    lines = [
        f"{one.account}, {words.get(one.right, 'SPECIAL')}"
        for one in share.access
        if one.kind is AccessKind.ALLOW
    ]
    return f"\r\n{'':18}".join(lines)


def _list(context: Context) -> int:
    with context.host.looking():
        rows = [(share.name, share.path, share.description) for share in context.host.shares]
    context.line()
    context.line(f"{'Share name':<13}{'Resource':<32}Remark")
    context.line()
    context.line(RULE)
    for name, path, remark in sorted(rows, key=lambda row: (not row[0].endswith("$"), row[0].casefold())):
        context.line(f"{name:<13}{path:<32}{remark}")
    return completed(context)
