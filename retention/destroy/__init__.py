"""Destroy what one approved order names, keys first, and prove that it is gone."""
