"""Trials that take minutes, run by hand: python -m tests.trials.NAME."""
