"""The types of files of a fresh Windows and what the shell does with them: HKEY_CLASSES_ROOT."""

from collections.abc import Iterator

from emulator.host.windows.registry_key import RegistryValue, ValueKind, text

CLASSES = "SOFTWARE\\Classes"
_NOTEPAD = "%SystemRoot%\\system32\\NOTEPAD.EXE"
_OPEN, _PRINT = f"{_NOTEPAD} %1", f"{_NOTEPAD} /p %1"
_ITSELF = '"%1" %*'
#: Class of files -> verbs with their commands, from memory of the registry of a fresh Windows.
_COMMANDS: dict[str, dict[str, str]] = {
    "batfile": {"edit": _OPEN, "open": _ITSELF, "print": _PRINT, "runas": _ITSELF},
    "cmdfile": {"edit": _OPEN, "open": _ITSELF, "print": _PRINT, "runas": _ITSELF},
    "comfile": {"open": _ITSELF},
    "exefile": {"open": _ITSELF, "runas": _ITSELF},
    "inffile": {"open": _OPEN, "print": _PRINT},
    "inifile": {"open": _OPEN, "print": _PRINT},
    "Microsoft.PowerShellData.1": {"open": f'{_NOTEPAD} "%1"'},
    "Microsoft.PowerShellModule.1": {"open": f'{_NOTEPAD} "%1"'},
    "Microsoft.PowerShellScript.1": {"open": f'{_NOTEPAD} "%1"'},
    "txtfile": {"open": _OPEN, "print": _PRINT},
}
_TYPES = {
    ".bat": "batfile",
    ".cmd": "cmdfile",
    ".com": "comfile",
    ".exe": "exefile",
    ".inf": "inffile",
    ".ini": "inifile",
    ".log": "txtfile",
    ".ps1": "Microsoft.PowerShellScript.1",
    ".psd1": "Microsoft.PowerShellData.1",
    ".psm1": "Microsoft.PowerShellModule.1",
    ".txt": "txtfile",
}


def fresh_classes() -> Iterator[tuple[str, RegistryValue]]:
    """Keys below HKEY_LOCAL_MACHINE with their default values."""
    for kind, name in _TYPES.items():
        yield f"{CLASSES}\\{kind}", text("", name)
    for name, commands in _COMMANDS.items():
        for verb, command in commands.items():
            made = RegistryValue("", ValueKind.REG_EXPAND_SZ, command)
            yield f"{CLASSES}\\{name}\\shell\\{verb}\\command", made
