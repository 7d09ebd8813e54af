"""Every table, so that a migration or a scan of all data forgets none."""

from sqlmodel import SQLModel

from domain import (
    activities,
    biometrics,
    fit_files,
    heart_rate,
    jobs,
    organizations,
    pai,
    raw_files,
    users,
)
from domain.identity import access_tokens, accounts, api_keys, partner_users, partners, tokens
from domain.templates import order, plans, shelf, workouts

MODULES = (
    access_tokens, accounts, activities, api_keys, biometrics, fit_files, heart_rate, jobs, order,
    organizations, pai, partner_users, partners, plans, raw_files, shelf, tokens, users, workouts,
)  # fmt: skip
METADATA = SQLModel.metadata
