"""Every operation of AI Endurance's partner-based API: the two the seed has."""

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
        issue=3,
        example=Example(
            json={
                "bulk_fit_transfer_complete": True,
                "source": "garmin",
                "is_initial_import": False,
                "user_id": "1234",
                "event_id": "import-1",
            }
        ),
    ),
)


def spellings(path):
    """With the slash as documented, and without it (contracts 3.1)."""
    return path, path.rstrip("/")
