"""The vault refuses to lose key material without a live warrant that covers it (vault.md: the guard on keys).

What covers what: ``categories`` a compartment and every root in it, ``roots`` a root, ``leaves`` a puncture of a root
(never its deletion). A live warrant is one that is not closed.
"""

from pilifecycle import privileges, triggers
from pilifecycle.triggers import Trigger, changing, columns_of, never

from .models import Compartment, Destruction, Generation, KeyBatch, Outbox, Puncture, SigningKey, VaultRow, Warrant

WARRANTS = Warrant._meta.db_table
COMPARTMENTS = Compartment._meta.db_table
ROWS = VaultRow._meta.db_table
BATCHES = KeyBatch._meta.db_table
NO_WARRANT = "no live warrant covers this key material"


def _live(covers: str) -> str:
    """A live warrant for the old row's emergency that covers it."""
    return (
        f"EXISTS (SELECT 1 FROM {WARRANTS} w WHERE w.closed_at IS NULL AND w.emergency = OLD.emergency AND ({covers}))"  # noqa: S608
    )


CATEGORY = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(w.scope, '$.categories') c WHERE c.value = OLD.category)",
    "postgresql": "coalesce(w.scope->'categories' ? OLD.category::text, FALSE)",
}
ROOT = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(w.scope, '$.roots') r WHERE json_extract(r.value, '$[0]') = "
    "OLD.key_batch_id AND json_extract(r.value, '$[1]') = OLD.category)",
    "postgresql": "coalesce(w.scope->'roots' @> jsonb_build_array(jsonb_build_array(OLD.key_batch_id, OLD.category)), "
    "FALSE)",
}
LEAF = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(w.scope, '$.leaves') l WHERE json_extract(l.value, '$[0]') = "
    "OLD.key_batch_id AND json_extract(l.value, '$[2]') = OLD.category)",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(w.scope->'leaves') WHEN 'array' THEN "
    "w.scope->'leaves' ELSE '[]' END) l WHERE l->0 = to_jsonb(OLD.key_batch_id) AND l->>2 = OLD.category)",
}
VENDORS = ("sqlite", "postgresql")
LIVE_CATEGORY = {v: _live(CATEGORY[v]) for v in VENDORS}
LIVE_ROOT = {v: _live(f"{CATEGORY[v]} OR {ROOT[v]}") for v in VENDORS}
LIVE_LEAF = {v: _live(f"{CATEGORY[v]} OR {ROOT[v]} OR ({LEAF[v]} AND NEW.state = 'punctured')") for v in VENDORS}
REWRAPPED = (  # the custody process takes a sealed root into the compartment: the same root, by its check value
    "OLD.state = 'sealed' AND NEW.state = 'wrapped' AND OLD.check_value = NEW.check_value "
    "AND OLD.ck_version = NEW.ck_version AND NEW.blob IS NOT NULL"
)
SEALING = (
    f"EXISTS (SELECT 1 FROM {COMPARTMENTS} c WHERE c.emergency = NEW.emergency AND c.category = NEW.category "  # noqa: S608
    "AND c.version = NEW.ck_version AND c.state = 'sealing'{lock})"
)


def _rows() -> list[Trigger]:
    """A root: written once under the sealing version, lost under a warrant only."""
    material = ("state", "blob", "check_value", "ck_version", "suite", "radix", "depth")
    identity = ("id", "key_batch_id", "emergency", "category")
    unless = {v: f"({REWRAPPED}) OR {LIVE_LEAF[v]}" for v in VENDORS}
    sealing = {"sqlite": SEALING.format(lock=""), "postgresql": SEALING.format(lock=" FOR SHARE")}
    return [
        Trigger("root_delete", ROWS, "delete", NO_WARRANT, unless=LIVE_ROOT),
        Trigger("root_update", ROWS, "update", NO_WARRANT, material, unless=unless),
        Trigger("root_identity", ROWS, "update", "a root stays what it is the root of", identity),
        Trigger("root_insert", ROWS, "insert", "no sealing compartment of that version", unless=sealing),
    ]


