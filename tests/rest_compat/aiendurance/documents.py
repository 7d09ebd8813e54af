"""Every operation of AI Endurance's partner-based API: the two the seed has, and what reads their outcome back."""

from tests.rest_compat.operations import Credential, Example, Operation

FILE = {
    "file_type": "FIT",
    "activity_name": "Lunch run",
    "priority": 1,
    "user_id": "1234",
    "source": "garmin",
    "overwrite_mode": False,
    "start_time_in_seconds": "1717243200",
    "callback_url": "{fitFile}",
    "summary_id": "lunch.fit",
}

TASK = {
    "bulk_fit_transfer_complete": True,
    "source": "garmin",
    "is_initial_import": False,
    "user_id": "1234",
    "event_id": "import-1",
}

OPERATIONS = (
    Operation(
        "POST",
        "/api/fit_partner_ping/",
        "Announce FIT files, each at a URL or as base64",
        "Partner",
        Credential.PARTNER,
        "seed",
        example=Example(json={"activity_files": [FILE]}),
        bad={
            "the list is missing": Example(json={}),
            "the body is a list": Example(json=[FILE]),
            "a file is no object": Example(json={"activity_files": ["lunch.fit"]}),
            "a field is missing": Example(json={"activity_files": [FILE, {**FILE, "user_id": None}]}),
        },
    ),
    Operation(
        "POST",
        "/api/task_partner/",
        "Say that a bulk import is complete",
        "Partner",
        Credential.PARTNER,
        "seed",
        example=Example(json=TASK),
        bad={
            "it is empty": Example(json={}),
            "it is a list": Example(json=[TASK]),
            "the transfer is not complete": Example(json={**TASK, "bulk_fit_transfer_complete": False}),
            "a field is missing": Example(json={**TASK, "source": None}),
        },
    ),
    Operation(
        "GET",
        "/api/fit_partner_ping/",
        "List the files that were announced: their state and what is wrong with them",
        "Partner",
        Credential.PARTNER,
        "ours",
        example=Example(params={"user_id": "1234", "limit": "100"}),
        bad={
            "no such state": Example(params={"state": "lost"}),
            "no such filter": Example(params={"name": "lunch"}),
            "the page is too large": Example(params={"limit": "101"}),
        },
    ),
    Operation(
        "GET",
        "/api/task_partner/",
        "List the imports and how far they have come",
        "Partner",
        Credential.PARTNER,
        "ours",
        bad={
            "no such state": Example(params={"status": "lost"}),
            "no such filter": Example(params={"state": "running"}),
            "the offset is no number": Example(params={"offset": "-1"}),
        },
    ),
    Operation(
        "GET",
        "/api/task_partner/{importId}/",
        "Get an import by its event_id or its id",
        "Partner",
        Credential.PARTNER,
        "ours",
        bad={"it takes no query": Example(params={"fields": "status"})},
    ),
)


def spellings(path):
    """With the slash as documented, and without it (contracts 3.1)."""
    return path, path.rstrip("/")
