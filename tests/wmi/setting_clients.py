"""How a client writes settings, and changes and adds what they describe."""

V2 = "root/virtualization/v2"
VSSD = "Msvm_VirtualSystemSettingData"


def setting(name, value):
    """A property as a client writes it that takes every value for text."""
    return f'<PROPERTY NAME="{name}" TYPE="string"><VALUE>{value}</VALUE></PROPERTY>'


def modify_system(wmi, vm, **values):
    text = wmi.embedded(VSSD, {"InstanceID": f"Microsoft:{vm.id}", **values})
    return wmi.manage("ModifySystemSettings", SystemSettings=text)


def modify(wmi, instance, **values):
    text = wmi.embedded(instance.declaration.name, {"InstanceID": instance.value("InstanceID"), **values})
    return wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value


def add(wmi, vm, class_name, **values):
    path = f'{VSSD}.InstanceID="Microsoft:{vm.id}"'
    text = wmi.embedded(class_name, values)
    return wmi.manage("AddResourceSettings", AffectedConfiguration=path, ResourceSettings=[text])


def added(wmi, result):
    assert result.return_value == 0, result
    assert list(result.out) == ["ResultingResourceSettings", "Job"]
    assert result.out["Job"] is None
    (path,) = result.out["ResultingResourceSettings"]
    return wmi[V2].find(path)
