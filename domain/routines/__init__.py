"""Routines: templates that clients author, the queue of a plan, and the runs in which a user does them."""
