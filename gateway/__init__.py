"""GraphQL, the explorer page, and the composition of everything else."""
