"""The rules of the code's shape, held by reading the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import ROOT

PACKAGE = ROOT / "quart_app"
CONTEXTS = (
    "access",
    "people",
    "notes",
    "digest",
    "products",
    "stores",
    "tills",
    "sales",
    "reports",
)
# Seconds to wait are the one thing that may be a fraction.
SECONDS = {
    "database/transaction.py",
    "serving.py",
    "supervisor.py",
    "web/client.py",
    "web/watch.py",
}
# Where a package is not called what is imported from it.
NAMES_OF_PACKAGES = {"argon2": "argon2-cffi", "prometheus_client": "prometheus-client"}
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def code_of(file: Path) -> str:
    """A file's code without its strings and comments."""
    return ast.unparse(_WithoutText().visit(ast.parse(file.read_text())))


class _WithoutText(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node


def texts(file: Path) -> Iterator[str]:
    """A file's strings that are not docstrings, f-strings as one with {} for their parts."""
    tree = ast.parse(file.read_text())
    inside = {
        part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    documented = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node not in inside and node not in documented:
                yield node.value


def is_sql(text: str) -> bool:
    return re.match(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s", text) is not None


def test_the_framework_stays_at_the_doors() -> None:
    allowed = re.compile(r"app\.py|serving\.py|web/.*|(\w+/)*(\w+_)?routes\.py|dashboard/.*")
    for file in FILES:
        uses = {name.partition(".")[0] for name in imports(file)}
        if uses & {"quart", "werkzeug", "hypercorn"}:
            assert allowed.fullmatch(name_of(file)), name_of(file)


def test_the_engine_stays_in_its_room() -> None:
    for file in FILES:
        if {name.partition(".")[0] for name in imports(file)} & {"sqlite3", "aiosqlite"}:
            assert name_of(file).startswith("database/"), name_of(file)


def test_contexts_meet_through_services_and_models() -> None:
    for file in FILES:
        room = name_of(file).partition("/")[0]
        for name in imports(file):
            parts = name.split(".")
            if parts[0] == "quart_app" and len(parts) > 2 and parts[1] in CONTEXTS:
                if room != parts[1] and room != "app.py":
                    within = ".".join(parts[2:])
                    assert not re.search("routes|repository", within), f"{name_of(file)}: {name}"


def test_no_import_goes_in_a_circle() -> None:
    modules = {
        "quart_app." + name_of(file).removesuffix(".py").replace("/", "."): file for file in FILES
    }
    below = {
        module: {name for name in imports(file) if name in modules}
        for module, file in modules.items()
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for name in below[module]:
                visit(name, (*path, module))
            done.add(module)

    for module in modules:
        visit(module, ())


def test_sql_stands_in_repositories_and_its_own_files() -> None:
    for file in FILES:
        name = name_of(file)
        if name.endswith("repository.py") or name.startswith("database/"):
            continue
        assert not [text for text in texts(file) if is_sql(text)], name


def statements() -> list[tuple[str, str]]:
    found = [
        (name_of(file), text)
        for file in FILES
        if file.name.endswith("repository.py")
        for text in texts(file)
        if is_sql(text)
    ]
    found += [(name_of(file), file.read_text()) for file in PACKAGE.glob("reports/sql/*.sql")]
    return found


def test_sql_is_written_one_way() -> None:
    assert len(statements()) > 20
    for name, sql in statements():
        bare = re.sub(r"--[^\n]*|'[^']*'", "", sql)
        assert "*" not in re.sub(r"\w\)? \* |COUNT\(\*\)", "", bare), f"{name}: SELECT *\n{sql}"
        words = (
            r"\b(?<!:)(select|from|where|group by|order by|join|insert|values|limit :|and|or|on)\b"
        )
        assert not re.search(words, bare), f"{name}: keywords are upper case\n{sql}"
        assert "?" not in bare, f"{name}: parameters have names\n{sql}"


def test_no_float_is_near_money_or_quantities() -> None:
    for file in FILES:
        if name_of(file) in SECONDS or name_of(file).startswith("observing/"):
            continue
        divides_paths = {"pathlib", "importlib"} & {name.split(".")[0] for name in imports(file)}
        for node in ast.walk(ast.parse(file.read_text())):
            is_float = (
                (isinstance(node, ast.Constant) and isinstance(node.value, float))
                or (isinstance(node, ast.Name) and node.id in ("float", "round"))
                or (isinstance(node, ast.Div) and not divides_paths)
            )
            assert not is_float, f"{name_of(file)}: {ast.unparse(node)}"


def test_only_the_clock_asks_for_the_time() -> None:
    for file in FILES:
        if name_of(file) != "clock.py":
            found = re.findall(
                r"datetime\.now|date\.today|utcnow|time\.time\w*|monotonic", code_of(file)
            )
            assert not found, f"{name_of(file)}: {found}"


def test_no_error_is_passed_over() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ExceptHandler):
                assert not all(isinstance(one, ast.Pass) for one in node.body), name_of(file)


@pytest.mark.parametrize("folder", ["quart_app", "tests", "benchmarks"])
def test_files_are_small(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        lines = len(file.read_text().splitlines())
        assert lines <= 300, f"{file.relative_to(ROOT)}: {lines} lines"


def test_no_room_for_everything() -> None:
    for file in FILES:
        assert not re.search(r"util|helper|manager|common|misc", name_of(file)), name_of(file)


def test_what_is_required_is_what_is_imported() -> None:
    names = set()
    for file in FILES:
        names |= {name.partition(".")[0] for name in imports(file)}
    modules = names - {"quart_app"} - set(__import__("sys").stdlib_module_names)
    outside = {NAMES_OF_PACKAGES.get(one, one) for one in modules}
    pinned = (ROOT / "requirements.txt").read_text()
    required = set(re.findall(r"^([a-z][a-z0-9-]+)==", pinned, re.MULTILINE))
    assert outside <= required
    declared = re.search(r"dependencies = \[(.*)\]", (ROOT / "pyproject.toml").read_text())
    assert declared is not None
    # Zones are read by the standard library from tzdata.
    assert outside | {"tzdata"} == set(re.findall(r'"([a-z][a-z0-9-]+)"', declared[1]))
