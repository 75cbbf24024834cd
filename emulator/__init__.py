"""hyperv-emulator: a fake Windows machine with Hyper-V that answers WinRM like a real one."""

__version__ = "0.1.0"
