"""What is scraped of a service, read by Prometheus's own parser."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.service import Service

Sample = tuple[str, frozenset[tuple[str, str]]]


def scraped(service: Service) -> dict[Sample, float]:
    """Every sample by its name and labels."""
    reply = httpx.get(f"{service.url}/metrics", timeout=30)
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (one.name, frozenset(one.labels.items())): one.value
        for family in text_string_to_metric_families(reply.text)
        for one in family.samples
    }


def value(service: Service, name: str, **labels: str) -> float:
    """One sample; 0 where nothing was counted yet."""
    return scraped(service).get((name, frozenset(labels.items())), 0)
