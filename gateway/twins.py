"""The same call over GraphQL and over a vendor's REST API: what the explorer shows, either way round."""

from dataclasses import dataclass

from gateway.demo.people import SIGNED_UP
from gateway.explorer import RestCall

SIGN_IN = """TOKEN=$(curl -s "{origin}/api/v2/auth/oauth" -d grant_type=password \\
  -d "organization_id=$ORGANIZATION_ID" -d "client_id=$CLIENT_ID" \\
  -d "username=$%s_USERNAME" -d "password=$%s_PASSWORD" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
"""


@dataclass(frozen=True)
class Api:
    """One vendor's API, and how its credentials are sent; the variables are those of `gateway demo --shell`."""

    name: str
    headers: tuple[str, ...]
    before: str = ""


PAI_ADMIN = Api("PAI Health, Admin API", ("Authorization: Bearer $TOKEN",), SIGN_IN.replace("%s", "ADMIN"))
PAI_USER = Api("PAI Health, User API", ("Authorization: Bearer $TOKEN",), SIGN_IN.replace("%s", "USER"))
PAI_PROGRAM = Api(
    "PAI Health, Program API", ("Authorization: Bearer $TOKEN",), SIGN_IN.replace("%s", "PROGRAM")
)
AI_ENDURANCE = Api("AI Endurance", ("Authorization: Bearer $PARTNER_KEY", "Partner-Id: $PARTNER_ID"))
SMARTRUNNING = Api("SmartRunning", ("X-API-Key: $API_KEY",))
GOFA = Api("GOFA AI Training", ("Authorization: Bearer $GOFA_TOKEN",))
GOFA_ADMIN = Api("GOFA AI Training, administrators", ("Authorization: Bearer $GOFA_ADMIN_TOKEN",))


@dataclass(frozen=True)
class Twin:
    """`field`: the root field, or a field of it, that answers what `path` answers; `query`: the path's parameters."""

    field: str
    api: Api
    path: str
    title: str
    document: str
    method: str = "GET"
    query: str = ""
    body: str | None = None

    @property
    def curl(self) -> str:
        """For a shell; `{origin}` is where the gateway is."""
        path = self.path.replace("{organizationId}", "$ORGANIZATION_ID").replace("{programId}", "$PROGRAM_ID")
        path += self.query
        words = [f'curl -s "{{origin}}{path}"', *(f'-H "{header}"' for header in self.api.headers)]
        if self.body is not None:
            words += ["-H 'Content-Type: application/json'", f"-d '{self.body}'"]
        return self.api.before + " \\\n  ".join(words)


def _listed(field: str, columns: str) -> str:
    """A query of the first twenty, under a name of its own."""
    name = field[0].upper() + field[1:]
    return (
        f"query {name} {{\n  {field}(first: 20) {{\n    totalCount\n    nodes {{ uuid {columns} }}\n  }}\n}}"
    )


ADMIN = "/api/v2/admin/organizations/{organizationId}"
USER = "/api/v2/user/organizations/{organizationId}"
PROGRAM = "/api/v2/program/organizations/{organizationId}/programs/{programId}"
GROUP = """mutation CreateGroup {
  createGroup(input: { name: "Morning runners" }) {
    group { uuid name description }
    userErrors { field code message }
  }
}"""
TRANSFER = """mutation CompleteBulkTransfer {
  completeBulkTransfer(
    input: { userId: "1234", source: "explorer", isInitialImport: false, eventId: "explorer-1" }
  ) {
    queued
    userErrors { field code message }
  }
}"""
COMPLETE = (
    '{"bulk_fit_transfer_complete": true, "user_id": "1234", "source": "explorer", '
    '"is_initial_import": false, "event_id": "explorer-1"}'
)
ORGANIZATION = "query Organization {\n  organization { uuid name createdAt modifiedAt }\n}"
ACCOUNT = "query Account {\n  viewer {\n    account { uuid username email emailConfirmed locale }\n  }\n}"
PROFILE = """query Profile {
  viewer {
    user { uuid firstName lastName email country sex dateOfBirth timeZone locale units }
  }
}"""
PROGRESS = """query Progress {
  viewer {
    routineProgress { adherence totalRuns completedRuns completionRate }
  }
}"""
HEART_RATE = """mutation RecordHeartRate {
  recordHeartRate(
    userId: "%s", date: "2024-05-02", measurements: [{ timestamp: "2024-05-02T12:00:00Z", bpm: 61 }]
  ) {
    heartRateDay { uuid date sampleCount averageBpm }
    userErrors { field code message }
  }
}"""
CATALOGUE = (
    "query Catalogue {\n  routineCatalogue {\n    enabledTemplates { uuid name }\n    modifiedAt\n  }\n}"
)
QUEUE = """query Queue {
  routineInstances(first: 20, filter: { status: { in: [QUEUED, IN_PROGRESS] } }) {
    nodes { uuid routineTemplateName queueIndex status deferCount }
  }
}"""
LATEST_PLAN = """query LatestPlan {
  trainingPlans(first: 1) {
    nodes { uuid status goal intensity frequency preferredSessionMinutes equipment }
  }
}"""

