"""Partners as an operator keeps them: what is changed counts from the partner's next call on."""

import pytest

from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.identity import partner_settings
from domain.identity.partner_settings import PartnerSettings
from domain.listing import Listing
from domain.viewer import SYSTEM
from tests.rest_compat.aiendurance.pinging import Partner
from tests.rest_compat.answers import aiendurance_error

pytestmark = pytest.mark.anyio


@pytest.fixture
def operator(store, world):
    """Runs one of the operator's operations in a unit of its own."""

    async def run(operation, *arguments, viewer=SYSTEM):
        async with store.writing(viewer) as unit:
            return await operation(unit, *arguments)

    return run


@pytest.fixture
async def zeta(operator, client, store, world):
    issued = await operator(
        partner_settings.create, world.organization, "zeta", PartnerSettings(creates_users=True)
    )
    return Partner(client, store, headers_of(issued))


def headers_of(issued):
    return {"Authorization": f"Bearer {issued.auth_key}", "Partner-Id": issued.partner_id}


def changed(operator, **settings):
    return operator(partner_settings.change, "zeta", PartnerSettings(**settings))


async def test_a_new_partner_may_ping_until_it_is_switched_off(zeta, operator):
    assert await zeta.rejected({"user_id": "new"}) == []

    await changed(operator, active=False)
    aiendurance_error(await zeta.ping({}), 401)
    aiendurance_error(await zeta.task(), 401)

    await changed(operator, active=True, creates_users=False)
    assert await zeta.rejected({"user_id": "newer"}) == [(0, "unknown_user")]


async def test_files_come_from_the_hosts_that_were_agreed_on(zeta, operator):
    urls = [
        "https://files.example.org/a.fit",
        "https://eu.cdn.example.org/a.fit",
        "https://cdn.example.org/a.fit",
        "https://files.example.org.evil.example/a.fit",
        "https://evil.example/files.example.org",
    ]
    files = [{"callback_url": url, "summary_id": url, "priority": 0} for url in urls]
    assert await zeta.rejected(*files) == []

    await changed(operator, callback_hosts=["Files.example.org", ".cdn.example.org"])

    assert await zeta.rejected(*files) == [(n, "forbidden_url") for n in (2, 3, 4)]
    assert await zeta.rejected({}) == [], "what comes along needs no host"


async def test_a_rotation_renews_the_key_and_the_secret(zeta, operator, store):
    before = dict(zeta.headers)
    issued = [await operator(partner_settings.rotate, "zeta") for _ in range(2)]

    assert issued[0].signing_secret != issued[1].signing_secret
    assert issued[0].signing_secret.startswith("whsec_")
    aiendurance_error(await zeta.ping({}), 401)
    zeta.headers = headers_of(issued[1])
    assert await zeta.rejected({}) == []
    async with store.reading(SYSTEM) as unit:
        rows = (await partner_settings.list_partners(unit, Listing())).rows
    told = str([tuple(row) for row in rows])
    assert {row.partner_id for row in rows} == {"acme", "zeta"}
    for secret in (issued[1].auth_key, issued[1].signing_secret, before["Authorization"]):
        assert secret not in told


async def test_what_can_never_be_called_is_refused_when_it_is_set(operator, world):
    for wrong in [
        {"event_url": "http://partner.example/hook"},
        {"event_url": "https://127.0.0.1/hook"},
        {"event_url": "https://169.254.169.254/"},
        {"event_url": "https://user:password@partner.example/"},
        {"event_url": "https://gateway.internal/"},
        {"event_url": "nonsense"},
        {"callback_hosts": ["files.example.org", "10.0.0.1"]},
        {"callback_hosts": ["https://files.example.org"]},
        {"callback_hosts": ["files.example.org/path"]},
        {"callback_hosts": [""]},
        {"callback_hosts": ["."]},
        {"callback_hosts": ["*.example.org"]},
    ]:
        with pytest.raises(Invalid):
            await operator(partner_settings.change, world.partner_id, PartnerSettings(**wrong))


async def test_an_event_url_needs_none_of_the_hosts_and_can_be_taken_away(operator, store, world):
    given = PartnerSettings(
        callback_hosts=["files.example.org"], event_url="https://partner.example/hook?t=1"
    )
    for settings, expected in [(given, given.event_url), (PartnerSettings(event_url=""), None)]:
        await operator(partner_settings.change, world.partner_id, settings)
        async with store.reading(SYSTEM) as unit:
            [row] = (await partner_settings.list_partners(unit, Listing())).rows
        assert (row.event_url, row.callback_hosts) == (expected, ["files.example.org"])


async def test_only_the_operator_keeps_partners_and_an_id_is_given_once(operator, world):
    partner = await world.partner_viewer()
    for operation in (partner_settings.rotate, partner_settings.change):
        arguments = (PartnerSettings(active=True),) if operation is partner_settings.change else ()
        with pytest.raises(Forbidden):
            await operator(operation, world.partner_id, *arguments, viewer=partner)
        with pytest.raises(NotFound):
            await operator(operation, "nobody", *arguments)
    with pytest.raises(Conflict):
        await operator(partner_settings.create, world.organization, world.partner_id, PartnerSettings())
    for odd in ("", "a b", "\u00e4", "x" * 101):
        with pytest.raises(Invalid):
            await operator(partner_settings.create, world.organization, odd, PartnerSettings())
    with pytest.raises(NotFound):
        await operator(partner_settings.create, world.ann, "new", PartnerSettings())
