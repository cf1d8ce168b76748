"""Consent after the submission: withdrawal, always as easy as giving it (PIPL art. 15)."""
