"""Every operation of GOFA AI Training: the 23 the seed has, and what they need of AI Move and of sign-in."""

from tests.rest_compat.operations import Credential, Example, Operation

USER, ADMIN, NONE = Credential.END_USER, Credential.CLIENT_ADMIN, Credential.NONE
OF_USER = "/api/client/{clientId}/users/{userId}/ai-training"
TEMPLATES = "/api/b2b/ai-training/routine-templates"
TEMPLATE = {
    "name": "Monday",
    "goal": "balance",
    "intensity": "low",
    "estimatedDurationMinutes": 15,
    "steps": [{"kind": "ai-move", "exerciseId": "squat", "block": "main", "targetValue": 8}],
}
NOT_JSON, LIST = "not a JSON object", Example(json=["x"])
WISHES = {
    NOT_JSON: LIST,
    "goal is no text": Example(json={"goal": 7}),
    "an intensity nobody knows": Example(json={"intensity": "brutal"}),
    "frequency is text": Example(json={"frequency": "3"}),
    "no session at all": Example(json={"frequency": 0}),
    "half a session": Example(json={"frequency": 2.5}),
    "true is no number": Example(json={"frequency": True}),
    "a session of a minute": Example(json={"preferredSessionDurationMinutes": 1}),
    "equipment is text": Example(json={"equipmentAvailability": "chair"}),
    "equipment with NUL": Example(json={"equipmentAvailability": ["a\0"]}),
    "a flag that is text": Example(json={"allowDuplicateRoutineTemplates": "yes"}),
}


def _op(method, path, purpose, api, credential, success=200, source="seed", example=Example(), **bad):  # noqa: B008, PLR0917
    return Operation(
        method, path, purpose, api, credential, source, success, example=example, bad=bad.get("bad", {})
    )


