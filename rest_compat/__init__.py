"""The vendors' REST APIs, reproduced to the letter as thin adapters over the domain."""
