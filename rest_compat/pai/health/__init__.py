"""What PAI knows of a user's health: one declaration of its resources, served by the Admin and the User API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from domain import biometrics, measurements, pai, vo2max
from rest_compat.pai.auth import Door
from rest_compat.pai.health import views
from rest_compat.pai.resources import resource

READ: Mapping[str, Mapping[str, Any]] = {
    "/heartrate/summaries": {
        "noun": "heart rate summary",
        "view": views.HEART_RATE,
        "item": "/{heartrateSummaryId}",
        "many": measurements.list_days,
        "one": measurements.get_day,
    },
    "/biometrics": {
        "noun": "biometric",
        "view": views.BIOMETRIC,
        "item": "/{biometricId}",
        "many": biometrics.BIOMETRICS.page,
        "one": biometrics.BIOMETRICS.got,
    },
    "/pai/summaries": {
        "noun": "PAI summary",
        "view": views.PAI_SUMMARY,
        "item": "/{paiSummaryId}",
        "many": pai.SUMMARIES.page,
        "one": pai.SUMMARIES.got,
    },
    "/pai/calculations": {
        "noun": "PAI calculation",
        "view": views.PAI_CALCULATION,
        "item": "/{paiCalculationId}",
        "many": pai.CALCULATIONS.page,
        "one": pai.CALCULATIONS.got,
    },
    "/vo2max/assessments": {
        "noun": "VO2 max assessment",
        "view": views.VO2MAX_ASSESSMENT,
        "item": "/{vo2MaxAssessmentId}",
        "many": vo2max.ASSESSMENTS.page,
        "one": vo2max.ASSESSMENTS.got,
    },
    "/vo2max/summaries": {
        "noun": "VO2 max summary",
        "view": views.VO2MAX_SUMMARY,
        "item": "/{vo2MaxSummaryId}",
        "many": vo2max.SUMMARIES.page,
        "one": vo2max.SUMMARIES.got,
    },
    "/vo2max/calculations": {
        "noun": "VO2 max calculation",
        "view": views.VO2MAX_CALCULATION,
        "item": "/{vo2MaxCalculationId}",
        "many": vo2max.CALCULATIONS.page,
        "one": vo2max.CALCULATIONS.got,
    },
}
"""Domain operations let each viewer see what is theirs, whichever API they come through."""


def serve(
    router: APIRouter, door: Door, *, whose: Mapping[str, str], writing: Mapping[str, Mapping[str, Any]]
) -> None:
    """`whose`: where the API has the user a resource belongs to. `writing`: what of a path can be changed in it."""
    for path, reading in READ.items():
        parts = {**reading, **writing.get(path, {})}
        view = parts.pop("view")
        belonging = replace(view, related={**view.related, **whose})
        resource(router, door, path, parts.pop("noun"), belonging, **parts)
