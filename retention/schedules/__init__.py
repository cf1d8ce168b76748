"""The clock's arithmetic: which records and items fall due, when, and why. Pure: dates in, dates out.

A day is a local day in Asia/Shanghai and is due at its end. Periods come from the collection standard, which may be
shortened and never lengthened for what was already collected (PIPL-19, ND-22).
"""
