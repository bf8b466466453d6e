"""The metrics: made at each scrape from what is counted anyway (see docs/metrics.md)."""

import platform
from collections.abc import Iterator
from contextlib import suppress

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from quart_app import __version__
from quart_app.backups.last import last_backup
from quart_app.database.engine import ENGINE
from quart_app.observing.requests import WATCHING
from quart_app.observing.spread import SECOND_NS, Spread
from quart_app.observing.watch import Watch


class Metrics(Collector):
    """Everything that is counted, as metric families."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._held: int | None = None
        self._silent_tills: int | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def written(
        self, accept: str, *, held: int | None, silent_tills: int | None
    ) -> tuple[bytes, str]:
        """All of them as the scraper wants them, and the media type of that.

        Figures that no reader gave in time are left out: they are not known.
        """
        self._held, self._silent_tills = held, silent_tills
        write, media_type = choose_encoder(accept)
        return write(self._registry), media_type

    def collect(self) -> Iterator[Metric]:
        """Each family, asked for by the registry."""
        yield InfoMetricFamily(
            "sales_build",
            "Which release this is, and what it runs on.",
            {"version": __version__, "python": platform.python_version(), "engine": ENGINE},
        )
        yield from self._of_requests()
        yield from self._of_receipts()
        yield from self._of_storage()
        yield _counter("sales_wrong_keys", "Wrong keys sent.", self._watch.attempts.wrong)

    def _of_requests(self) -> Iterator[Metric]:
        counts = CounterMetricFamily(
            "sales_requests", "Requests that ended.", labels=("route", "method", "status")
        )
        seconds = HistogramMetricFamily(
            "sales_request_seconds", "From a request to its answer.", labels=("part", "method")
        )
        together: dict[tuple[str, str], Spread] = {}
        for (route, method, status), spread in self._watch.requests.routes.items():
            counts.add_metric((route, method, str(status)), sum(spread.counts))
            if route in WATCHING:
                continue
            whole = together.setdefault((_part(route), method), Spread(spread.bounds))
            whole.join(spread)
        for labels, spread in together.items():
            seconds.add_metric(labels, *_buckets(spread, SECOND_NS))
        yield counts
        yield seconds
        log = self._watch.requests.log
        if log is not None:
            yield _counter("sales_log_dropped", "Lines of the log that nobody took.", log.dropped)

    def _of_receipts(self) -> Iterator[Metric]:
        outcomes = CounterMetricFamily(
            "sales_receipts", "Receipts that came, by what became of them.", labels=("outcome",)
        )
        for outcome, count in self._watch.sales.outcomes.counts.items():
            outcomes.add_metric((outcome,), count)
        yield outcomes
        queue = self._watch.sales.queue
        yield _gauge("sales_queue_depth", "Receipts that wait to be written.", queue.depth)
        yield _gauge("sales_queue_size", "Receipts that may wait at most.", queue.size)
        yield _histogram("sales_group_size", "Receipts of a commit.", queue.groups, 1)
        if self._held is not None:
            yield _gauge("sales_held", "Receipts that are held now.", self._held)
        if self._silent_tills is not None:
            text = "Tills that have sent nothing today, though they should have by now."
            yield _gauge("sales_silent_tills", text, self._silent_tills)

    def _of_storage(self) -> Iterator[Metric]:
        figures, file = self._watch.storage.figures, self._watch.storage.path
        yield _histogram(
            "sales_commit_seconds", "Commits, until they are on disk.", figures.commits, SECOND_NS
        )
        yield _histogram(
            "sales_checkpoint_seconds",
            "Copying the log back into the file.",
            figures.checkpoints,
            SECOND_NS,
        )
        yield _counter(
            "sales_checkpoints_failed",
            "Times that the log could not be copied back.",
            figures.checkpoints_failed,
        )
        yield _counter(
            "sales_reading_deadlines", "Readings stopped as too slow.", figures.deadlines
        )
        text = "Whether the disk refused the last write."
        yield _gauge("sales_last_write_refused", text, int(figures.refusal is not None))
        with suppress(FileNotFoundError):
            yield _gauge("sales_database_bytes", "The database file.", file.stat().st_size)
        with suppress(FileNotFoundError):
            log = file.with_name(f"{file.name}-wal")
            yield _gauge("sales_wal_bytes", "The file of the write-ahead log.", log.stat().st_size)
        if (backup := last_backup(file)) is not None:
            text = "When the last good backup was made, since 1970."
            seconds = backup.taken_at_us // 1_000_000
            yield _gauge("sales_last_backup_timestamp_seconds", text, seconds)


def _part(route: str) -> str:
    """What of the API a route belongs to: few, so that buckets are few."""
    return route.split("/")[3] if route.startswith("/api/v1/") else "other"


def _counter(name: str, text: str, value: int) -> Metric:
    return CounterMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, value: int) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _histogram(name: str, text: str, spread: Spread, unit: int) -> Metric:
    buckets, total = _buckets(spread, unit)
    return HistogramMetricFamily(name, text, buckets=buckets, sum_value=total)


def _buckets(spread: Spread, unit: int) -> tuple[list[tuple[str, float]], float]:
    """The buckets as Prometheus has them: each with all that is below it; the sum."""
    buckets, below = [], 0
    for bound, count in zip([*spread.bounds, None], spread.counts, strict=True):
        below += count
        buckets.append(("+Inf" if bound is None else f"{bound / unit:g}", float(below)))
    return buckets, spread.total / unit
