"""Webhooks: an organization's receivers, what was sent to them, and how it is signed and tried again."""
