"""How often one client may search: counted in this process's memory, by the minute."""

from __future__ import annotations

from teilhabe.core.rate import Rate

_searches = Rate(seconds=60)
seconds_to_wait = _searches.seconds_to_wait
forget = _searches.forget
