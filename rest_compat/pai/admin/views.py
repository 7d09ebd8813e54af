"""How the Admin API spells the domain (contracts 1.5)."""

from rest_compat.pai.views import View

STAMPS = {"createdOn": "created_at", "modifiedOn": "modified_at"}

USER = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "accountId": "account_id",
        "externalId": "external_id",
        "firstName": "first_name",
        "lastName": "last_name",
        "email": "email",
        "country": "country",
        "sex": "sex",
        "dateOfBirth": "date_of_birth",
        "timeZone": "time_zone",
        **STAMPS,
    }
)

PAI_SUMMARY = View(
    {
        "id": "id",
        "organizationId": "organization_id",
        "userId": "user_id",
        "date": "date",
        "timeZone": "time_zone",
        "paiScore": "pai_score",
        "dailyPai": "daily_pai",
        "lowZonePai": "low_zone_pai",
        "mediumZonePai": "medium_zone_pai",
        "highZonePai": "high_zone_pai",
        "lowZoneMinutes": "low_zone_minutes",
        "mediumZoneMinutes": "medium_zone_minutes",
        "highZoneMinutes": "high_zone_minutes",
        "lowZoneLowerLimit": "low_zone_lower_limit_bpm",
        "mediumZoneLowerLimit": "medium_zone_lower_limit_bpm",
        "highZoneLowerLimit": "high_zone_lower_limit_bpm",
        "maxHeartrate": "max_heart_rate_bpm",
        "restingHeartrate": "resting_heart_rate_bpm",
        "algorithmVersion": "algorithm_version",
        **STAMPS,
    }
)
