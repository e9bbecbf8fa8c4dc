from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from teilhabe.core.backup import BackupRefused, check_backup, read_backup


class Command(BaseCommand):
    help = "Read a backup into an empty TEILHABE_HOME (or an empty PostgreSQL database)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            check_backup(options["file"])
            call_command("migrate", verbosity=0)
            counts = read_backup(options["file"])
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{sum(counts.values())} rows restored; say: teilhabe reindex")
