"""The sealed record: the one door by which it is found, and the few acts that make, show, stop and end it."""
