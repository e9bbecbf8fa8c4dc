from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from teilhabe.exchange.demo_centres import DemoRefused, demo_folders, load_demo
from teilhabe.matching.operations import is_whole, refresh_index
from teilhabe.vocabulary.operations import load_needs


class Command(BaseCommand):
    help = "Two demo centres with invented organisations and offers. A second call changes nothing."
    requires_system_checks = []  # they would load every page first

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--later", action="store_true", help="leave vectors and index to the task worker")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)  # one command from an empty folder to a demo
        load_needs()
        try:
            loaded = [load_demo(folder, progress=self._progress) for folder in demo_folders()]
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for centre, report in loaded:
            if not options["later"] and not is_whole(centre):
                refresh_index(centre, progress=lambda done, total: self._progress("made findable", done, total))
            self.stdout.write(f"{centre.slug}: {report.rows} offers, {report.created + report.changed} written")

    def _progress(self, what: str, done: int, total: int) -> None:
        self.stderr.write(f"{what}: {done:,} of {total:,}")
