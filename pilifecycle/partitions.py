"""One model, two shapes: a plain table on SQLite, a LIST-partitioned one on PostgreSQL.

The partitions themselves are made by a trigger when their key's row is inserted, and attached, never created with
``PARTITION OF``: an attached one waits for no reader (``collection.records.guards``).
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from .errors import WrongState


class CreatePartitionedModel(migrations.CreateModel):
    """CreateModel; on PostgreSQL LIST-partitioned by the column `key`, with primary key (key, id) and no foreign keys.

    A foreign key to the table whose rows make the partitions deadlocks when two are made at once: there the partition
    itself is the foreign key. Reversed only while no row is there: no permit covers what a reversal would drop.
    """

    serialization_expand_args = ["fields", "options", "managers"]

    def __init__(self, name: str, fields: list[Any], key: str, **more: Any) -> None:
        self.key = key
        super().__init__(name, fields, **more)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, list(args), {**kwargs, "key": self.key}

    def reduce(self, operation: Operation, app_label: str) -> Any:
        """Never folded into another operation: the fold would be a plain CreateModel."""
        return Operation.reduce(self, operation, app_label)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        elif self.allow_migrate_model(schema_editor.connection.alias, model):
            self._create_parent(model, schema_editor)

    def _create_parent(self, model: Any, schema_editor: Any) -> None:
        pk, table = map(schema_editor.quote_name, (model._meta.pk.column, model._meta.db_table))
        key = schema_editor.quote_name(self.key)
        before = list(schema_editor.deferred_sql)
        sql, params = schema_editor.table_sql(model)
        schema_editor.deferred_sql[:] = before  # drops the foreign keys
        if sql.count(" PRIMARY KEY") != 1 or not sql.endswith(")"):
            raise ValueError(f"not the shape of a table that can be partitioned: {self.name}")
        columns = sql.replace(" PRIMARY KEY", "")[:-1]
        schema_editor.execute(f"{columns}, PRIMARY KEY ({key}, {pk})) PARTITION BY LIST ({key})", params or None)
        schema_editor.execute(f"CREATE INDEX ON {table} ({pk})")
        schema_editor.deferred_sql.extend(schema_editor._model_indexes_sql(model))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = from_state.apps.get_model(app_label, self.name)
        alias = schema_editor.connection.alias
        if not self.allow_migrate_model(alias, model):
            return
        if model._base_manager.using(alias).exists():
            raise WrongState(f"{self.name} has rows; a migration does not destroy them", code="rows_present")
        super().database_backwards(app_label, schema_editor, from_state, to_state)
