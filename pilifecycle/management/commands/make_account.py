"""``manage.py make_account``: the first accounts of a store, and later ones where there is only the machine.

In a store of at most two accounts the roles count at once: there is nobody yet to be the second. From the third account
on they wait, and somebody else confirms them in the console (design: two people stay two).
"""

import getpass
import os
import secrets
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction

from pilifecycle.access import actions
from pilifecycle.access.roles import Role
from pilifecycle.errors import LifecycleError


class Command(BaseCommand):
    help = "Make an account and give it roles; from the third account on a second person confirms them in the console."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--staff-number", required=True, help="what the audit log and certificates name")
        parser.add_argument("--role", action="append", default=[], choices=Role.values, help="may be repeated")
        parser.add_argument("--body", action="append", default=[], type=UUID, help="UUID; without it: everywhere")
        parser.add_argument("--name", default="", help="the person's name, as the console shows it")
        parser.add_argument("--office", default="", help="as certificates print it")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        password, made_up = self._password(options["password_stdin"])
        try:
            with transaction.atomic():
                waiting = self._make(password, options)
        except LifecycleError as refusal:
            faults = "; ".join(f"{field}: {sentence}" for field, sentence in getattr(refusal, "fields", {}).items())
            raise CommandError(" ".join(filter(None, [str(refusal.message), faults])) or refusal.code) from None
        self.stdout.write(f"Account {options['username']} is made.")
        if made_up:
            self.stdout.write(f"First password, shown once: {password}")
        if waiting:
            self.stdout.write(f"{waiting} role(s) wait for a second person, who confirms them in the console.")

    def _password(self, from_stdin: bool) -> tuple[str, bool]:
        """The password, and whether it was made up here."""
        if from_stdin:
            return sys.stdin.readline().rstrip("\n"), False
        if given := os.environ.get("PIL_ACCOUNT_PASSWORD", ""):
            return given, False
        typed = getpass.getpass("Password (empty: one is made up): ") if sys.stdin.isatty() else ""
        return (typed, False) if typed else (secrets.token_urlsafe(12), True)

    def _make(self, password: str, options: dict[str, Any]) -> int:
        """Make the account and its roles in one transaction; how many roles wait."""
        bodies = options["body"]
        user = actions.make_account(
            options["username"],
            staff_number=options["staff_number"],
            actor="system",
            password=password,
            name=options["name"],
            office=options["office"],
            body=bodies[0] if bodies else None,
        )
        scopes = [(role, body) for role in options["role"] for body in bodies or [None]]
        grants = [actions.propose_grant(user, role, body=body, actor="system") for role, body in scopes]
        return sum(grant.confirmed_at is None for grant in grants)
