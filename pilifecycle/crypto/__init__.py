"""Sealing, key trees, blind tokens, Merkle hashing, signatures. Pure: no Django, no database, no clock.

``docs/format.md`` describes every format so that an outsider can implement it; ``pilifecycle.custody`` is the safe way
to use this room.
"""
