"""What the WinRM client of a machine says when it does not reach another one, or is not let in: numbers and
sentences of wsmerror.h."""

from emulator.host.winrm.winrm_errors import Reason, Refusal


class ClientError:
    """Why a request got no answer."""

    UNKNOWN_NAME: Reason = (
        0x803380D9,
        "The WinRM client cannot process the request because the server name cannot be resolved.",
    )
    NOT_SERVED: Reason = (
        0x80338012,
        "The client cannot connect to the destination specified in the request. Verify that the service on "
        "the destination is running and is accepting requests. Consult the logs and documentation for the "
        "WS-Management service running on the destination, most commonly IIS or WinRM. If the destination is "
        "the WinRM service, run the following command on the destination to analyze and configure the WinRM "
        'service: "winrm quickconfig".',
    )
    NO_PATH: Reason = (
        0x80338113,
        "The WinRM client sent a request to an HTTP server and got a response saying the requested HTTP URL "
        "was not available. This is usually returned by a HTTP server that does not support the "
        "WS-Management protocol.",
    )
    ACCESS_DENIED: Reason = Refusal.ACCESS_DENIED
    LOGON_FAILURE: Reason = (1326, "The user name or password is incorrect.")
