from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teilhabe.core.backup import BackupRefused, write_backup


class Command(BaseCommand):
    help = "Write everything (database, files) into one new file; may run while the server answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = write_backup(options["file"])
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['file']}: {sum(counts.values())} rows of {len(counts)} tables")
