"""What tools ask before they run scripts: whether the machine restricts them."""


def test_no_policy_restricts_scripts(shell):
    script = (
        "using namespace System.Management.Automation.Security\n"
        "[SystemPolicy]::GetSystemLockdownPolicy(); [SystemPolicy]::GetSystemLockdownPolicy() -eq 'Enforce'\n"
        "[SystemPolicy]::GetLockdownPolicy('C:\\x.ps1', $null)"
    )
    assert shell.texts(script) == ["None", "False", "None"]
