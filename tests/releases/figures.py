"""What is asked of a file of any release, and whether a later answer says the same."""

from typing import Any

from tests.service import Service

FOLDERS = ("/stores", "/products", "/sales?limit=1000", "/held-sales", "/tills")
MONTHS = ("2026-03", "2026-04", "2026-05")
_MORE = ("", "&store_id=2", "&compare=previous")


def asked(service: Service) -> dict[str, Any]:
    """Answers by question: every report of some months, and what is kept."""
    questions = list(FOLDERS)
    for one in service.get("/reports").json():
        questions += [
            f"/reports/{one['name']}?month={month}{more}" for month in MONTHS for more in _MORE
        ]
    answers = {}
    for question in questions:
        reply = service.get(question)
        if reply.status_code == 200:
            answers[question] = reply.json()
            if isinstance(answers[question], dict):
                del answers[question]["generated_at"]
    return answers


def differences(then: Any, now: Any, where: str = "") -> list[str]:
    """Where a later answer is not the earlier one; what it has beside that is no difference."""
    if isinstance(then, dict) and isinstance(now, dict):
        missing = [f"{where}.{name} is gone" for name in then.keys() - now.keys()]
        return missing + [
            found
            for name in then.keys() & now.keys()
            for found in differences(then[name], now[name], f"{where}.{name}")
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            found
            for i, (one, other) in enumerate(zip(then, now, strict=True))
            for found in differences(one, other, f"{where}[{i}]")
        ]
    return [] if then == now else [f"{where}: it was {then!r} and is {now!r}"]
