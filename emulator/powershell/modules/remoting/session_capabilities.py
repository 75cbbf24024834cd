"""Get-PSSessionCapability."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from emulator.powershell.modules.remoting.configuration_errors import require_administrator
from emulator.powershell.modules.remoting.session_configurations import (
    CONFIGURATION_ERROR,
    described_configuration,
    matching,
)
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ConfiguredSessions


@cmdlet("Get-PSSessionCapability")
def get_capability(
    call: CmdletCall, configuration_name: str, username: str, full: bool = False
) -> Iterator[Any]:
    """The commands that somebody would see in a session of a configuration that has a file; with -Full the
    InitialSessionState of such a session."""
    host = require_administrator(call)
    found = matching(host, configuration_name)
    if not found:
        raise call.failure(
            CONFIGURATION_ERROR,
            f'No session configuration matches criteria "{configuration_name}".',
            "CouldNotFindSessionConfiguration",
            "ObjectNotFound",
            configuration_name,
        )
    service = call.service(ConfiguredSessions)
    for plugin in found:
        if not any(key.lower() == "configfilepath" for key in plugin.parameters):
            text = (
                f"Could not get the session capabilities for the session configuration '{plugin.name}': this "
                "configuration was not registered with a session configuration file (.pssc), such as one "
                "created by the New-PSSessionConfigurationFile cmdlet."
            )
            call.error(
                call.record(
                    "System.ArgumentException",
                    text,
                    "SessionConfigurationMustBeFileBased",
                    "InvalidArgument",
                    described_configuration(call, host, plugin),
                )
            )
            continue
        try:
            if full:
                yield service.state_of_user(call.engine, plugin.name, username)
                continue
            runspace = service.of_user(call.engine, plugin.name, username)
        except ValueError:
            raise call.failure(
                "System.ArgumentException",
                f"Could not resolve username '{username}'. Verify the username and try again.",
                "CouldNotResolveUsername",
                "InvalidArgument",
                username,
            ) from None
        shown = PipelineCommand("Get-Command", arguments=(Argument("CommandType", "All"),))
        with closing(runspace):
            result = runspace.run_statements([[shown]])
        problem = result.failure or next(iter(result.errors), None)
        if problem is not None:
            # An empty session has not even Get-Command.
            raise call.complete(PSError(problem))
        yield from result.output
