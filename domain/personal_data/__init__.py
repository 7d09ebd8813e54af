"""All that is kept of a person, wherever it is: which rows these are, taking them along, and leaving none behind."""
