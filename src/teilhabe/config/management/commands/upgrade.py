from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from teilhabe.vocabulary.operations import load_needs


class Command(BaseCommand):
    help = "Bring the database up to date: its tables, then the shipped needs."
    requires_system_checks = []  # they would load every page first

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        self.stdout.write(f"{load_needs()} needs and groups of needs written")
