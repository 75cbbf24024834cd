"""Security templates: the INF files of secedit (MS-GPSB 2.2): sections in brackets, ``name = value``."""

from collections.abc import Iterable, Mapping

from emulator.host.errors import InvalidParameter

Template = dict[str, dict[str, str]]
"""Section -> key -> value, as they are written."""
MAXIMUM_LINES = 20_000


def parse_template(text: str) -> Template:
    """Raises InvalidParameter for what is no template."""
    found: Template = {}
    section: dict[str, str] | None = None
    lines = text.splitlines()
    if len(lines) > MAXIMUM_LINES:
        raise InvalidParameter("The template is too large.")
    for line in lines:
        plain = line.strip().lstrip("\ufeff")
        if not plain or plain.startswith(";"):
            continue
        if plain.startswith("[") and plain.endswith("]"):
            section = found.setdefault(plain[1:-1].strip(), {})
            continue
        if section is None:
            raise InvalidParameter("The data is invalid.", hresult=0x8007000D)
        name, sign, value = plain.partition("=")
        # A line of the section [Registry Keys] is a value without a name; it is kept as a key.
        section[name.strip() if sign else plain] = value.strip()
    return found


def format_template(sections: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """The text of a template, as secedit writes it."""
    lines: list[str] = []
    for name, pairs in sections.items():
        lines.append(f"[{name}]")
        # Values of the registry stand without blanks.
        sign = "=" if name in ("Unicode", "Registry Values", "Version") else " = "
        lines += [f"{key}{sign}{value}" for key, value in pairs]
    return "".join(f"{line}\r\n" for line in lines)


def decode_template(data: bytes) -> str:
    """The text of a file: UTF-16 by its mark, UTF-8 by its mark, otherwise the ANSI code page."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", "replace")
    return data.decode("cp1252", "replace")
