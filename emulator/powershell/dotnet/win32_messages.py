"""The texts of Windows' error codes (FormatMessage), as far as the machine gives such codes.

Source: winerror.h, as the documentation of system error codes lists it.
"""

from __future__ import annotations

from emulator.powershell.dotnet.exceptions import NetError
from emulator.signed_numbers import signed32

_MESSAGES = {
    0: "The operation completed successfully",
    1: "Incorrect function",
    2: "The system cannot find the file specified",
    3: "The system cannot find the path specified",
    4: "The system cannot open the file",
    5: "Access is denied",
    6: "The handle is invalid",
    8: "Not enough storage is available to process this command",
    13: "The data is invalid",
    14: "Not enough storage is available to complete this operation",
    18: "There are no more files",
    19: "The media is write protected",
    21: "The device is not ready",
    31: "A device attached to the system is not functioning",
    32: "The process cannot access the file because it is being used by another process",
    38: "Reached the end of the file",
    50: "The request is not supported",
    53: "The network path was not found",
    67: "The network name cannot be found",
    80: "The file exists",
    87: "The parameter is incorrect",
    109: "The pipe has been ended",
    110: "The system cannot open the device or file specified",
    111: "The file name is too long",
    112: "There is not enough space on the disk",
    120: "This function is not supported on this system",
    122: "The data area passed to a system call is too small",
    123: "The filename, directory name, or volume label syntax is incorrect",
    126: "The specified module could not be found",
    127: "The specified procedure could not be found",
    145: "The directory is not empty",
    161: "The specified path is invalid",
    170: "The requested resource is in use",
    183: "Cannot create a file when that file already exists",
    193: "%1 is not a valid Win32 application",
    203: "The system could not find the environment option that was entered",
    206: "The filename or extension is too long",
    232: "The pipe is being closed",
    234: "More data is available",
    258: "The wait operation timed out",
    259: "No more data is available",
    267: "The directory name is invalid",
    298: "Too many posts were made to a semaphore",
    299: "Only part of a ReadProcessMemory or WriteProcessMemory request was completed",
    317: "The system cannot find message text for message number 0x%1 in the message file for %2",
    487: "Attempt to access invalid address",
    995: "The I/O operation has been aborted because of either a thread exit or an application request",
    997: "Overlapped I/O operation is in progress",
    998: "Invalid access to memory location",
    1004: "Invalid flags",
    1008: "An attempt was made to reference a token that does not exist",
    1051: ("A stop control has been sent to a service that other running services are dependent on"),
    1052: "The requested control is not valid for this service",
    1053: "The service did not respond to the start or control request in a timely fashion",
    1055: "The service database is locked",
    1056: "An instance of the service is already running",
    1057: (
        "The account name is invalid or does not exist, or the password is invalid for the account name "
        "specified"
    ),
    1058: (
        "The service cannot be started, either because it is disabled or because it has no enabled devices "
        "associated with it"
    ),
    1059: "Circular service dependency was specified",
    1060: "The specified service does not exist as an installed service",
    1061: "The service cannot accept control messages at this time",
    1062: "The service has not been started",
    1064: "An exception occurred in the service when handling the control request",
    1065: "The database specified does not exist",
    1069: "The service did not start due to a logon failure",
    1072: "The specified service has been marked for deletion",
    1073: "The specified service already exists",
    1075: "The dependency service does not exist or has been marked for deletion",
    1078: "The name is already in use as either a service name or a service display name",
    1115: "A system shutdown is in progress",
    1116: "Unable to abort the system shutdown because no shutdown was in progress",
    1168: "Element not found",
    1190: "A system shutdown has already been scheduled",
    1219: (
        "Multiple connections to a server or shared resource by the same user, using more than one user "
        "name, are not allowed. Disconnect all previous connections to the server or shared resource and "
        "try again"
    ),
    1223: "The operation was canceled by the user",
    1300: "Not all privileges or groups referenced are assigned to the caller",
    1305: "The revision level is unknown",
    1307: "This security ID may not be assigned as the owner of this object",
    1312: "A specified logon session does not exist. It may already have been terminated",
    1313: "A specified privilege does not exist",
    1314: "A required privilege is not held by the client",
    1315: "The name provided is not a properly formed account name",
    1316: "The specified account already exists",
    1317: "The specified account does not exist",
    1318: "The specified group already exists",
    1319: "The specified group does not exist",
    1320: (
        "Either the specified user account is already a member of the specified group, or the specified "
        "group cannot be deleted because it contains a member"
    ),
    1321: "The specified user account is not a member of the specified group account",
    1322: "This operation is disallowed as it could result in an administration account being disabled, "
    "deleted or unable to logon",
    1323: "Unable to update the password. The value provided as the current password is incorrect",
    1324: (
        "Unable to update the password. The value provided for the new password contains values that are "
        "not allowed in passwords"
    ),
    1325: (
        "Unable to update the password. The value provided for the new password does not meet the length, "
        "complexity, or history requirements of the domain"
    ),
    1326: "The user name or password is incorrect",
    1327: (
        "Account restrictions are preventing this user from signing in. For example: blank passwords aren't "
        "allowed, sign-in times are limited, or a policy restriction has been enforced"
    ),
    1328: "Your account has time restrictions that keep you from signing in right now",
    1330: "The password for this account has expired",
    1331: "This user can't sign in because this account is currently disabled",
    1332: "No mapping between account names and security IDs was done",
    1336: "The access control list (ACL) structure is invalid",
    1337: "The security ID structure is invalid",
    1338: "The security descriptor structure is invalid",
    1355: "The specified domain either does not exist or could not be contacted",
    1371: "Cannot perform this operation on built-in accounts",
    1376: "The specified local group does not exist",
    1377: "The specified account name is not a member of the group",
    1378: "The specified account name is already a member of the group",
    1379: "The specified local group already exists",
    1385: "Logon failure: the user has not been granted the requested logon type at this computer",
    1387: "A member could not be added to or removed from the local group because the member does not exist",
    1388: ("A new member could not be added to a local group because the member has the wrong account type"),
    1722: "The RPC server is unavailable",
    1793: "The user's account has expired",
    1907: "The user's password must be changed before signing in",
    1909: "The referenced account is currently locked out and may not be logged on to",
    2202: "The specified username is invalid",
    2220: "The group name could not be found",
    2221: "The user name could not be found",
    2223: "The group already exists",
    2224: "The account already exists",
    2226: "This operation is only allowed on the primary domain controller of the domain",
    2245: (
        "The password does not meet the password policy requirements. Check the minimum password length, "
        "password complexity and password history requirements"
    ),
    2250: "The network connection could not be found",
    4390: "The file or directory is not a reparse point",
}