OPERATIONS = (
    _op("GET", "/api/ai-training/my-plan", "Get one's latest plan", "End user", USER),
    _op("POST", "/api/ai-training/my-plan/generate", "Generate a starter plan", "End user", USER, 201, bad=WISHES),
    _op(
        "GET", "/api/ai-training/my-routine-queue", "List what is queued or begun", "End user", USER,
        bad={"a flag that is none": Example(params={"allowDuplicateRoutineTemplates": "maybe"})},
    ),
    _op(
        "POST", "/api/ai-training/routine-runs", "Start a queued routine", "End user", USER, 201,
        example=Example(json={"routineInstanceId": "{instance}", "startedFrom": "dashboard"}),
        bad={
            NOT_JSON: LIST,
            "no instance": Example(json={"startedFrom": "dashboard"}),
            "no entry point": Example(json={"routineInstanceId": "{instance}"}),
            "an empty entry point": Example(json={"routineInstanceId": "{instance}", "startedFrom": ""}),
            "an entry point with NUL": Example(json={"routineInstanceId": "{instance}", "startedFrom": "\0"}),
        },
    ),
    _op("GET", "/api/ai-training/routine-runs", "List one's runs", "End user", USER),
    _op("GET", "/api/ai-training/routine-runs/{routineRunId}", "Get a run", "End user", USER),
    _op(
        "PATCH", "/api/ai-training/routine-runs/{routineRunId}", "Change a run", "End user", USER,
        example=Example(json={"status": "in-progress", "currentStepIndex": 1}),
        bad={
            NOT_JSON: LIST,
            "nothing": Example(json={}),
            "a status nobody knows": Example(json={"status": "done"}),
            "a step that is not there": Example(json={"currentStepIndex": 99}),
            "a step before the first": Example(json={"currentStepIndex": -1}),
        },
    ),
    _op(
        "POST", "/api/ai-training/routine-runs/{routineRunId}/sync", "Synchronize a run with AI Move", "End user", USER,
        example=Example(json={"sequenceIndex": 3, "guidedComplete": True}),
        bad={
            NOT_JSON: LIST,
            "both": Example(json={"sequenceIndex": 3, "guidedComplete": True, "skipped": True}),
            "which step": Example(json={"skipped": True}),
            "no guided step": Example(json={"sequenceIndex": 0, "guidedComplete": True}),
            "a step that is not there": Example(json={"sequenceIndex": 4}),
            "an index that is text": Example(json={"sequenceIndex": "0"}),
            "a flag that is a number": Example(json={"sequenceIndex": 3, "skipped": 1}),
        },
    ),
    _op(
        "POST", "/api/ai-training/routine-instances/{routineInstanceId}/defer", "Put a queued routine off", "End user",
        USER,
    ),
    _op("GET", "/api/ai-training/progress-report", "How steadily one trains", "End user", USER),
    _op(
        "GET", "/api/ai-training/records", "List a client's runs", "Admin", ADMIN,
        example=Example(params={"clientId": "{clientId}", "limit": "5"}),
        bad={
            "no limit": Example(params={"limit": ""}),
            "less than one": Example(params={"limit": "0"}),
            "a limit that is none": Example(params={"limit": "ten"}),
            "below nothing": Example(params={"limit": "-1"}),
        },
    ),
    _op("GET", OF_USER + "/plan", "Get a user's latest plan", "Admin", ADMIN),
    _op("POST", OF_USER + "/assign-starter-plan", "Generate a user's plan", "Admin", ADMIN, 201, bad=WISHES),
    _op(
        "POST", OF_USER + "/assign-routine-template", "Give a user a routine", "Admin", ADMIN, 201,
        example=Example(json={"routineTemplateId": "{template}", "allowDuplicateRoutineTemplates": True}),
        bad={NOT_JSON: LIST, "no template": Example(json={}), "a place below nothing": Example(
            json={"routineTemplateId": "{template}", "queueIndex": -1})},
    ),
    _op("GET", OF_USER + "/routine-runs", "List a user's runs", "Admin", ADMIN),
    _op("GET", TEMPLATES, "List one's own and the library's templates", "B2B", ADMIN),
    _op(
        "POST", TEMPLATES, "Write a routine template", "B2B", ADMIN, 201, example=Example(json=TEMPLATE),
        bad={
            NOT_JSON: LIST,
            "no name": Example(json={"goal": "balance"}),
            "a kind nobody knows": Example(json=TEMPLATE | {"steps": [{"kind": "swim"}]}),
            "no exercise": Example(json=TEMPLATE | {"steps": [{"kind": "ai-move"}]}),
            "a guided step without words": Example(json=TEMPLATE | {"steps": [{"kind": "guided"}]}),
            "the same id twice": Example(json=TEMPLATE | {"steps": [
                {"kind": "guided", "title": "a", "stepId": "x"}, {"kind": "guided", "title": "b", "stepId": "x"}]}),
            "a warm-up at the end": Example(json=TEMPLATE | {"steps": [
                {"kind": "guided", "title": "a"}, {"kind": "guided", "title": "b", "block": "warmup"}]}),
            "a hundred and one steps": Example(json=TEMPLATE | {"steps": [{"kind": "guided", "title": "a"}] * 101}),
            "a risk nobody knows": Example(json=TEMPLATE | {"riskTiers": ["extreme"]}),
            "a name with NUL": Example(json=TEMPLATE | {"name": "\0"}),
        },
    ),
    _op("GET", TEMPLATES + "/{routineTemplateId}", "Get a routine template", "B2B", ADMIN),
    _op(
        "PATCH", TEMPLATES + "/{routineTemplateId}", "Change one's own template", "B2B", ADMIN,
        example=Example(json={"name": "Tuesday", "steps": TEMPLATE["steps"]}),
        bad={NOT_JSON: LIST, "nothing": Example(json={}), "no name": Example(json={"name": None})},
    ),
    _op("POST", TEMPLATES + "/{routineTemplateId}/publish", "Publish one's own template", "B2B", ADMIN),
    _op("GET", "/api/b2b/ai-training/catalog", "Get the client's catalogue", "B2B", ADMIN),
    _op(
        "PATCH", "/api/b2b/ai-training/catalog", "Choose from the library", "B2B", ADMIN,
        example=Example(json={"enabledLibraryTemplateIds": ["{library}"]}),
        bad={
            NOT_JSON: LIST,
            "no list": Example(json={}),
            "an id nobody has": Example(json={"enabledLibraryTemplateIds": ["{nobodys}"]}),
            "no id": Example(json={"enabledLibraryTemplateIds": ["x"]}),
            "one's own": Example(json={"enabledLibraryTemplateIds": ["{template}"]}),
        },
    ),
    _op("POST", "/api/auth/exchange-token", "Trade an ID token for a custom token", "Sign-in", USER),
    _op(
        "POST", "/api/auth/custom-token", "Sign in by password", "Sign-in", NONE, source="contracts",
        example=Example(json={"clientId": "{clientId}", "email": "joe", "password": "{password}"}),
        bad={NOT_JSON: LIST, "no client": Example(json={"email": "joe", "password": "x"}),
             "no password": Example(json={"clientId": "{clientId}", "email": "joe"})},
    ),
    _op(
        "POST", "/api/auth/sign-in-with-custom-token", "Trade a custom token for an ID token", "Sign-in", NONE,
        source="ours", example=Example(json={"customToken": "{custom_token}"}),
        bad={NOT_JSON: LIST, "no token": Example(json={})},
    ),
    _op(
        "POST", "/api/auth/set-claims", "Tie a Firebase user to the client", "Sign-in", NONE, source="contracts",
        example=Example(json={"clientId": "{clientId}", "idToken": "{id_token}"}),
        bad={NOT_JSON: LIST, "no token": Example(json={"clientId": "{clientId}"})},
    ),
    _op(
        "POST", "/api/client/token/", "Get a client token", "Sign-in", NONE, source="contracts",
        example=Example(json={"clientId": "{clientId}", "clientSecret": "{secret}"}),
        bad={NOT_JSON: LIST, "no secret": Example(json={"clientId": "{clientId}"})},
    ),
    _op("GET", "/api/ai-move/exercises", "List exercises", "AI Move", USER, source="contracts"),
    _op("GET", "/api/ai-move/exercises/{exerciseId}", "Get an exercise", "AI Move", USER, source="contracts"),
    _op(
        "POST", "/api/ai-move/sessions", "Record a session", "AI Move", USER, 201, source="contracts",
        example=Example(json={"exerciseId": "squat", "repCount": 10, "durationSeconds": 62,
                              "context": {"routineRunId": "{routineRunId}", "sequenceIndex": 1}}),
        bad={
            NOT_JSON: LIST,
            "no exercise": Example(json={"repCount": 3}),
            "another exercise": Example(json={"exerciseId": "squat", "context": {"routineRunId": "{routineRunId}",
                                                                                 "sequenceIndex": 0}}),
            "a step of no run": Example(json={"exerciseId": "squat", "context": {"sequenceIndex": 0}}),
            "no step": Example(json={"exerciseId": "squat", "context": {"routineRunId": "{routineRunId}"}}),
            "a form above one": Example(json={"exerciseId": "squat", "formScore": 1.5}),
            "fewer than none": Example(json={"exerciseId": "squat", "repCount": -1}),
        },
    ),
)  # fmt: skip


def spellings(path):
    """The client's token endpoint is documented with a slash, and answers without it too."""
    return (path, path.rstrip("/")) if path.endswith("/") else (path,)
