"""The documents for tills and for those who trust the figures: what they say is so."""

import re

from tests.consoles import require_what_is_shown
from tests.service import ROOT, Service

DOCS = ROOT / "docs"


def test_every_command_for_tills_prints_what_is_shown(demonstration: Service) -> None:
    require_what_is_shown((DOCS / "tills.md").read_text(), demonstration, 14)


def test_the_client_that_is_shown_is_the_one_that_is_tested() -> None:
    shown = re.findall(r"```python\n(.*?)```", (DOCS / "tills.md").read_text(), re.DOTALL)
    assert shown == [(DOCS / "till_client.py").read_text()]
