"""PowerShell remoting (MS-PSRP) over shells: runspace pools, pipelines, host calls, without any SOAP."""

from emulator.shells.powershell.pool import PoolRequest, RunspacePoolShell

__all__ = ["PoolRequest", "RunspacePoolShell"]
