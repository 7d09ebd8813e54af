"""What the explorer offers to try first."""

from gateway.explorer import Example

EXAMPLES = (
    Example(
        "Who am I?",
        """query WhoAmI {
  viewer {
    kind
    scopes
    user { firstName timeZone }
  }
}""",
    ),
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
    ),
)
