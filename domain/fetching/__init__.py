"""The guarded way out: every call to a URL that a partner gave us goes through here."""