PEOPLE = "firstName lastName email country sex dateOfBirth timeZone"
SUMMARY = "date paiScore dailyPai intensityZones { name minutes pai }"
MEASURED = "date maxHeartRateBpm restingHeartRateBpm weightKg heightCm waistCm"
OXYGEN = "date vo2max fitnessAge source calibrationStatus"
STAYS = "groupName role joinedAt"
HABITS = "date activityFrequency activityIntensity activityDuration"
CALCULATION = "date status trigger startedAt completedAt"
INVITED = "programName status membershipStatus expiresAt acceptedAt"
SENT = "email userId status expiresAt acceptedAt"
MEMBERS = "userId firstName lastName email status joinedAt paiScore dailyPai date"
EXPORTS = "state percent rowCount fromDate toDate problem completedAt expiresAt"
BEATS = "date sampleCount minBpm maxBpm averageBpm"


def _pai(field: str, resource: str, words: str, columns: str, *apis: Api, sort: str = "-date") -> list[Twin]:
    """A collection that administrators list of their organization, and users of themselves, in GraphQL's order.

    `apis`: whose it is instead.
    """
    told = {
        PAI_ADMIN: (ADMIN, "List "),
        PAI_USER: (USER, "List one's "),
        PAI_PROGRAM: (PROGRAM, "List "),
    }
    return [
        Twin(
            field,
            api,
            told[api][0] + resource,
            told[api][1] + words,
            _listed(field, columns),
            query=f"?limit=20&sort={sort}",
        )
        for api in apis or (PAI_ADMIN, PAI_USER)
    ]


