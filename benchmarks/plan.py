"""How much is measured: sizes that mean something, or small ones that show it all runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The sizes of one run of the benchmarks."""

    judged: bool
    """Whether the sizes are large enough to say that a goal is met or missed."""
    rounds: int
    """How often each side is measured, in turn."""
    starts: int
    """The same for the start, which takes no load and varies more."""
    warm_up_s: float
    measured_s: float
    connections: int
    """Keep-alive connections that post sales."""
    stores: int
    products: int
    report_lines: int
    """Lines of receipts in the database that reports are read from."""
    many_lines: int
    """Lines in the larger database that is compared with it."""
    sales_a_second: int
    """How many sales arrive while a report is read."""
    report_s: float
    """How long a report is asked for again and again in a round; the median answer counts."""


FULL = Plan(
    judged=True,
    rounds=5,
    starts=9,
    warm_up_s=1.0,
    measured_s=5.0,
    connections=64,
    stores=235,
    products=32_000,
    report_lines=10_000_000,
    many_lines=50_000_000,
    sales_a_second=2_000,
    report_s=1.0,
)

SHORT = Plan(
    judged=False,
    rounds=1,
    starts=1,
    warm_up_s=0.2,
    measured_s=0.5,
    connections=16,
    stores=20,
    products=500,
    report_lines=20_000,
    many_lines=60_000,
    sales_a_second=100,
    report_s=0.1,
)
