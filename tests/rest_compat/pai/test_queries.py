"""What PAI's collections do with a query: `q`, simple filters, `sort` and `fields`."""

import pytest

from rest_compat.pai.admin.views import USER
from rest_compat.pai.health.views import PAI_SUMMARY
from tests.rest_compat.pai.lists import column, named

pytestmark = pytest.mark.anyio


# --- q


async def test_the_seeds_first_example_filters(api, scores, world):
    answer = await api.get(
        "/pai/summaries", q=f'(paiScore>=100 AND paiScore<=160) OR userId IN ["{world.ann}", "{world.eve}"]'
    )

    assert sorted(column(answer, "paiScore")) == [75.0, 100.0, 130.0, 160.0]


async def test_the_seeds_second_example_filters_by_its_pattern(api, store, world):
    await named(store, world, ("Act", "Regular"), ("act", "Regular"), ("Active", "Regular"))

    answer = await api.get("/users", q="lastName=Regular AND (firstName LIKE _ct%)")

    assert sorted(column(answer, "firstName")) == ["Act", "Active", "act"]


async def test_the_seeds_own_words_for_users_are_no_filter_of_another_resource(api):
    error = await api.refused("/users", q="accountType=Regular AND (accountStatus LIKE _ct%)")

    assert error["errors"][0]["field"] == "accountType"


async def test_a_bad_q_is_refused(api):
    for q in [
        "nonsense",
        "shoeSize=44",
        "href=x",
        "first_name=Joe",
        "firstName=" + "x" * 4991,
        "(" * 5 + "firstName=Joe" + ")" * 5,
        "(" * 2500,
        "firstName=Joe AND",
        "firstName LIKE",
        "dateOfBirth LIKE 19%",
        "id>x",
        "createdOn>yesterday",
        "createdOn<9999-12-31T23:59:59-12:00",
        "createdOn>0001-01-01T00:00:00+14:00",
        "dateOfBirth>1e30",
        "firstName LIKE \0",
    ]:
        await api.refused("/users", q=q)


async def test_q_may_go_to_its_bounds(api):
    for q in ["firstName=" + "x" * 4990, "(" * 4 + "firstName=Joe" + ")" * 4, ""]:
        assert (await api.get("/users", q=q)).status_code == 200


async def test_an_unfit_value_is_named_as_pai_spells_it(api, scores):
    for params in (
        {"lowZoneLowerLimit": "1.5"},
        {"q": "lowZoneLowerLimit>x"},
        {"lowZoneLowerLimit": "9" * 20},
    ):
        error = await api.refused("/pai/summaries", **params)

        assert error["message"].startswith("lowZoneLowerLimit ")
        assert [nested["field"] for nested in error["errors"]] == ["lowZoneLowerLimit"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("firstName LIKE a%b", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE a_b", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE A%", []),
        ("firstName ILIKE A%B", ["aXb", "a%b", "a_b"]),
        ("firstName LIKE %\\", ["back\\"]),
        ("firstName=back\\", ["back\\"]),
        ('firstName="back\\\\"', ["back\\"]),
        ("firstName=a%b", ["a%b"]),
        ("firstName=a_b", ["a_b"]),
        ("firstName LIKE back\\%", ["back\\"]),
        ("firstName IN [a_b,a%b]", ["a%b", "a_b"]),
        ("firstName=a*b OR firstName LIKE [a]*", []),
    ],
)
async def test_wildcards_and_backslashes_mean_what_the_seed_says(api, store, world, q, found):
    await named(store, world, ("aXb", "T"), ("a%b", "T"), ("a_b", "T"), ("back\\", "T"))

    answer = await api.get("/users", q=f"lastName=T AND ({q})")

    assert sorted(column(answer, "firstName")) == sorted(found)


# --- simple filters


async def test_simple_filters_are_all_applied_and_unknown_ones_ignored(api):
    both = await api.get("/users", firstName="Joe", country="CA", shoeSize="44", first_name="Ann")
    none = await api.get("/users", firstName="Joe", country="NO")

    assert column(both, "firstName") == ["Joe"]
    assert column(none, "firstName") == []


async def test_simple_filters_and_q_are_both_applied(api):
    assert column(await api.get("/users", country="CA", q="firstName=Ann OR firstName=Joe"), "firstName") == [
        "Joe"
    ]


