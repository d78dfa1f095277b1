"""Which addresses are of the public internet, also where one address carries another."""

import ipaddress

import pytest

from nova_app.domain.networks import is_public

INSIDE = (
    *("127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "::127.0.0.1"),
)
CARRIED = ("::ffff:{}", "64:ff9b::{}")


@pytest.mark.parametrize("address", INSIDE)
def test_private_reserved_and_shared_addresses_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("form", CARRIED)
@pytest.mark.parametrize("address", [item for item in INSIDE if "." in item and ":" not in item])
def test_nor_is_one_that_another_address_carries(form, address):
    assert not is_public(ipaddress.ip_address(form.format(address)))


@pytest.mark.parametrize("address", ["2002:7f00:1::1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"])
def test_nor_is_one_that_leads_through_a_tunnel_to_the_inside(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::93.184.215.14", "2002:5db8:d70e::1"],
)
def test_the_public_internet_is(address):
    assert is_public(ipaddress.ip_address(address))
