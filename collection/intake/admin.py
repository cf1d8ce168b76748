"""Entry by staff, inside the console's door."""

from pilifecycle.console import console

from . import staff

console.page("points/<uuid:pk>/enter/", staff.at_console, "point_enter", permission="records.register")
