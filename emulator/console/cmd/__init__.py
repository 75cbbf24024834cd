"""cmd.exe: its parser, its percent expansion and its built-in commands."""
