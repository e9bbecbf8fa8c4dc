from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from teilhabe.matching import shipping, training


class Command(BaseCommand):
    help = "Train the head on the shipped phrases and embed the demo's texts anew (for developers: `make vectors`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head-only", action="store_true", help="needs no database")
        parser.add_argument("--texts-only", action="store_true", help="wants the demo in TEILHABE_HOME")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["texts_only"]:
            training.train(self.stdout.write)
        if not options["head_only"]:
            shipping.write_shipped_vectors(self.stdout.write)
