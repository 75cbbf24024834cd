# hyperv-emulator pester examples/machines.Tests.ps1

BeforeAll {
    function New-BuildMachine([string]$Name, [long]$Memory = 1GB) {
        $machine = New-VM -Name $Name -Generation 2 -MemoryStartupBytes $Memory
        Start-VM -VM $machine
        Get-VM -Name $Name
    }
}

Describe "New-BuildMachine" {
    It "starts a machine with <label>" -TestCases @(
        @{ label = "1 GB"; memory = 1GB }
        @{ label = "2 GB"; memory = 2GB }
    ) {
        $machine = New-BuildMachine -Name "build $label" -Memory $memory
        $machine.State | Should -Be "Running"
        $machine.MemoryStartup | Should -Be $memory
    }

    It "starts nothing when the machine cannot be made" {
        Mock New-VM { throw "no space left" }
        Mock Start-VM
        { New-BuildMachine -Name broken } | Should -Throw "no space left"
        Should -Not -Invoke Start-VM
    }
}
