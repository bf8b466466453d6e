"""Every report in several questions, as the bytes that a service answers."""

import re

from tests.service import Service

_GENERATED = re.compile(rb'"(generated_at|request_id)":"[^"]*"')
_QUESTIONS = ("", "&store_id=1", "&compare=previous", "&format=csv", "&limit=3")


def every_report(service: Service, *months: str) -> dict[str, bytes]:
    """Each answer by its question, but for its moment and number; a refusal is an answer too."""
    names = [one["name"] for one in service.get("/reports").json()]
    assert len(names) >= 14
    found = {}
    for name in names:
        for month in months:
            for more in _QUESTIONS:
                asked = f"/reports/{name}?month={month}{more}"
                reply = service.get(asked)
                assert reply.status_code in {200, 422}, reply.text
                found[asked] = _GENERATED.sub(b"", reply.content)
    assert sum(b'"rows":[{' in answer for answer in found.values()) >= 14
    return found
