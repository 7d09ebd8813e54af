"""What forked processes have imported before they begin."""

import gc

import pytest  # noqa: F401  the modules of tests ask for it
from sqlalchemy.orm import configure_mappers

import gateway.app  # noqa: F401
import tests.workers.chores  # noqa: F401  its jobs have a handler in every worker
from gateway.cli import Commands

assert all(Commands().values())  # imported by being looked at
configure_mappers()
gc.freeze()
