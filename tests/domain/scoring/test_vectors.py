"""Every reference vector of science_vectors.json, one case each; an unknown function fails its case."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.scoring import biometrics, pai, training_load, vo2max
from domain.scoring.biometrics import Sex
from domain.scoring.heart_rate import Samples

BOOK = json.loads((Path(__file__).parent / "science_vectors.json").read_text())
Input = dict[str, Any]
Output = dict[str, float]


def generated(spec: Input) -> Samples:
    if spec["generator"] == "constant":
        bpm = [spec["bpm"]] * spec["count"]
    elif spec["generator"] == "blocks":
        bpm = [bpm for bpm, minutes in spec["blocks"] for _ in range(minutes * 60 // spec["step_s"])]
    else:
        pytest.fail(f"no generator called {spec['generator']}")
    return Samples.of(spec["t0"] + spec["step_s"] * np.arange(len(bpm)), bpm)


def pa_index(given: Input) -> Output:
    frequency, intensity = vo2max.Frequency(given["frequency"]), vo2max.Intensity(given["intensity"])
    return {"pa_index": vo2max.pa_index(frequency, intensity, vo2max.Duration(given["duration"]))}


def vo2_nes2011(given: Input) -> Output:
    body = {measure: given[measure] for measure in ("waist_cm", "bmi") if measure in given}
    vo2 = vo2max.vo2max_nes(Sex(given["sex"]), given["age"], given["rest"], given["pa_index"], **body)
    return {"vo2": vo2}


def vo2_jackson1990_bmi(given: Input) -> Output:
    vo2 = vo2max.vo2max_jackson(Sex(given["sex"]), given["age"], given["bmi"], given["par"])
    return {"vo2": vo2}


def trimp_banister(given: Input) -> Output:
    samples = generated(given["samples"])
    return {
        "trimp": training_load.trimp_banister(samples, given["rest"], given["max"], Sex(given["sex"])),
    }


def hrss(given: Input) -> Output:
    samples, sex = generated(given["samples"]), Sex(given["sex"])
    return {"hrss": training_load.hrss(samples, given["rest"], given["max"], sex, given["lthr"]).score}


def pmc(given: Input) -> Output:
    assert given["loads"] == "42 days of 100, ctl0=atl0=0"
    last = training_load.balances([100.0] * 42)[-1]
    return {"ctl": last.ctl, "atl": last.atl, "tsb_today": last.tsb}


def zone_limits(given: Input) -> Output:
    limits = pai.zone_limits(given["rest"], given["max"])
    return {"low": limits.low, "medium": limits.medium, "high": limits.high}


def day_summary(given: Input) -> Output:
    samples = generated(given["samples"])
    activity = pai.day_activity(samples, given["rest"], given["max"], given["max_hold_s"])
    day = pai.summarise(activity, given["previous_6_days_activity_score"])
    return {
        "activity_score": activity.activity_score,
        "daily_pai": day.daily_pai,
        "pai_score": day.pai_score,
        "low_minutes": day.zone_minutes.low,
        "low_pai": day.zone_pai.low,
        "medium_minutes": day.zone_minutes.medium,
        "medium_pai": day.zone_pai.medium,
        "high_minutes": day.zone_minutes.high,
        "high_pai": day.zone_pai.high,
    }


FUNCTIONS: dict[str, Callable[[Input], Output]] = {
    "hrmax_nes2013": lambda given: {"bpm": biometrics.max_bpm_nes(given["age"])},
    "hrmax_tanaka2001": lambda given: {"bpm": biometrics.max_bpm_tanaka(given["age"])},
    "pa_index": pa_index,
    "vo2_nes2011": vo2_nes2011,
    "vo2_uth2004": lambda given: {"vo2": vo2max.vo2max_uth(given["hrrest"], given["hrmax"])},
    "vo2_jackson1990_bmi": vo2_jackson1990_bmi,
    "fitness_age": lambda given: {"years": vo2max.fitness_age(Sex(given["sex"]), given["vo2"])},
    "trimp_banister": trimp_banister,
    "trimp_edwards": lambda given: {
        "trimp": training_load.trimp_edwards(generated(given["samples"]), given["max"])
    },
    "hrss": hrss,
    "pmc": pmc,
    "zone_limits": zone_limits,
    "day_summary": day_summary,
}


@pytest.mark.parametrize("vector", BOOK["vectors"], ids=lambda vector: vector["id"])
def test_a_reference_vector_is_met(vector: Any) -> None:
    assert vector["function"] in FUNCTIONS, f"no function of ours answers {vector['function']}"

    computed = FUNCTIONS[vector["function"]](vector["input"])

    assert computed == pytest.approx(vector["expected"], rel=0, abs=vector["abs_tolerance"])


def test_the_constants_are_the_published_ones() -> None:
    ours = {
        "X0": pai.LEAST_RESERVE,
        "P": pai.EXPONENT,
        "C": pai.POINTS_AT_MAX,
        "K": pai.SCORE_CEILING,
        "DAY_MAX_PAI": pai.MOST_A_DAY,
        "RAW_DAY_CAP": pai.MOST_ACTIVITY_A_DAY,
        "MAX_HOLD_S": pai.HOLD_CAP_SECONDS,
        "WINDOW_DAYS": pai.WINDOW_DAYS,
    }

    assert ours == pytest.approx(BOOK["constants"], rel=1e-14)
    assert BOOK["model"] == pai.ALGORITHM_VERSION
