"""Every operation of the SmartRunning Partner API: the four the seed has."""

from tests.rest_compat.operations import Credential, Example, Operation

BAD = {
    "a page that is no number": Example(params={"page": "first"}),
    "a size that is no number": Example(params={"per_page": "1.5"}),
    "an instant that is none": Example(params={"updatedSince": "yesterday"}),
    "a search that is too long": Example(params={"search": "x" * 201}),
    "a boolean that is none": Example(params={"includeDeleted": "maybe"}),
}

OPERATIONS = (
    Operation(
        "GET",
        "/api/workout-templates",
        "List public workout templates",
        "Partner",
        Credential.KEY,
        "seed",
        example=Example(
            params={
                "search": "easy",
                "page": "1",
                "per_page": "5",
                "updatedSince": "2020-01-01T00:00:00Z",
                "category": "easy",
            }
        ),
        bad=BAD,
    ),
    Operation(
        "GET",
        "/api/workout-templates/{workoutId}",
        "Fetch a single workout template",
        "Partner",
        Credential.KEY,
        "seed",
    ),
    Operation(
        "GET",
        "/api/training-plan-templates",
        "List public training plan templates",
        "Partner",
        Credential.KEY,
        "seed",
        example=Example(params={"search": "km", "goalDistance": "10k", "updatedSince": "2020-01-01"}),
        bad=BAD,
    ),
    Operation(
        "GET",
        "/api/training-plan-templates/{planId}",
        "Fetch a single training plan template",
        "Partner",
        Credential.KEY,
        "seed",
    ),
)


def spellings(path):
    return (path,)
