"""Importing this declares every handler there is."""

import workers.exports
import workers.fit
import workers.imports
import workers.mailing
import workers.maintenance
import workers.pruning
import workers.scoring
import workers.webhooks  # noqa: F401  the imports declare the handlers
