"""The accounts' pages: nobody signs up, and a second step comes before a password where there is one."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by an operator, and granted by two people (see access.actions)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Passkey or code first: the first one is what "confirm access" asks for."""
        ways = super().get_reauthentication_methods(user)
        return sorted(ways, key=lambda way: way["id"] == "reauthenticate")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves the house: many offices have none, and a mail box is one more place to forget."""


class SealedSecondStep(DefaultMFAAdapter):
    """Secrets of authenticator apps rest sealed under the server's own key, not readable in the database."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.UNFOLD["SITE_TITLE"])


def _box() -> Fernet:
    derive = HKDF(hashes.SHA256(), 32, None, b"pilifecycle second step v1")
    return Fernet(urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))
