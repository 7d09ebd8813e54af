"""Workouts and plans as an author writes them, and who writes and who reads them."""

from domain.viewer import SCOPES, TEMPLATES_READ, Viewer, ViewerKind

PARTNER = Viewer(ViewerKind.API_KEY, TEMPLATES_READ)


def author(organization):
    return Viewer(ViewerKind.ADMINISTRATOR, SCOPES[ViewerKind.ADMINISTRATOR], organization)


def effort(kind="steady", seconds=600, **target):
    document = {"type": kind, "duration": {"unit": "seconds", "value": seconds}}
    return document | ({"target": target} if target else {})


def workout(name="Easy 45", **changed):
    return {"name": name, "category": "easy", "steps": [effort()]} | changed


def plan(workout_id, name="10 km", **changed):
    days = [{"day": 1, "type": "rest"}, {"day": 2, "type": "workout", "workoutTemplateId": str(workout_id)}]
    weeks = [{"week": number, "isRecovery": False, "days": days} for number in (1, 2)]
    blocks = [{"name": "Base", "phase": "base", "weeks": weeks}]
    return {"name": name, "goal_distance": "10k", "blocks": blocks} | changed
