"""schemathesis reads the description and tries to prove it, or the service, wrong."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.access import made_through
from tests.service import ROOT, Service

_AT_LENGTH_S = 1_400
"""Six minutes on two cores that do nothing else, and three times that beside others."""


def tried(service: Service, folder: Path, *words: str, key: str, within_s: int = 570) -> str:
    """What schemathesis says of a running service; ``key`` is a manager's."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(ROOT / "tests/openapi/schemathesis.toml")),
            *("run", f"{service.url}/openapi.json", *words),
            *("--header", f"Authorization: Bearer {key}"),
        ],
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.openapi.hooks", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_nothing_is_found(demonstration: Service, tmp_path: Path, *, long: bool) -> None:
    seed = random.randrange(1_000_000) if long else 1
    # The examples and a few of each; at length, what is at the edges of every value as well.
    few = ("--phases", "examples,fuzzing", "--max-examples", "3", "--no-shrink")
    words = ("--max-examples", "100") if long else few
    key = made_through(demonstration, "manager")
    within_s = _AT_LENGTH_S if long else 570
    said = tried(demonstration, tmp_path, "--seed", str(seed), *words, key=key, within_s=within_s)
    count = re.search(r"(\d+) generated", said)
    assert count is not None, said
    assert int(count[1]) >= (2_000 if long else 200)
    sys.stdout.write(said)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_an_id_that_cannot_be_is_not_found_whatever_the_method(
    shared_service: Service, method: str
) -> None:
    """The address was said to be there for other methods (405), of which one was not said."""
    for path in ("/products", "/stores"):
        for entry_id in ("0", "9007199254740992", "1" + "0" * 40):
            reply = shared_service.request(method, f"{path}/{entry_id}")
            assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
