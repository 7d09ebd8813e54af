"""Every operation of PAI Health API 2.6.5: the seed's sections, spelled out by contracts 1.1 to 1.4."""

from tests.rest_compat.operations import Credential, Example, Operation

A = "/api/v2/admin/organizations/{organizationId}"
U = "/api/v2/user/organizations/{organizationId}"
P = "/api/v2/program/organizations/{organizationId}/programs/{programId}"
GLOBAL = "/api/v2/auth"
OPEN = "/api/v2/open/auth"

ALIASES = {
    "/api/v2/admin/organizations": ("/admin/api/v2/organizations", "/api/v2/organizations"),
    "/api/v2/user/organizations": ("/user/api/v2/organizations",),
    "/api/v2/program/organizations": ("/program/api/v2/organizations",),
    "/api/v2/open/auth": ("/open/api/v2/auth",),
}
"""Other documented spellings of the same paths (contracts 1.1)."""

ISSUE = 5
SIGN_IN = {
    "organization_id": "{organizationId}",
    "client_id": "{clientId}",
    "grant_type": "password",
    "username": "admin",
    "password": "{password}",
}
BAD_LISTS = {
    "q is nonsense": Example({"q": "nonsense"}),
    "q names an unknown field": Example({"q": "shoeSize=44"}),
    "q is too long": Example({"q": "id=" + "x" * 4998}),
    "q nests five levels": Example({"q": "(" * 5 + "id=x" + ")" * 5}),
    "a filter has the wrong type": Example({"createdOn": "yesterday"}),
    "sort names an unknown field": Example({"sort": "shoeSize"}),
    "fields names an unknown field": Example({"fields": "shoeSize"}),
    "offset is below 0": Example({"offset": "-1"}),
    "limit is above 1000": Example({"limit": "1001"}),
    "limit is below 1": Example({"limit": "0"}),
    "q comes twice": Example({"q": ["firstName=a", "firstName=b"]}),
    "too many filters": Example({"id": ["{id}"] * 51}),
}
BAD_ITEMS = {"fields names an unknown field": Example({"fields": "shoeSize"})}
BAD_BODIES = {
    "a list": Example(json=[]),
    "an unknown field": Example(json={"shoeSize": 44}),
    "the domain's spelling": Example(json={"created_at": "x"}),
    "nested too deep": Example(json={"name": [[[[[[]]]]]]}),
}


def bad(*bodies):
    """What every body may be refused for, and these bodies of its own."""
    return BAD_BODIES | {f"{body}": Example(json=body) for body in bodies}


ACCOUNT = {
    "username": "new-{unique}",
    "email": "new@example.org",
    "password": "a long enough one",
    "locale": "de-AT",
}
BAD_ACCOUNT = bad(
    {}, {"username": ""}, {"username": 1}, {"username": "a\nb"}, {"username": "x", "email": "no"},
    {"username": "x", "password": "short"}, {"username": "x", "accountType": "King"},
    {"username": "x", "accountStatus": "Deleted"}, {"username": "x", "userId": "{strangerId}"},
    {"username": "x", "emailConfirmed": "true"}, {"username": "x", "locale": "nonsense"},
    {"username": "x", "locale": "en_CA"},
)  # fmt: skip
USER = {
    "firstName": "Zoë",
    "country": "NO",
    "sex": "Female",
    "dateOfBirth": "1990-05-01",
    "timeZone": "Europe/Oslo",
}
BAD_USER = bad(
    {"firstName": 1}, {"firstName": ""}, {"firstName": "\0"}, {"firstName": "x" * 201}, {"country": "Norway"},
    {"sex": "x"}, {"dateOfBirth": 19900501}, {"dateOfBirth": "1.5.1990"}, {"dateOfBirth": "9999-01-01"},
    {"dateOfBirth": "1899-12-31"}, {"timeZone": "Mars/Olympus"}, {"timeZone": None}, {"email": "x@"},
)  # fmt: skip
PROFILE = USER | {"heightCm": 171.5, "weightKg": 64, "units": "Imperial", "locale": "nb-NO"}
BAD_PROFILE = BAD_USER | bad(
    {"heightCm": 3}, {"weightKg": "64"}, {"weightKg": 1e9}, {"units": "Stones"}, {"locale": 1}
)
GROUP = {"name": "Team A", "description": "The first\nof all"}
BAD_GROUP = bad(
    {"name": None}, {"name": ""}, {"name": "x", "description": "x" * 2001}, {"name": "x", "description": 1}
)
MEMBER = {"userId": "{lonelyId}", "role": "Leader"}
BAD_MEMBER = bad({}, {"userId": "x"}, {"userId": "{strangerId}"}, {"userId": "{lonelyId}", "role": "King"})


