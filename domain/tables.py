"""Every table, so that a migration or a scan of all data forgets none."""

from sqlmodel import SQLModel

from domain import (
    activities,
    assessments,
    biometrics,
    clients,
    events,
    fit_files,
    heart_rate,
    jobs,
    mailing,
    organizations,
    pai,
    plans,
    raw_files,
    training_days,
    users,
    vo2max,
)
from domain.ai_move import exercises, sessions
from domain.exports import tables as exports
from domain.groups import tables as groups
from domain.identity import (
    access_tokens,
    accounts,
    api_keys,
    firebase_users,
    mailed_tokens,
    partner_users,
    partners,
    tokens,
)
from domain.imports import tables as imports
from domain.programs import tables as programs
from domain.routines import catalog_entries, queue, runs
from domain.routines import templates as routine_templates
from domain.templates import order, shelf, workouts
from domain.templates import plans as plan_templates
from domain.webhooks import tables as webhooks

MODULES = (
    access_tokens, accounts, activities, api_keys, assessments, biometrics, catalog_entries, clients, events,
    exercises, exports, firebase_users, fit_files, groups, heart_rate, imports, jobs, mailed_tokens, mailing,
    order, organizations, pai, partner_users, partners, plan_templates, plans, programs, queue, raw_files,
    routine_templates, runs, sessions, shelf, tokens, training_days, users, vo2max, webhooks, workouts,
)  # fmt: skip
METADATA = SQLModel.metadata
