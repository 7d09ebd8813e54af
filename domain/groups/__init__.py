"""Groups of users, who belongs to them, and what happened to that."""
