"""How fast one core seals and opens through custody: ``python -m bench.custody [RECORDS]``, on a throw-away store.

The key batch is open: what is measured is `custody.seal` and `custody.unseal_many` on records of eight fields in three
categories. The yardstick is one AES-GCM call with a ready cipher on the same bytes, measured in the same process,
interleaved. The goal: 15,000 records sealed a second on one core.
"""

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from uuid import uuid4


def main(count: int, home: Path) -> None:
    os.environ.update(
        PIL_HOME=str(home),
        PIL_SECRET_KEY="bench",
        PIL_CANARY_KEY="bench",
        PIL_KEYRING_PASSPHRASE="bench",
        DJANGO_SETTINGS_MODULE="pilifecycle.settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    for alias in ("vault", "default"):
        call_command("migrate", database=alias, verbosity=0, skip_checks=True)
    measure(count)


def measure(count: int) -> None:
    from bench.crypto import ANSWERS, STANDARD, bare, fastest, line
    from pilifecycle.crypto.packs import bucket_for, encode_fields
    from pilifecycle.custody import actions as custody
    from pilifecycle.ids import uuid7

    emergency, buckets = uuid4(), {name: bucket_for(len(encode_fields(fields))) for name, fields in ANSWERS.items()}
    began = perf_counter()
    custody.open_compartments(emergency, categories=ANSWERS)
    line("open four compartments (with a new keyring)", perf_counter() - began)

    def sealed() -> list[tuple[object, custody.Sealed]]:
        said = {"standard_version": STANDARD, "contents": ANSWERS, "buckets": buckets}
        return [(record, custody.seal(emergency, record, **said)) for record in records]

    records = [uuid7() for _ in range(count)]
    began = perf_counter()
    custody.seal(emergency, records[0], standard_version=STANDARD, contents=ANSWERS, buckets=buckets)
    line("open a key batch and seal one record", perf_counter() - began)
    encrypted, decrypted = bare(list(buckets.values()), count)
    line("custody.seal", fastest(sealed, count), encrypted)
    packs = [(record, name, pack) for record, one in sealed() for name, pack in one.packs.items()]
    many = {"standard_version": STANDARD, "packs": packs}
    line("custody.unseal_many", fastest(lambda: list(custody.unseal_many(emergency, **many)), count), decrypted)
    record, name, pack = packs[0]
    one = {"standard_version": STANDARD, "category": name, "pack": pack}
    line(
        "custody.unseal, one pack", fastest(lambda: [custody.unseal(emergency, record, **one) for _ in range(100)], 100)
    )
    leaves = [[int.from_bytes(pack[1:9], "big"), int.from_bytes(pack[9:13], "big"), name] for _r, name, pack in packs]
    line("puncture three leaves under a warrant", fastest(lambda: punctured(emergency, leaves), 1, 1))


def punctured(emergency: object, leaves: list[list[object]]) -> None:
    from pilifecycle.custody import actions as custody
    from pilifecycle.store import clock

    scope = {"leaves": leaves[-3:]}
    matter = {"matter": uuid4(), "approvers": ["P-1"], "earliest": clock.now()}
    warrant = custody.write_warrant("request", emergency, scope=scope, **matter)  # type: ignore[arg-type]
    custody.puncture(warrant)
    custody.close_warrant(warrant)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(min(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, 10_000), Path(place))
