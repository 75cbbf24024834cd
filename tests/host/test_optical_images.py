"""Images of discs that are attached to the host itself."""

import pytest

from emulator.host import FileNotFound, InvalidParameter, InvalidState
from emulator.host.errors import WriteProtected
from emulator.host.storage.optical_images import DamagedImage


def iso(label="TOOLS"):
    data = bytearray(20 * 2048)
    data[0x8001:0x8006] = b"CD001"
    data[0x8028 : 0x8028 + 32] = label.encode().ljust(32)
    return bytes(data)


@pytest.fixture
def image(host):
    host.filesystem.write("C:\\tools.iso", iso())
    return "C:\\tools.iso"


def test_an_image_is_a_drive_that_nothing_can_be_written_to(host, image):
    attached = host.optical_images.attach(image)
    assert (attached.letter, attached.device, attached.volume.label) == ("E", "\\\\.\\CDROM0", "TOOLS")
    for change in (
        lambda: host.filesystem.write("E:\\a.txt", b"a"),
        lambda: host.filesystem.make_directory("E:\\folder"),
        lambda: host.filesystem.set_label("E", "other"),
    ):
        with pytest.raises(WriteProtected):
            change()
    assert host.filesystem.audit() == []
    with pytest.raises(InvalidState):
        host.optical_images.attach("C:\\TOOLS.ISO")
    host.optical_images.detach(image)
    assert host.filesystem.volume("E") is None
    with pytest.raises(InvalidState):
        host.optical_images.detach(image)


def test_an_image_may_have_no_letter(host, image):
    assert host.optical_images.attach(image, with_letter=False).letter == ""
    assert [volume.letter for volume in host.filesystem.volumes] == ["C", "D"]
    host.optical_images.detach(image)


def test_the_letter_of_the_machines_own_drive_is_left_alone(make_host):
    host = make_host(hardware={"optical_drive": True})
    host.filesystem.write("C:\\tools.iso", iso())
    attached = host.optical_images.attach("C:\\tools.iso")
    assert (attached.letter, attached.device) == ("F", "\\\\.\\CDROM1")
    assert host.optical_images.drive_letter() == "E"


def test_what_is_no_image_is_refused(host):
    host.filesystem.write("C:\\text.iso", b"not a disc")
    host.filesystem.write("C:\\text.txt", iso())
    for path, error in (
        ("C:\\text.iso", DamagedImage),
        ("C:\\text.txt", InvalidParameter),
        ("C:\\none.iso", FileNotFound),
    ):
        with pytest.raises(error):
            host.optical_images.attach(path)
    assert list(host.optical_images) == []


def test_a_restart_takes_it_away(host, image):
    from host.restarting import restart

    host.optical_images.attach(image)
    restart(host)
    assert list(host.optical_images) == []
    assert host.filesystem.volume("E") is None
