from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from teilhabe.matching import shipping, training


class Command(BaseCommand):
    help = "Train the head on the shipped phrases and embed the shipped texts anew (for developers)."

    def handle(self, *args: Any, **options: Any) -> None:
        training.train(self.stdout.write)
        shipping.write_shipped_vectors(self.stdout.write)
