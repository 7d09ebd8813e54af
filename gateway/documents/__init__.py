"""What a client's document is, asks for at most, and costs: all of it known before anything is executed."""
