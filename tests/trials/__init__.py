"""Long trials, run by hand: `python -m tests.trials.NAME --help`. The suite has a small version of each."""
