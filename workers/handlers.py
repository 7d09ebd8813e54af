"""Importing this declares every handler there is."""

import workers.fit
import workers.pruning
import workers.scoring  # noqa: F401  the imports declare the handlers
