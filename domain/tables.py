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
    templates,
    users,
)
from domain.groups import tables as groups
from domain.identity import access_tokens, accounts, api_keys, mailed_tokens, partner_users, partners, tokens

MODULES = (
    access_tokens, accounts, activities, api_keys, biometrics, fit_files, groups, heart_rate, jobs, mailed_tokens,
    mailing, organizations,
    pai, partner_users, partners, raw_files, templates, tokens, users,
)  # fmt: skip
METADATA = SQLModel.metadata
