"""CIM and WMI for scripts: the CimCmdlets module and the WMI cmdlets of Microsoft.PowerShell.Management."""
