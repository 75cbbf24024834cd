"""What the cmdlets of the module do, one file an area. Each composes operations of the machine and adds no
rule."""
