"""The signing key lives in custody too; public halves stay published for ever."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from pilifecycle.crypto import checkpoint, signing
from pilifecycle.errors import KeyLost
from pilifecycle.store import clock

from .holders import NoSuchKey, holder
from .models import SigningKey
from .outside import VAULT, answering


def sign(payload: bytes) -> tuple[int, bytes]:
    """(version of the key, Ed25519 signature of 64 bytes). Raises Unavailable(code="no_custody"), KeyLost."""
    version = _newest()
    return version, signing.sign(_key(version), payload)


def sign_checkpoint(origin: str, size: int, root: bytes) -> str:
    """A signed checkpoint of the ledger, by the newest key."""
    return checkpoint.sign_checkpoint(origin, size, root, _key(_newest()))


def sign_envelope(payload_type: str, payload: bytes) -> dict[str, object]:
    """A DSSE envelope, signed by the newest key, which it names by its fingerprint."""
    from pilifecycle.crypto import dsse

    return dsse.sign_envelope(payload_type, payload, _key(_newest()))


def public_keys() -> dict[int, bytes]:
    """{version: 32 bytes}, old ones too."""
    with answering():
        rows = SigningKey.objects.using(VAULT).order_by("version").values_list("version", "public_key")
        return {version: bytes(public) for version, public in rows}


def ensure_signing_key() -> int:
    """Make version 1 in a new store, in the holder first: stopped in between, the next call finds it."""
    known = public_keys()
    if known:
        return max(known)
    public = holder().create_signing("signing/1")
    try:
        with answering():
            SigningKey.objects.using(VAULT).create(version=1, public_key=public, created_at=clock.now())
    except IntegrityError:
        if not public_keys():
            raise
    return 1


def _newest() -> int:
    return ensure_signing_key()


def _key(version: int) -> signing.Private:
    try:
        return holder().signing_key(f"signing/{version}")
    except NoSuchKey:
        raise KeyLost(_("The signing key is missing."), version=version) from None
