"""What the explorer offers to try first, by who would ask for it."""

from gateway.demo.people import SIGNED_UP
from gateway.explorer import Example
from gateway.global_ids import global_id

FRONTEND, END_USER = "Frontend, as an administrator", "End user"
PARTNER, DEVELOPER = "Partner", "Developer"
USER = global_id("User", SIGNED_UP.id)

EXAMPLES = (
    Example(
        "Users and their last week of PAI",
        """query UsersAndTheirWeek {
  users(first: 10, orderBy: [{ field: LAST_NAME }]) {
    totalCount
    nodes {
      firstName
      lastName
      country
      paiSummaries(first: 7) {
        nodes { date paiScore dailyPai }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}""",
        audience=FRONTEND,
    ),
    Example(
        "Latest activities",
        """query LatestActivities {
  activities(first: 10) {
    nodes {
      sport
      startedAt
      elapsedSeconds
      distanceMeters
      averageHeartRateBpm
      user { firstName }
    }
  }
}""",
        audience=FRONTEND,
    ),
    Example(
        "Days above 100 PAI",
        """query DaysAbove($score: Float!) {
  paiSummaries(first: 20, filter: { paiScore: { gte: $score } }) {
    totalCount
    nodes {
      date
      paiScore
      intensityZones { name minutes pai lowerLimitBpm }
      user { firstName lastName }
    }
  }
}""",
        {"score": 100},
        audience=FRONTEND,
    ),
    Example(
        "My week: scores and training load",
        """query MyWeek {
  viewer {
    user {
      firstName
      paiSummaries(first: 7) { nodes { date paiScore dailyPai } }
      vo2maxSummaries(first: 1) { nodes { date vo2max fitnessAge } }
      trainingDays(first: 7) { nodes { date load ctl atl tsb } }
    }
  }
}""",
        audience=END_USER,
    ),
    Example(
        "My last workout as a chart",
        """query MyLastWorkout($points: Int!) {
  activities(first: 1) {
    nodes {
      sport
      startedAt
      streams(maxPoints: $points) { timeOffsetSeconds heartRateBpm speedMetersPerSecond }
    }
  }
}""",
        {"points": 60},
        audience=END_USER,
    ),
    Example(
        "What I train next",
        """query MyQueue {
  routineInstances(first: 5) {
    nodes {
      queueIndex
      status
      routineTemplate { name goal intensity estimatedDurationMinutes }
      trainingPlan { goal frequency }
    }
  }
}""",
        audience=END_USER,
    ),
    Example(
        "My files and what became of them",
        """query MyFiles {
  fitFiles(first: 10) {
    totalCount
    nodes {
      summaryId
      source
      state
      problemMessage
      activities(first: 1) { nodes { sport startedAt trainingLoad } }
    }
  }
  imports(first: 5) {
    nodes { source state progress { total imported failed } }
  }
}""",
        audience=PARTNER,
    ),
    Example(
        "Say that a bulk import is complete",
        """mutation CompleteBulkTransfer($input: BulkTransferInput!) {
  completeBulkTransfer(input: $input) {
    queued
    userErrors { field code message }
  }
}""",
        {
            "input": {
                "userId": "1234",
                "source": "explorer",
                "isInitialImport": False,
                "eventId": "explorer-1",
            }
        },
        audience=PARTNER,
    ),
    Example(
        "Who am I, and what may I spend?",
        """query WhoAmI {
  viewer {
    kind
    scopes
    user { firstName timeZone }
  }
  rateLimit { limit remaining resetAt }
}""",
        audience=DEVELOPER,
    ),
    Example(
        "Add a group, once however often it is sent",
        """mutation AddGroup($input: GroupInput!, $key: String!) {
  createGroup(input: $input, idempotencyKey: $key) {
    group { id name }
    userErrors { field code message }
  }
}""",
        {"input": {"name": "Morning runners"}, "key": "explorer-group"},
        audience=DEVELOPER,
    ),
    Example(
        "Watch a user's PAI change, with each new heart rate or measure",
        """subscription WatchPai($user: ID!) {
  paiUpdates(userId: $user) {
    date
    paiScore
    dailyPai
    modifiedAt
  }
}""",
        {"user": USER},
        audience=DEVELOPER,
    ),
)
