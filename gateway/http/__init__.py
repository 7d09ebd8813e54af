"""GraphQL over HTTP: how a request is read and how its answer is written, before and after any execution."""