TWINS: tuple[Twin, ...] = (
    Twin("organization", PAI_ADMIN, ADMIN, "Get the organization", ORGANIZATION),
    *_pai("users", "/users", "users", PEOPLE, PAI_ADMIN, sort="id"),
    *_pai("accounts", "/accounts", "accounts", "username email accountType accountStatus", PAI_ADMIN, sort="username"),
    *_pai("groups", "/groups", "groups", "name description", PAI_ADMIN, PAI_USER, sort="name"),
    *_pai("groupMemberships", "/groupmemberships", "group memberships", STAYS, PAI_USER, sort="-createdOn"),
    *_pai("paiSummaries", "/pai/summaries", "PAI summaries", SUMMARY),
    *_pai("paiCalculations", "/pai/calculations", "PAI calculations", CALCULATION),
    *_pai("vo2maxSummaries", "/vo2max/summaries", "VO2 max summaries", OXYGEN),
    *_pai("vo2maxCalculations", "/vo2max/calculations", "VO2 max calculations", CALCULATION),
    *_pai("vo2maxAssessments", "/vo2max/assessments", "VO2 max assessments", HABITS),
    *_pai("heartRateDays", "/heartrate/summaries", "heart rate summaries", BEATS),
    *_pai("biometrics", "/biometrics", "biometrics", MEASURED),
    *_pai("programInvitations", "/programinvitations", "invitations to programs", INVITED, PAI_USER, sort="-createdOn"),
    *_pai("programMembers", "/members", "the program's members", MEMBERS, PAI_PROGRAM, sort="-joinedOn"),
    *_pai("programInvitations", "/invitations", "the program's invitations", SENT, PAI_PROGRAM, sort="-createdOn"),
    *_pai("programExports", "/exports", "the program's exports", EXPORTS, PAI_PROGRAM, sort="-createdOn"),
    *_pai("webhooks", "/webhooks", "webhooks", "url description kinds active", PAI_ADMIN, sort="-createdOn"),
    Twin(
        "createGroup", PAI_ADMIN, ADMIN + "/groups", "Add a group", GROUP,
        "POST", body='{"name": "Morning runners"}',
    ),
    Twin(
        "recordHeartRate", PAI_USER, USER + "/heartrate/summaries", "Add heart rate to one's day",
        HEART_RATE % SIGNED_UP.id, "POST",
        body='{"date": "2024-05-02", "measurements": [{"timestamp": "2024-05-02T12:00:00Z", "bpm": 61}]}',
    ),
    Twin("viewer.account", PAI_USER, USER + "/account", "Get one's account", ACCOUNT),
    Twin("viewer.user", PAI_USER, USER + "/profile", "Get one's profile", PROFILE),
    Twin(
        "fitFiles", AI_ENDURANCE, "/api/fit_partner_ping/", "List the files that were announced",
        _listed("fitFiles", "summaryId source activityName state problemCode problemMessage"), query="?limit=20",
    ),
    Twin(
        "imports", AI_ENDURANCE, "/api/task_partner/", "List the imports and how far they have come",
        _listed("imports", "source eventIds isInitialImport state progress { total imported failed }"),
        query="?limit=20",
    ),
    Twin(
        "completeBulkTransfer", AI_ENDURANCE, "/api/task_partner/", "Say that a bulk import is complete",
        TRANSFER, "POST", body=COMPLETE,
    ),
    Twin(
        "workoutTemplates", SMARTRUNNING, "/api/workout-templates", "List public workout templates",
        _listed("workoutTemplates", "name category sport tags version"), query="?per_page=20",
    ),
    Twin(
        "trainingPlanTemplates", SMARTRUNNING, "/api/training-plan-templates", "List public training plan templates",
        _listed("trainingPlanTemplates", "name goalDistance level durationWeeks version"), query="?per_page=20",
    ),
    Twin("trainingPlans", GOFA, "/api/ai-training/my-plan", "Get one's latest plan", LATEST_PLAN),
    Twin(
        "routineInstances", GOFA, "/api/ai-training/my-routine-queue", "List what is queued or begun",
        QUEUE,
    ),
    Twin(
        "routineRuns", GOFA, "/api/ai-training/routine-runs", "List one's runs",
        _listed("routineRuns", "routineTemplateName status startedFrom completionRate"),
    ),
    Twin("viewer.routineProgress", GOFA, "/api/ai-training/progress-report", "How steadily one trains", PROGRESS),
    Twin(
        "exercises", GOFA, "/api/ai-move/exercises", "List exercises",
        _listed("exercises", "exerciseId name category difficulty type targetValue"),
    ),
    Twin(
        "routineTemplates", GOFA_ADMIN, "/api/b2b/ai-training/routine-templates",
        "List one's own and the library's templates",
        _listed("routineTemplates", "name goal intensity estimatedDurationMinutes status"),
    ),
    Twin("routineCatalogue", GOFA_ADMIN, "/api/b2b/ai-training/catalog", "Get the client's catalogue", CATALOGUE),
    Twin(
        "routineRuns", GOFA_ADMIN, "/api/ai-training/records", "List a client's runs",
        _listed("routineRuns", "routineTemplateName status startedFrom completionRate user { firstName }"),
    ),
)  # fmt: skip

REST_CALLS = tuple(
    RestCall(one.field, one.api.name, f"{one.method} {one.path}", one.title, one.curl, one.document)
    for one in TWINS
)
