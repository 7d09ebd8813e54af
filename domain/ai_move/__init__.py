"""AI Move: the exercises that a camera counts, and the sessions in which a user did one."""
