"""Start a virtual machine on a fake host and look at it through two doors.

pip install hyperv-emulator pywinrm
python examples/start_a_virtual_machine.py
"""

import winrm

from emulator import HyperVHost

with HyperVHost("windows-server-2022-datacenter", clock="fast") as host:
    user = host.profile.users[0]
    session = winrm.Session(host.http_url, auth=(user.name, user.password), transport="ntlm")
    session.run_ps("New-VM -Name ci01 -Generation 2 -MemoryStartupBytes 1GB | Out-Null; Start-VM ci01")
    print(session.run_ps("Get-VM ci01 | Select-Object Name,State | ConvertTo-Json").std_out.decode())
    (vm,) = host.machine.virtual_machines.find("ci01")
    print("seen from inside:", vm.name, vm.state.name)
