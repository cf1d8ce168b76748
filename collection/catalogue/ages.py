"""Years of age, as the law counts them, and bands of years that nest."""

from datetime import date

CHILD = 14  # PIPL-31
OLDEST = 85


def full_years(born: date, on: date) -> int:
    """Return the completed years on a day.

    A year is complete on the day *after* the birthday, which protects a child longest. Supreme People's Court
    counts so in criminal cases. Born on 29 February, a year is complete on 1 March.
    """
    return on.year - born.year - ((on.month, on.day) <= (born.month, born.day))


def age_band(born: date, today: date) -> str:
    """Return 0-13, 14-19, 20-29, … 70-79 or 80+. Children under 14 are never cut finer."""
    age = full_years(born, today)
    if age < CHILD:
        return f"0-{CHILD - 1}"
    if age >= 80:
        return "80+"
    return f"{max(CHILD, age - age % 10)}-{age - age % 10 + 9}"


def birth_year_band(year: int, width: int, today: date) -> str:
    """Return the band of birth years; all who can be under 14 share one, all who are surely 85 or more another.

    Bands of birth years nest in each other at every width that divides the next; bands of ages would not nest in years.
    """
    children_from, old_until = today.year - CHILD, today.year - OLDEST - 1
    if year >= children_from:
        return f"≥{children_from}"
    if year <= old_until:
        return f"≤{old_until}"
    start = year - year % width
    return f"{max(start, old_until + 1)}-{min(start + width - 1, children_from - 1)}"
