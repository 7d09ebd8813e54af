"""PAI webhooks in the Admin API."""

import pytest

from tests.databases import ONE_DATABASE
from tests.rest_compat.answers import pai_error
from tests.rest_compat.pai.calling import shown

pytestmark = pytest.mark.anyio


async def test_a_webhook_tells_its_secret_once_and_hears_what_it_asked_for(admin):
    wanted = {"url": "https://partner.example.org/hook", "events": ["PaiSummary.Updated", "Activity.Created"]}
    answer = await admin("POST", "/webhooks", wanted | {"description": "Coaches"}, 201)
    path = f"/webhooks/{answer.json()['id']}"
    read = await shown(admin, path)

    assert answer.json()["secret"].startswith("whsec_")
    assert read == {name: value for name, value in answer.json().items() if name != "secret"}
    assert (read["status"], sorted(read["events"])) == ("Active", sorted(wanted["events"]))
    assert answer.json()["secret"] not in (await admin("GET", "/webhooks")).text
    changed = (await admin("PATCH", path, {"status": "Disabled"}, 200)).json()
    assert (changed["status"], changed["disabledReason"]) == ("Disabled", "Switched off by an administrator")
    assert [each["id"] for each in await shown(admin, "/webhooks?status=Disabled")] == [read["id"]]
    replaced = (await admin("PUT", path, changed | {"events": ["Import.Completed"]}, 200)).json()
    assert (replaced["status"], replaced["events"]) == ("Disabled", ["Import.Completed"])
    unsure = (await admin("POST", "/webhooks", wanted | {"status": "Disabled"}, 201)).json()
    assert unsure["status"] == "Disabled"
    pai_error(await admin("GET", "/webhooks?q=events=x"), 400)
    await admin("DELETE", path, status=204)
    pai_error(await admin("GET", path), 404)


@ONE_DATABASE
async def test_a_webhooks_secret_is_told_even_where_the_resource_is_not_wanted_back(admin):
    wanted = {"url": "https://partner.example.org/hook", "events": ["PaiSummary.Updated"]}
    answer = await admin("POST", "/webhooks", wanted, 201, X_No_Return_Resource="")
    path = "/webhooks/" + answer.headers["location"].rpartition("/")[2]

    assert answer.json().keys() == {"secret"}
    assert answer.json()["secret"].startswith("whsec_")
    await admin("GET", path, status=304, If_None_Match=answer.headers["etag"])


@ONE_DATABASE
async def test_a_value_within_a_field_is_named_in_the_vendors_spelling(admin):
    wanted = {"url": "https://partner.example.org/hook", "events": ["PaiSummary.Updated", "GroupEvent.Left"]}
    [told] = pai_error(await admin("POST", "/webhooks", wanted), 400)["errors"]

    assert told["field"] == "events[1]"
    assert "GroupEvent.Joined" in told["message"]


@ONE_DATABASE
async def test_an_organization_has_only_so_many_webhooks(admin, store):
    wanted = {"url": "https://partner.example.org/hook", "events": ["PaiSummary.Updated"]}
    for _ in range(store.settings.max_webhooks):
        await admin("POST", "/webhooks", wanted, 201)

    pai_error(await admin("POST", "/webhooks", wanted), 409)