def _compartments() -> list[Trigger]:
    """A compartment: its name for ever, its key until a warrant says otherwise, never back."""
    open_for = ("state", "blob", "destroyed_at")
    lost = (
        "(OLD.blob IS NOT NULL AND NEW.blob IS DISTINCT FROM OLD.blob) "
        "OR (OLD.state <> 'destroyed' AND NEW.state = 'destroyed')"
    )
    back = f"OLD.state = 'destroyed' AND ({changing(*open_for)}) AND (NEW.state <> 'destroyed' OR NEW.blob IS NOT NULL)"
    says = "a compartment keeps its name and its public key"
    return [
        Trigger("key_lost", COMPARTMENTS, "update", NO_WARRANT, open_for, lost, LIVE_CATEGORY),
        Trigger("key_back", COMPARTMENTS, "update", "what is destroyed stays destroyed", open_for, back),
        Trigger("key_name", COMPARTMENTS, "update", says, columns_of(Compartment, but=open_for)),
    ]


def _once(model: type, *columns: str) -> list[Trigger]:
    """Nothing of such a row changes, but these columns from empty to something."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    set_once = [
        Trigger(f"{table}_{c}_once", table, "update", f"{c} is set once", (c,), f"OLD.{c} IS NOT NULL") for c in columns
    ]
    fixed = columns_of(model, but=columns)
    return [Trigger(f"{table}_fixed", table, "update", "this row is fixed", fixed), *set_once]


def _evidence() -> list[Trigger]:
    """Evidence of a destruction is written with its end, and then stands."""
    table = Destruction._meta.db_table
    fixed = columns_of(Destruction, but=("done_at", "evidence"))
    says, done = "evidence stands", "OLD.done_at IS NOT NULL"
    return [
        Trigger("destruction_fixed", table, "update", "this row is fixed", fixed),
        Trigger("destruction_done", table, "update", says, ("done_at", "evidence"), done),
    ]


def _limit() -> None:
    """A front without custody opens key batches and reads public keys; pages with custody write no warrant."""
    write = "SELECT, INSERT, UPDATE"
    named = ("id", "emergency", "category", "version", "state", "suite", "public_key")
    public = ", ".join(f'"{column}"' for column in named)
    privileges.limit("vault", COMPARTMENTS, pil_front=f"SELECT ({public})", pil_vault_web=write)
    privileges.limit("vault", BATCHES, pil_front='INSERT, SELECT ("id", "closed_at")', pil_vault_web=write)
    privileges.limit(
        "vault", ROWS, pil_front='INSERT, SELECT ("id")', pil_vault_web=write, pil_vault_worker=f"{write}, DELETE"
    )
    privileges.limit("vault", SigningKey._meta.db_table, pil_front="SELECT", pil_vault_web="SELECT, INSERT")
    for model in (Outbox, Generation):
        privileges.limit("vault", model._meta.db_table, pil_vault_web=write)


def register() -> None:
    """Register the guards of this room. Canaries are data and need none."""
    _limit()
    counted = ("closed_at", "used", "entries", "persons", "gone", "gone_persons")
    generation = Generation._meta.db_table
    spent = "a key batch changes its counters only"
    triggers.register(
        "custody",
        "vault",
        [
            *_rows(),
            *_compartments(),
            *_once(Warrant, "used_at", "closed_at"),
            *_once(Puncture, "final_at"),
            *_once(Outbox, "taken_at"),
            *_evidence(),
            Trigger("key_batch_fixed", BATCHES, "update", spent, columns_of(KeyBatch, but=counted)),
            Trigger(
                "generation_grows", generation, "update", "generations grow", ("highest",), "NEW.highest < OLD.highest"
            ),
            *never("update", SigningKey),
            *never("delete", Compartment, KeyBatch, Warrant, Destruction, Puncture, Outbox, Generation, SigningKey),
        ],
    )
