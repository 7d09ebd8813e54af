"""Who is asking: accounts, partners, keys and tokens, and the viewer behind each credential."""