def sends(example, bad_bodies, **other):
    """A served operation with a body."""
    return SERVED | {"example": Example(json=example), "bad": bad_bodies} | other


SERVED = {"issue": None}
LISTS = SERVED | {"bad": BAD_LISTS | {"q comes twice": Example({"q": ["id={id}", "id={id}"]})}}
ITEMS = SERVED | {"bad": BAD_ITEMS}
GONE = SERVED | {"again": 404}


def rows(api, credential, base, table):
    """`table`: method, path below the base, purpose, and what differs from an operation of issue 5 answering 200."""
    for method, path, purpose, *other in table:
        details = {"issue": ISSUE, "success": {"POST": 201, "DELETE": 204}.get(method, 200)}
        yield Operation(method, base + path, purpose, api, credential, **(details | dict(*other)))


REGISTRATION = {
    "organizationId": "{organizationId}", "clientId": "{clientId}", "username": "r-{unique}", "password": "long enough",
    "email": "r@example.org", "firstName": "Ru", "dateOfBirth": "1990-05-01", "sex": "Female", "country": "NO",
    "locale": "de-AT", "phoneNumber": "+47 1",
}  # fmt: skip
WHOSE = {"organizationId": "{organizationId}", "username": "joe"}
BAD_REGISTRATION = bad(
    {}, REGISTRATION | {"email": None}, REGISTRATION | {"password": "short"}, REGISTRATION | {"clientId": "x"},
    REGISTRATION | {"organizationId": 1}, REGISTRATION | {"accountType": "Administrator"},
)  # fmt: skip
BAD_WHOSE = bad({}, {"username": "joe"}, WHOSE | {"organizationId": 1}, WHOSE | {"email": "joe@example.org"})
BAD_PASSWORD = bad({}, {"password": "short"}, {"password": 12345678}, {"password": "x" * 1025})
BAD_SIGN_IN = {
    "nothing is sent": Example(form={"unknown": "x"}),
    "the grant type is unknown": Example(form=SIGN_IN | {"grant_type": "code"}),
    "the organization is no UUID": Example(form=SIGN_IN | {"organization_id": "acme"}),
}
OAUTH = SERVED | {"source": "seed", "success": 200, "example": Example(form=SIGN_IN), "bad": BAD_SIGN_IN}
REGISTERS = sends(REGISTRATION, BAD_REGISTRATION, source="seed")
ASKS = sends(WHOSE, BAD_WHOSE, source="seed", success=202)
RESETS = sends({"password": "a new long one"}, BAD_PASSWORD, success=204, again=404)

GLOBAL_API = tuple(rows("Global", Credential.NONE, GLOBAL, (
    ("POST", "/oauth", "Authenticate an account: tokens for a password or a refresh token", OAUTH),
    ("POST", "/registration", "Register an account", REGISTERS),
    ("POST", "/passwordreset", "Reset a password: ask for it", ASKS),
    ("PUT", "/passwordreset/{globalResetToken}", "Reset a password: set the new one", RESETS),
)))  # fmt: skip

OPEN_API = tuple(rows("Open", Credential.NONE, OPEN, (
    ("POST", "/oauth", "Authenticate an account", OAUTH),
    ("POST", "/registration", "Register an account", REGISTERS),
    ("POST", "/passwordreset", "Reset a password: ask for it", ASKS),
    ("PUT", "/passwordreset/{resetToken}", "Reset a password: set the new one", RESETS),
    ("POST", "/confirmation", "Resend a confirmation e-mail", ASKS),
    ("PUT", "/confirmation/{confirmationToken}", "Confirm an account's e-mail",
     SERVED | {"source": "seed", "success": 204, "again": 404}),
)))  # fmt: skip

