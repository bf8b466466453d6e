"""What the tests share: services, and the real receipts where they are at hand."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from quart_app.clock import SystemClock
from quart_app.database.storage import Storage
from tests.service import ROOT, Service, command, serving, with_catalogue

pytest_plugins = ["tests.faults.table"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of the fault tests")


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long form was asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sales.db"


@pytest.fixture
async def storage(database: Path) -> AsyncIterator[Storage]:
    """An open file with one reader, which has a second."""
    opened = Storage(database, currency="RUB", clock=SystemClock(), readers=1, read_timeout_s=1)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def service(database: Path) -> Iterator[Service]:
    """A service of the test's own, with a small catalogue."""
    with serving(database) as running:
        yield with_catalogue(running)


@pytest.fixture(scope="module")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for the tests of a module, which do not depend on what others wrote."""
    with serving(tmp_path_factory.mktemp("shared") / "sales.db") as running:
        yield with_catalogue(running)


@pytest.fixture(scope="session")
def demonstration_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demonstration's stores and products."""
    database = tmp_path_factory.mktemp("demonstration") / "sales.db"
    for kind in ("stores", "products"):
        done = command("import", kind, f"seed/{kind}.csv", database=database, currency="USD")
        assert done.returncode == 0, done.stderr
    return database


@pytest.fixture
def demonstration(demonstration_catalogue: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with the catalogue of the demonstration."""
    database = tmp_path / "sales.db"
    database.write_bytes(demonstration_catalogue.read_bytes())
    with serving(database, currency="USD") as service:
        yield service


@pytest.fixture(scope="session")
def real_receipts() -> Path:
    """The folder of the two real months; a test that needs it is skipped where it is not."""
    folder = ROOT.parent / "shared" / "data" / "completejourney"
    if not folder.is_dir():
        pytest.skip("the real receipts are not at hand (../shared/data/completejourney)")
    return folder


@pytest.fixture(scope="session")
def real_months(real_receipts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the two real months, imported once; nothing is added to it."""
    database = tmp_path_factory.mktemp("real") / "sales.db"
    for kind, file in (("stores", "stores.csv"), ("products", "products.csv")):
        done = command("import", kind, str(real_receipts / file), database=database)
        assert done.returncode == 0, done.stderr
    done = command("import", "sales", str(real_receipts / "sales.csv.gz"), database=database)
    assert "25,908 receipts counted, 0 were there already, 0 held, 0 refused" in done.stdout
    return database
