"""Disposal batches: proposed by the clock, reviewed by people, executed by a journal."""