ADMIN_API = tuple(rows("Admin", Credential.ADMINISTRATOR, A, (
    ("GET", "", "Get the organization", ITEMS),
    ("GET", "/accounts", "List accounts", LISTS | {"source": "seed"}),
    ("POST", "/accounts", "Add an account", sends(ACCOUNT, BAD_ACCOUNT)),
    ("GET", "/accounts/{accountId}", "Get an account", ITEMS),
    ("PUT", "/accounts/{accountId}", "Replace an account", sends(ACCOUNT, BAD_ACCOUNT)),
    ("PATCH", "/accounts/{accountId}", "Change an account",
     sends({"phoneNumber": "+47 1"}, bad({"username": None}, {"accountStatus": "x"}))),
    ("DELETE", "/accounts/{accountId}", "Remove an account", GONE),
    ("GET", "/users", "List users",
     SERVED | {"source": "seed", "example": Example({"fields": "firstName,lastName"}), "bad": BAD_LISTS}),
    ("POST", "/users", "Add a user", sends(USER, BAD_USER)),
    ("GET", "/users/{userId}", "Get a user", SERVED | {"bad": BAD_ITEMS}),
    ("PUT", "/users/{userId}", "Replace a user", sends(USER, BAD_USER)),
    ("PATCH", "/users/{userId}", "Change a user", sends({"lastName": "Ås"}, BAD_USER)),
    ("DELETE", "/users/{userId}", "Remove a user", GONE),
    ("GET", "/users/{userId}/profile", "Get a user's profile", ITEMS),
    ("PUT", "/users/{userId}/profile", "Replace a user's profile", sends(PROFILE, BAD_PROFILE)),
    ("PATCH", "/users/{userId}/profile", "Change a user's profile", sends({"weightKg": 70}, BAD_PROFILE)),
    ("GET", "/users/{userId}/groupmemberships", "List a user's group memberships", LISTS),
    ("GET", "/groups", "List groups", LISTS),
    ("POST", "/groups", "Add a group", sends(GROUP, BAD_GROUP)),
    ("GET", "/groups/{groupId}", "Get a group", ITEMS),
    ("PUT", "/groups/{groupId}", "Replace a group", sends(GROUP, BAD_GROUP)),
    ("PATCH", "/groups/{groupId}", "Change a group", sends({"name": "B"}, bad({"name": None}))),
    ("DELETE", "/groups/{groupId}", "Remove a group", GONE),
    ("GET", "/groups/{groupId}/members", "List a group's members", LISTS),
    ("POST", "/groups/{groupId}/members", "Add a member to a group",
     sends(MEMBER, BAD_MEMBER, again=409)),
    ("GET", "/groups/{groupId}/members/{userId}", "Get a member of a group", ITEMS),
    ("DELETE", "/groups/{groupId}/members/{userId}", "Remove a member from a group", GONE),
    ("GET", "/groups/{groupId}/events", "List a group's events", LISTS),
    ("GET", "/groups/{groupId}/events/{eventId}", "Get a group event", ITEMS),
    ("GET", "/heartrate/summaries", "List heart rate summaries"),
    ("GET", "/heartrate/summaries/{id}", "Get a heart rate summary"),
    ("GET", "/biometrics", "List biometrics"),
    ("GET", "/biometrics/{id}", "Get a biometric"),
    ("GET", "/pai/summaries", "List PAI summaries",
     SERVED | {"source": "seed", "example": Example({"sort": "-paiScore"}), "bad": BAD_LISTS}),
    ("GET", "/pai/summaries/{id}", "Get a PAI summary", SERVED | {"bad": BAD_ITEMS}),
    ("GET", "/pai/calculations", "List PAI calculations"),
    ("POST", "/pai/calculations", "Ask for a PAI calculation", {"success": 202}),
    ("GET", "/pai/calculations/{id}", "Get a PAI calculation"),
    ("GET", "/vo2max/assessments", "List VO2 max assessments"),
    ("POST", "/vo2max/assessments", "Add a VO2 max assessment"),
    ("GET", "/vo2max/assessments/{id}", "Get a VO2 max assessment"),
    ("GET", "/vo2max/summaries", "List VO2 max summaries"),
    ("GET", "/vo2max/summaries/{id}", "Get a VO2 max summary"),
    ("GET", "/vo2max/calculations", "List VO2 max calculations"),
    ("GET", "/vo2max/calculations/{id}", "Get a VO2 max calculation"),
    ("GET", "/webhooks", "List webhooks"),
    ("POST", "/webhooks", "Add a webhook"),
    ("GET", "/webhooks/{webhookId}", "Get a webhook"),
    ("PUT", "/webhooks/{webhookId}", "Replace a webhook"),
    ("PATCH", "/webhooks/{webhookId}", "Change a webhook"),
    ("DELETE", "/webhooks/{webhookId}", "Remove a webhook"),
)))  # fmt: skip

