"""Results that are remembered never outlive a change of the machine, nor the passing of time."""

V2, CIMV2 = "root/virtualization/v2", "root/cimv2"
MACHINES = "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER"


def names(result):
    return [instance.value("ElementName") for instance in result.instances]


def test_the_same_query_without_a_change_gives_the_same_result(wmi):
    first = wmi[V2].query(MACHINES)
    assert wmi[V2].query(MACHINES) is first
    assert first.cache_key is not None


def test_a_change_of_the_machine_is_seen_at_once(wmi):
    assert names(wmi[V2].query(MACHINES + " AND EnabledState = 2")) == ["one"]
    wmi.two.start()
    wmi.advance(60)
    assert names(wmi[V2].query(MACHINES + " AND EnabledState = 2")) == ["one", "two"]


def test_a_machine_that_is_gone_is_no_longer_addressed(wmi):
    two = wmi.two
    assert wmi.machine(two).value("ElementName") == "two"
    two.rename("three")
    assert wmi.machine(two).value("ElementName") == "three"


def test_what_moves_with_time_alone_is_not_remembered(wmi):
    query = MACHINES + " AND OnTimeInMilliseconds > 3600000"
    assert names(wmi[V2].query(query)) == []
    assert wmi[V2].query(query).cache_key is None
    before = wmi.host.revision
    wmi.advance(7200)
    assert names(wmi[V2].query(query)) == ["one"]
    assert wmi.host.revision >= before


def test_volatile_values_of_a_remembered_instance_are_read_anew(wmi):
    (one,) = [each for each in wmi[V2].query(MACHINES).instances if each.value("ElementName") == "one"]
    before = one.value("OnTimeInMilliseconds")
    wmi.advance(5)
    (same,) = [each for each in wmi[V2].query(MACHINES).instances if each.value("ElementName") == "one"]
    assert same.value("OnTimeInMilliseconds") == before + 5000


def test_files_are_never_remembered(wmi):
    query = "SELECT * FROM CIM_DataFile WHERE Name = 'C:\\\\new.txt'"
    assert wmi[CIMV2].query(query).instances == []
    wmi.host.filesystem.write("C:\\new.txt", b"x")
    assert len(wmi[CIMV2].query(query).instances) == 1