def message_of(code: int) -> str:
    """The text of an error code without its full stop, as Win32Exception shows it."""
    return _MESSAGES.get(code) or f"Unknown error (0x{code & 0xFFFFFFFF:x})"


def message_of_result(code: int) -> str:
    """The text of an HRESULT, as Marshal gives it."""
    number = code & 0xFFFFFFFF
    shown = f"(Exception from HRESULT: 0x{number:08X})"
    if number >> 16 == 0x8007 and number & 0xFFFF in _MESSAGES:
        return f"{_MESSAGES[number & 0xFFFF]}. {shown}"
    return f"Exception from HRESULT: 0x{number:08X}"


#: Which exception the runtime makes of an HRESULT that a COM method returned.
_EXCEPTIONS = {
    0x80070005: "System.UnauthorizedAccessException",
    0x80070002: "System.IO.FileNotFoundException",
    0x80070003: "System.IO.DirectoryNotFoundException",
    0x8007000E: "System.OutOfMemoryException",
    0x80070057: "System.ArgumentException",
    0x80004001: "System.NotImplementedException",
    0x80004003: "System.NullReferenceException",
    0x80004002: "System.InvalidCastException",
}


def exception_of_result(code: int) -> str:
    """The name of the exception of an HRESULT."""
    return _EXCEPTIONS.get(code & 0xFFFFFFFF, "System.Runtime.InteropServices.COMException")


def com_exception(code: int, text: str) -> NetError:
    """The exception of a COM method that returned an HRESULT with a text of its own."""
    number = code & 0xFFFFFFFF
    shown = f"{text.rstrip('.')}. (Exception from HRESULT: 0x{number:08X})"
    return NetError(exception_of_result(number), shown, hresult=signed32(number))
