"""/people: invited, listed, changed and removed by whoever may see everything."""

from quart import Blueprint, Response

from quart_app.people.models import PersonForm, ShownPerson
from quart_app.people.service import People
from quart_app.web.bodies import answer, read_json
from quart_app.web.openapi.describing import Answer, Example, described
from quart_app.wire import Wire

_ID = "<id:person_id>"
_MANY = Answer("Everybody who has an account.", list[ShownPerson])
_MADE = Answer("The person, and the code that is shown once.", ShownPerson)
_ANNA = {"email": "anna@example.com", "name": "Anna", "role": "manager", "store_ids": [1]}
_ONE = {"person_id": 1}
_ONCE = {"Cache-Control": "no-store"}


def blueprint(people: People, wire: Wire) -> Blueprint:
    """The routes of people."""
    blueprint = Blueprint("people", __name__, url_prefix="/people")
    read_form = wire.decoder(PersonForm)

    @blueprint.get("")
    @described(answers={200: _MANY})
    async def list_people() -> Response:
        """List the people who may sign in to the pages."""
        return answer(wire, people.list())

    @blueprint.post("")
    @described(
        bodies={"application/json": PersonForm},
        answers={201: _MADE},
        problems=(409,),
        examples=(Example("A manager of one store", _ANNA, 201),),
    )
    async def invite() -> Response:
        """Invite a person, who chooses a password with the code that is answered."""
        made = await people.invite(await read_json(wire, read_form))
        return answer(wire, made, 201, _ONCE)

    @blueprint.put(f"/{_ID}")
    @described(
        bodies={"application/json": PersonForm},
        answers={200: Answer("The person from now on.", ShownPerson)},
        problems=(409,),
        examples=(Example("With another store", _ANNA | {"store_ids": [1, 2]}, 200),),
        parameters=_ONE,
    )
    async def change(person_id: int) -> Response:
        """Give a person another name, role, language or other stores."""
        changed = await people.change(person_id, await read_json(wire, read_form))
        return answer(wire, changed)

    @blueprint.post(f"/{_ID}/invitation")
    @described(answers={201: _MADE}, parameters=_ONE)
    async def invite_again(person_id: int) -> Response:
        """Make a new code for somebody who lost theirs, or the password."""
        return answer(wire, await people.invite_again(person_id), 201, _ONCE)

    @blueprint.delete(f"/{_ID}")
    @described(
        answers={204: Answer("They are signed out everywhere.")}, problems=(409,), parameters=_ONE
    )
    async def remove(person_id: int) -> Response:
        """Remove a person."""
        await people.remove(person_id)
        reply = Response(status=204)
        del reply.headers["Content-Type"]
        return reply

    return blueprint
