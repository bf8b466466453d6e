"""The error codes that the service's code gives out, read from the code itself."""

import ast
import re
from collections.abc import Iterator

from tests.service import ROOT

# Errors of the command line and of the start, which no client of the API sees.
_NOT_TOLD = {"StorageRefused", "SettingRefused"}
_FILES_NOT_TOLD = ("settings.py", "cli.py", "importing.py", "sending.py", "asking.py")
_COMMANDS = ("database/migrating.py", "database/lock.py", "database/schema.py", "commands/")
# Where the code stands in a call that has no ``code=``.
_PLACE = {"Fault": 1, "ValueRefused": 0, "_refused": 1, "Disagreement": 1, "Refusal": 1}


def codes_in_source() -> set[str]:
    """Each code; a part that is filled in is ``*``."""
    found: set[str] = set()
    for file in sorted((ROOT / "quart_app").rglob("*.py")):
        name = file.relative_to(ROOT / "quart_app").as_posix()
        if name not in _FILES_NOT_TOLD and not name.startswith(_COMMANDS):
            found |= {code for code in _in_tree(ast.parse(file.read_text())) if _is_code(code)}
    return found


def _in_tree(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            given = _of_call(node)
        elif isinstance(node, ast.ClassDef) and node.name not in _NOT_TOLD:
            given = [one.value for one in node.body if _assigns(one, "code")]
        elif _assigns(node, "_CODES"):
            given = node.value.values
        for one in given:
            yield from _texts(one)


def _assigns(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name


def _of_call(node: ast.Call) -> list[ast.expr]:
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called in _NOT_TOLD:
        return []
    place = _PLACE.get(called, len(node.args))
    return [word.value for word in node.keywords if word.arg == "code"] + node.args[place:][:1]


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(one.value) if isinstance(one, ast.Constant) else "*" for one in node.values
        )


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9_*]+", text) is not None
