"""Strip: take items out of records that live on. Shard by shard: open, drop the fields, re-seal under a new key batch.

No key dies here; the engine's `keys` step deletes the old roots afterwards. A record that was re-sealed and not noted
is
re-sealed once more: its first new leaf is then a leaf outside the key batches, and is punctured with the others.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from collection.catalogue import kind
from collection.emergencies import standards
from collection.emergencies.models import CollectionStandard
from collection.records import permits
from collection.records.erasure import leaves_of
from collection.records.models import Record, Token
from pilifecycle.crypto.packs import read_header
from pilifecycle.custody import actions as custody

from .order import Order, Outcome

SHARD = 1000


def step(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Re-seal one shard. The cursor carries the last record and the leaves outside the order's key batches."""
    rows = _next_rows(order, cursor.get("after"))
    leaves = cursor.get("leaves", [])
    if not rows:
        return Outcome(True, cursor, {"stripped": cursor.get("rows", 0), "outside": len(leaves)})
    inside = set(order.key_batches or ())
    outside = [
        list(leaf) for row in rows for leaf in leaves_of(row) if leaf[2] in order.categories and leaf[0] not in inside
    ]
    packs = dict(_resealed(order, rows))
    with permits.opened(order.emergency, matter=order.matter, kind="batch"):
        for row in rows:
            Record.objects.of(order.emergency).filter(pk=row.pk).update(**packs[row.pk])
        fields = [f"{code}/{kind(code).normaliser_version}" for code in order.items]
        Token.objects.filter(emergency=order.emergency, record__in=[row.pk for row in rows], kind__in=fields).delete()
    after = {"after": str(rows[-1].pk), "rows": cursor.get("rows", 0) + len(rows), "leaves": leaves + outside}
    return Outcome(False, after)


def _next_rows(order: Order, after: str | None) -> list[Record]:
    rows = Record.objects.of(order.emergency).filter(
        birth_batch__in=order.key_batches or (), standard__in=order.standards
    )
    if after:
        rows = rows.filter(pk__gt=UUID(after))
    return list(rows.order_by("pk")[:SHARD])


def _resealed(order: Order, rows: list[Record]) -> Iterator[tuple[UUID, dict[str, bytes]]]:
    """record → its new packs by column, of the categories that the items belong to. One new key batch a shard."""
    (standard,) = map(str, order.standards)
    buckets = standards.buckets(CollectionStandard.objects.get(pk=standard))
    gone = {kind(code).number for code in order.items}
    parcel = custody.open_parcel(order.emergency, standard, "strip", order.categories)
    for row in rows:
        packs = {category: pack for category, pack in row.packs().items() if category in order.categories}
        named = [(row.pk, category, pack) for category, pack in packs.items()]
        opened = {
            category: values
            for _record, category, values in custody.unseal_many(
                order.emergency, standard_version=standard, packs=named
            )
        }
        sealed = custody.seal(
            order.emergency,
            row.pk,
            standard_version=standard,
            contents={
                c: {number: value for number, value in values.items() if number not in gone}
                for c, values in opened.items()
            },
            buckets=buckets,
            versions={category: read_header(pack).version + 1 for category, pack in packs.items()},
            purpose="strip",
            parcel=parcel,
        )
        yield row.pk, {f"pack_{category}": pack for category, pack in sealed.packs.items()}
