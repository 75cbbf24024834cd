"""The objects of the module as PowerShell sees them: one table of property readers a class."""