USER_API = tuple(rows("User", Credential.USER, U, (
    ("GET", "", "Get one's organization", ITEMS),
    ("GET", "/account", "Get one's account", ITEMS),
    ("PATCH", "/account", "Change one's account",
     sends({"phoneNumber": "+1 2"}, bad({"username": "king"}, {"accountType": "Administrator"}, {"email": "x"}))),
    ("GET", "/profile", "Get one's profile", ITEMS),
    ("PUT", "/profile", "Replace one's profile", sends(PROFILE, BAD_PROFILE)),
    ("PATCH", "/profile", "Change one's profile", sends({"weightKg": 70}, BAD_PROFILE)),
    ("GET", "/groups", "List one's groups", LISTS),
    ("GET", "/groups/{groupId}/members", "List the members of one's group", LISTS),
    ("GET", "/groupmemberships", "List one's group memberships", LISTS),
    ("GET", "/heartrate/summaries", "List one's heart rate summaries"),
    ("POST", "/heartrate/summaries", "Add heart rate to a day"),
    ("GET", "/heartrate/summaries/{id}", "Get one's heart rate summary"),
    ("PUT", "/heartrate/summaries/{id}", "Replace one's heart rate summary"),
    ("GET", "/biometrics", "List one's biometrics"),
    ("POST", "/biometrics", "Add biometrics to a day"),
    ("GET", "/biometrics/{id}", "Get one's biometric"),
    ("PATCH", "/biometrics/{id}", "Change one's biometric"),
    ("GET", "/pai/summaries", "List one's PAI summaries"),
    ("GET", "/pai/summaries/{id}", "Get one's PAI summary"),
    ("GET", "/pai/calculations", "List one's PAI calculations"),
    ("POST", "/pai/calculations", "Ask for a PAI calculation", {"success": 202}),
    ("GET", "/pai/calculations/{id}", "Get one's PAI calculation"),
    ("GET", "/vo2max/assessments", "List one's VO2 max assessments"),
    ("POST", "/vo2max/assessments", "Add a VO2 max assessment"),
    ("GET", "/vo2max/assessments/{id}", "Get one's VO2 max assessment"),
    ("GET", "/vo2max/summaries", "List one's VO2 max summaries"),
    ("GET", "/vo2max/summaries/{id}", "Get one's VO2 max summary"),
    ("GET", "/vo2max/calculations", "List one's VO2 max calculations"),
    ("GET", "/vo2max/calculations/{id}", "Get one's VO2 max calculation"),
    ("GET", "/programinvitations", "List invitations to programs"),
    ("POST", "/programinvitations", "Accept an invitation to a program"),
)))  # fmt: skip

PROGRAM_API = tuple(rows("Program", Credential.PROGRAM, P, (
    ("GET", "/members", "List the program's members"),
    ("GET", "/members/{userId}", "Get a member of the program"),
    ("DELETE", "/members/{userId}", "Remove a member from the program"),
    ("GET", "/members/{userId}/pai/summaries", "List a member's PAI summaries"),
    ("GET", "/invitations", "List invitations"),
    ("POST", "/invitations", "Invite a user to the program"),
    ("GET", "/invitations/{id}", "Get an invitation"),
    ("DELETE", "/invitations/{id}", "Withdraw an invitation"),
    ("GET", "/exports", "List exports of members' PAI data"),
    ("POST", "/exports", "Export the members' PAI data", {"success": 202}),
    ("GET", "/exports/{exportId}", "Get an export, as JSON or CSV"),
)))  # fmt: skip

OPERATIONS = GLOBAL_API + OPEN_API + ADMIN_API + USER_API + PROGRAM_API


def spellings(path):
    """The path as the seed has it, and every alias."""
    prefix = next((prefix for prefix in ALIASES if path.startswith(prefix)), "")
    return path, *(alias + path[len(prefix) :] for alias in ALIASES.get(prefix, ()))
