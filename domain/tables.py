"""Every table, so that a migration or a scan of all data forgets none."""

from sqlmodel import SQLModel

from domain import (
    activities,
    biometrics,
    fit_files,
    heart_rate,
    jobs,
    mailing,
    organizations,
    pai,
    raw_files,
    users,
)
from domain.groups import tables as groups
from domain.identity import access_tokens, accounts, api_keys, mailed_tokens, partner_users, partners, tokens
from domain.templates import order, plans, shelf, workouts

MODULES = (
    access_tokens, accounts, activities, api_keys, biometrics, fit_files, groups, heart_rate, jobs, mailed_tokens,
    mailing, order, organizations, pai, partner_users, partners, plans, raw_files, shelf, tokens, users, workouts,
)  # fmt: skip
METADATA = SQLModel.metadata
