"""What the web server is told beyond its command line (a configuration module of gunicorn)."""

from __future__ import annotations

from gunicorn.http import message

# bytes of an address: a need of any length is cut by us, not refused. Without a bound it would fill the memory
limit_request_line = 400_000
message.MAX_REQUEST_LINE = limit_request_line  # gunicorn cuts its own setting down to this
