"""The task worker: runs what was put off, and keeps every index of this node current."""

from __future__ import annotations

import multiprocessing
import os
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django_tasks_db.management.commands.db_worker import Worker

from teilhabe.feedback.tasks import keep_forgetting
from teilhabe.matching.tasks import keep_indexes


class Command(BaseCommand):
    help = "Run tasks and keep the search indexes current, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        keeper = threading.Thread(target=keep_indexes, args=(stop,), daemon=True, name="index keeper")
        keeper.start()
        threading.Thread(target=keep_forgetting, args=(stop,), daemon=True, name="forgetting").start()
        worker = Worker(
            queue_names=["*"],
            interval=0.5,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.uname().nodename[:40]}-{os.getpid()}",
            excluded_queue_names=[],
        )
        worker.configure_signals()
        try:
            worker.run()
        finally:
            stop.set()
            for child in multiprocessing.active_children():  # busy with vectors for minutes; the next start goes on
                child.terminate()
