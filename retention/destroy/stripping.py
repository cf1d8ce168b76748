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
from collection.records.erasure import leaves_of, replace_packs
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
        left = [row.pk for row in rows if not replace_packs(row, packs[row.pk], order.categories)]
        fields = [f"{code}/{kind(code).normaliser_version}" for code in order.items]
        Token.objects.filter(emergency=order.emergency, record__in=[row.pk for row in rows], kind__in=fields).delete()
    told = {**cursor, "leaves": leaves + outside}
    if Record.objects.of(order.emergency).filter(pk__in=left).exists():
        return Outcome(False, told)  # a withdrawal re-sealed some meanwhile: read the shard again
    return Outcome(False, told | {"after": str(rows[-1].pk), "rows": cursor.get("rows", 0) + len(rows)})


def _next_rows(order: Order, after: str | None) -> list[Record]:
    rows = Record.objects.of(order.emergency).filter(
        birth_batch__in=order.key_batches or (), standard__in=order.standards
    )
    if after:
        rows = rows.filter(pk__gt=UUID(after))
    return list(rows.order_by("pk")[:SHARD])


def _resealed(order: Order, rows: list[Record]) -> Iterator[tuple[UUID, dict[str, bytes]]]:
    """record → its new packs by category, of the categories that the items belong to. One new key batch a shard."""
    (standard,) = map(str, order.standards)
    buckets = standards.buckets(CollectionStandard.objects.get(pk=standard))
    gone = {kind(code).number for code in order.items}
    with custody.open_parcel(order.emergency, standard, "strip", order.categories) as parcel:
        for row in rows:
            packs = {category: pack for category, pack in row.packs().items() if category in order.categories}
            kept = _kept(order, row, packs, gone)
            sealed = custody.seal(
                order.emergency,
                row.pk,
                standard_version=standard,
                contents=kept,
                buckets=buckets,
                versions={category: read_header(pack).version + 1 for category, pack in packs.items()},
                purpose="strip",
                parcel=parcel,
            )
            yield row.pk, sealed.packs


def _kept(order: Order, row: Record, packs: dict[str, bytes], gone: set[int]) -> dict[str, dict[int, Any]]:
    """{category: {kind number: value}} of what stays. A pack whose leaf was punctured meanwhile is left out."""
    named = [(row.pk, category, pack) for category, pack in packs.items()]
    opened = custody.unseal_many(order.emergency, standard_version=str(row.standard_id), packs=named)
    return {
        category: {number: value for number, value in values.items() if number not in gone}
        for _record, category, values in opened
    }