async def test_a_repeated_filter_asks_for_both_values_at_once(api):
    assert column(await api.get("/users", firstName=["Joe", "Ann"]), "firstName") == []
    assert column(await api.get("/users", firstName=["Joe", "Joe"]), "firstName") == ["Joe"]


async def test_a_filter_of_the_wrong_type_is_refused(api):
    for name, value in [
        ("dateOfBirth", "yesterday"),
        ("createdOn", "2024-13-01"),
        ("createdOn", "0001-01-01T00:00:00+14:00"),
        ("createdOn", "1704067200"),
        ("dateOfBirth", "19850201"),
        ("dateOfBirth", "476064000"),
        ("firstName", "\0"),
    ]:
        error = await api.refused("/users", **{name: value})

        assert name in error["message"]


async def test_more_simple_filters_than_a_database_can_join_are_refused(api):
    error = await api.refused("/users", sex=["a"] * 1100)

    assert "50" in error["message"]


@pytest.mark.parametrize(("path", "view"), [("/users", USER), ("/pai/summaries", PAI_SUMMARY)])
async def test_every_field_can_be_filtered_and_sorted_by(api, scores, path, view):
    rows = (await api.get(path)).json()

    for name in view.columns:
        value = next((row[name] for row in rows if row[name] is not None), None)
        down, up = await api.get(path, sort=f"-{name}"), await api.get(path, sort=name)
        assert sorted(column(down, "id")) == sorted(column(up, "id")) == sorted(row["id"] for row in rows)
        if value is not None:
            same = [row["id"] for row in rows if row[name] == value]
            assert sorted(column(await api.get(path, **{name: str(value)}), "id")) == sorted(same)
            assert sorted(column(await api.get(path, q=f'{name}="{value}"'), "id")) == sorted(same)


# --- sort


async def test_sorting_weighs_the_first_field_most_and_a_minus_descends(api, store, world):
    await named(store, world, ("B", "Li"), ("A", "Zed"))

    answer = await api.get("/users", sort="-lastName,firstName")

    assert [(r["lastName"], r["firstName"]) for r in answer.json()] == [
        ("Zed", "A"),
        ("Li", "Ann"),
        ("Li", "B"),
        ("Abo", "Joe"),
    ]
    again = await api.get("/users", sort=["-lastName", "firstName"])
    assert again.json() == answer.json()


async def test_ties_are_broken_by_id(api, scores):
    answer = await api.get("/pai/summaries", sort="timeZone")

    assert column(answer, "id") == sorted(column(answer, "id"))


async def test_an_unknown_sort_field_is_refused(api):
    for sort in ["shoeSize", "first_name", "href", "--firstName", ",", "firstName,", "firstName desc"]:
        await api.refused("/users", sort=sort)


# --- fields


async def test_only_the_fields_asked_for_are_answered(api, world):
    rows = (await api.get("/users", fields="firstName,lastName", sort="firstName")).json()
    one = (await api.get(f"/users/{world.joe}", fields="country")).json()

    assert rows == [{"firstName": "Ann", "lastName": "Li"}, {"firstName": "Joe", "lastName": "Abo"}]
    assert one == {"country": "CA"}


async def test_repeated_and_spaced_fields_are_one_list(api, world):
    repeated = await api.get(f"/users/{world.joe}", fields=["country", "firstName"])
    spaced = await api.get(f"/users/{world.joe}", fields="country, firstName,country")

    assert repeated.json() == spaced.json() == {"country": "CA", "firstName": "Joe"}


async def test_unknown_fields_are_refused_on_lists_and_items(api, world):
    for fields in ["shoeSize", "firstName,shoeSize", "", "firstName,", "first_name", "FirstName", "*"]:
        await api.refused("/users", fields=fields)
        await api.refused(f"/users/{world.joe}", fields=fields)


@pytest.mark.parametrize(("path", "view"), [("/users", USER), ("/pai/summaries", PAI_SUMMARY)])
async def test_every_field_can_be_asked_for_alone(api, scores, path, view):
    for name in view.names:
        assert [list(row) for row in (await api.get(path, fields=name, limit="1")).json()] == [[name]]


async def test_all_fields_come_in_the_documents_order(api, world):
    assert list((await api.get(f"/users/{world.joe}")).json()) == USER.names
