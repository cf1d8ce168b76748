"""Files that are read beside the database's own connections must not take the database's locks away."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from pilifecycle.access.models import User
from retention.destroy import residue

on_sqlite = pytest.mark.skipif(
    "sqlite" not in str(__import__("django").conf.settings.DATABASES["default"]["ENGINE"]), reason="files"
)
ANOTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM sqlite_master'); c.close()"


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_scan_keeps_the_log_under_the_feet_of_its_own_process() -> None:
    """POSIX drops all locks of a process on a file when it closes any descriptor of it: another process that ends
    then takes itself for the last one and removes the write-ahead log that we still write to."""
    data = Path(connections["default"].settings_dict["NAME"])
    User.objects.exists()
    residue.scan(dirs=[data.parent])
    User.objects.create(username="after", staff_number="S7777")
    subprocess.run([sys.executable, "-c", ANOTHER, str(data)], check=True, timeout=60)
    assert data.with_name(data.name + "-wal").exists()
    with sqlite3.connect(data) as other:
        assert other.execute("SELECT count(*) FROM pilifecycle_user WHERE username = 'after'").fetchone() == (1,)
