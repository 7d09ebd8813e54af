"""Programs: their administrators invite users, and see the PAI of those who accepted."""
