"""A small bulk import, killed three times on its way."""

from tests.trials.bulk_import import Plan, trial, verdicts


def test_an_import_that_is_killed_again_and_again_is_the_same_as_one_that_is_not():
    plan = Plan(files=12, kills=3)

    assert all((found := verdicts(plan, *trial(plan, lambda *_: None))).values()), found
