"""How 64-bit Windows shows itself to a 32-bit process (WOW64): which folders and variables are others.

From "File System Redirector" and "WOW64 Implementation Details". `registry_views` has the keys.
"""

from collections.abc import MutableMapping

SYSTEM_FOLDER = "C:\\Windows\\SysWOW64\\"
#: Below System32, what every process sees alike.
_COMMON_FOLDERS = (
    ("catroot",),
    ("catroot2",),
    ("driverstore",),
    ("drivers", "etc"),
    ("logfiles",),
    ("spool",),
)
_OWN_KIND, _TRUE_KIND = "PROCESSOR_ARCHITECTURE", "PROCESSOR_ARCHITEW6432"
#: A variable of the process <- where a 32-bit process has it from, where a 64-bit one.
_FOLDERS = {
    "ProgramFiles": ("ProgramFiles(x86)", "ProgramW6432"),
    "CommonProgramFiles": ("CommonProgramFiles(x86)", "CommonProgramW6432"),
}


def redirected_components(components: tuple[str, ...]) -> tuple[str, ...]:
    """Where the components of a path below ``C:\\`` lead a 32-bit process."""
    if len(components) < 2 or components[0].casefold() != "windows":
        return components
    folder, below = components[1].casefold(), components[2:]
    if folder == "sysnative":
        return (components[0], "System32", *below)
    names = tuple(one.casefold() for one in below[:2])
    if folder != "system32" or any(names[: len(one)] == one for one in _COMMON_FOLDERS):
        return components
    return (components[0], "SysWOW64", *below)


def redirected_path(path: str) -> str:
    """The same for a full path in normal form."""
    drive, *components = path.split("\\")
    return path if drive.upper() != "C:" else "\\".join((drive, *redirected_components(tuple(components))))


def is_32_bit_program(path: str) -> bool:
    """Whether a program of Windows is the one for 32-bit processes, by its full path."""
    return path.lower().startswith(SYSTEM_FOLDER.lower())


def take_variables(variables: MutableMapping[str, str], *, is_32_bit: bool) -> None:
    """Give a new process of 64-bit Windows the variables of its kind, in the place of its parent's."""
    native = variables.get(_TRUE_KIND) or variables.get(_OWN_KIND) or "AMD64"
    if is_32_bit:
        variables[_OWN_KIND], variables[_TRUE_KIND] = "x86", native
    else:
        variables[_OWN_KIND] = native
        variables.pop(_TRUE_KIND, None)
    for name, sources in _FOLDERS.items():
        found = variables.get(sources[0 if is_32_bit else 1])
        if found is not None:
            variables[name] = found
