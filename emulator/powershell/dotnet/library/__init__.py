"""The types of .NET and of PowerShell that scripts use, by table.

`catalog.load_builtin` fills the registry.
"""
