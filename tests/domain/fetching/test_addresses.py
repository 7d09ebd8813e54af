import pytest

from domain.fetching.addresses import address_of, may_connect

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255",
    "198.17.255.255", "198.20.0.0", "223.255.255.254", "2606:4700::1111", "2001:4860:4860::8888",
    "2a00:1450:4001::200e", "2001:200::1", "2003::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
]  # fmt: skip
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
    "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.0", "172.31.255.255",
    "192.0.0.1", "192.0.0.9", "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1",
    "192.168.0.0", "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::2", "::7f00:1", "::1.1.1.1", "::ffff:0.0.0.0", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::ffff:224.0.0.1", "::ffff:0:1.1.1.1", "64:ff9b::", "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::224.0.0.1", "64:ff9b:1::1.1.1.1", "64:ff9b:1:ffff::127.0.0.1",
    "64:ff9b:2::1.1.1.1", "100::1", "100:0:0:1::1", "1fff::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::",
    "2002:101:101::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1",
    "2606:4700::5efe:1.1.1.1", "2606:4700::200:5efe:127.0.0.1",
    "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "feff::1", "ff00::1", "ff02::1", "ff0e::1",
]  # fmt: skip
NO_ADDRESS = [
    "", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01", "127.0.0.1 ", "127.0.0.1.",
    "１.1.1.1",  # noqa: RUF001
    "1.1.1.1/32", "fe80::1%eth0", "2606:4700::1111%1", "[::1]", "::1::", "example.org",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_connected_to(text):
    assert may_connect(address_of(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_public_may_not(text):
    assert not may_connect(address_of(text))


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_a_text_that_is_not_exactly_an_address_is_none(text):
    assert address_of(text) is None


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "127.1.2.3", "10.0.0.1", "172.31.0.1", "192.168.1.1", "::1", "fd00::2"]
)
def test_development_may_connect_to_its_own_machine_and_network(text):
    assert may_connect(address_of(text), allow_private=True)
    assert may_connect(address_of("1.1.1.1"), allow_private=True)


@pytest.mark.parametrize(
    "text", ["0.0.0.0", "169.254.169.254", "224.0.0.1", "240.0.0.1", "::", "fe80::1", "ff02::1"]
)
def test_development_may_not_connect_to_metadata_or_to_nobody(text):
    assert not may_connect(address_of(text), allow_private=True)
