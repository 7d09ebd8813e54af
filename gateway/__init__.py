"""GraphQL, the explorer page, and the composition of everything else."""

import gc

# What is imported, a quarter of a million objects, stays: looking through it every 700 objects is a fifth of a start.
gc.set_threshold(10_000, 20, 50)
