"""People: invited, signed in, known again at each page from memory."""

import secrets
from hashlib import sha256

import msgspec

from quart_app.access.audit import Audit
from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Conflict, Fault, Invalid, NotFound, Unauthorized
from quart_app.in_turn import InTurn
from quart_app.people import repository
from quart_app.people.codes import made_code, typed
from quart_app.people.document import document
from quart_app.people.models import (
    Language,
    Person,
    PersonForm,
    ShownPerson,
    kept_email,
    same_email,
)
from quart_app.people.passwords import Passwords
from quart_app.people.sign_ins import SignIns
from quart_app.stores.service import Stores

INVITED_FOR_US = 7 * 86_400_000_000
"""How long a code that invites somebody holds: a week."""


class People:
    """Everybody who may sign in, kept in memory; a change is there before anyone is told of it."""

    def __init__(self, storage: Storage, stores: Stores, audit: Audit, *, clock: Clock) -> None:
        self._storage = storage
        self._stores = stores
        self._audit = audit
        self._clock = clock
        self._passwords = Passwords()
        self._people: dict[int, Person] = {}
        self._changes = InTurn()
        self._first_code: str | None = None
        self._is_loaded = False
        self.sign_ins = SignIns(storage, clock)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has an account yet."""
        return not self._people

    async def load(self) -> None:
        """Learn who is in the file, once it is open; loading again does nothing."""
        if self._is_loaded:
            return
        self._is_loaded = True
        async with self._storage.read() as reading:
            self._people = {one.id: one for one in await repository.select(reading)}
            await self.sign_ins.load(reading)

    def admit_first(self) -> str | None:
        """The code that makes the owner's account, for as long as this process lives; or None."""
        if self.is_empty and self._first_code is None:
            self._first_code = made_code()
        return self._first_code if self.is_empty else None

    def named(self, person_id: int) -> Person:
        """One of them; NotFound."""
        if person_id not in self._people:
            raise NotFound(f"there is no person {person_id}", code="person_not_found")
        return self._people[person_id]

    def with_email(self, email: str) -> Person | None:
        """Whoever has this address."""
        wanted = same_email(email)
        return next((one for one in self._people.values() if one.email == wanted), None)

    def signed_in(self, token: bytes) -> Person | None:
        """Who is signed in by this token, if anybody is."""
        person_id = self.sign_ins.person_id(token)
        return None if person_id is None else self._people.get(person_id)

    def list(self) -> list[ShownPerson]:
        """Everybody, by id."""
        return [self._document(one) for one in self._people.values()]

    async def found(self, code: str, form: PersonForm, password: str) -> Person:
        """Make the owner's account with the code that was printed at start; Unauthorized."""
        hashed = await self._passwords.hashed(password)
        return await self._changes.to_its_end(self._found(code, form, hashed))

    async def invite(self, form: PersonForm) -> ShownPerson:
        """Make an account, and a code with which its person chooses a password."""
        return await self._changes.to_its_end(self._invite(form))

    async def invite_again(self, person_id: int) -> ShownPerson:
        """A new code for somebody who lost theirs, or the password."""
        return await self._changes.to_its_end(self._invite_again(person_id))

    async def accept(self, code: str, password: str) -> Person:
        """Choose a password with a code; Unauthorized where it does not hold (any more)."""
        hashed = await self._passwords.hashed(password)
        return await self._changes.to_its_end(self._accept(code, hashed))

    async def sign_in(self, email: str, password: str) -> str:
        """A token for a browser; Unauthorized, without saying whether there is such a person."""
        person = self.with_email(email)
        person_id = 0 if person is None else person.id
        # Asked for nobody too, so that an answer takes as long.
        async with self._storage.read() as reading:
            kept = await repository.password_of(reading, person_id)
        if not await self._passwords.fits(kept, password):
            raise _wrong_password()
        return await self._changes.to_its_end(self._sign_in(person_id, kept))

    async def change(self, person_id: int, form: PersonForm) -> ShownPerson:
        """Give a person another name, role, language or other stores; NotFound, Conflict."""
        return self._document(await self._changes.to_its_end(self._change(person_id, form)))

    async def change_profile(self, person_id: int, name: str, language: Language | None) -> None:
        """What everybody may change of themselves."""
        await self._changes.to_its_end(self._change_profile(person_id, name, language))

    async def _change_profile(self, person_id: int, name: str, language: Language | None) -> Person:
        person = self.named(person_id)
        form = PersonForm(
            email=person.email,
            name=name,
            role=person.role,
            store_ids=tuple(sorted(person.stores or ())),
            language=language,
        )
        return await self._change(person_id, form)

    async def change_password(self, person_id: int, old: str, new: str) -> None:
        """Take a new password, and end every sign-in but those to come; Unauthorized."""
        async with self._storage.read() as reading:
            kept = await repository.password_of(reading, person_id)
        if not await self._passwords.fits(kept, old):
            raise Unauthorized("the old password is not right", code="wrong_password")
        hashed = await self._passwords.hashed(new)
        await self._changes.to_its_end(self._take_password(self.named(person_id), hashed))

    async def remove(self, person_id: int) -> None:
        """Remove a person, and sign them out at once; the last owner stays (Conflict)."""
        await self._changes.to_its_end(self._remove(person_id))

    async def _found(self, code: str, form: PersonForm, hashed: str) -> Person:
        async with self._storage.write() as writing:
            first = self.admit_first()
            if first is None or not secrets.compare_digest(typed(code), first):
                raise Unauthorized(
                    "this is not the code that was printed when the service started",
                    code="wrong_code",
                )
            person = self._made(msgspec.structs.replace(form, role="owner"), None)
            person = msgspec.structs.replace(person, has_password=True)
            await writing.run(
                *repository.adding(person, invitation_hash=None, password_hash=hashed),
                self._audit.noting("person.found", person.id, {"email": person.email}),
            )
        self._people[person.id] = person
        return person

    async def _invite(self, form: PersonForm) -> ShownPerson:
        code = made_code()
        async with self._storage.write() as writing:
            if self.with_email(form.email) is not None:
                raise Conflict(f"{form.email} has an account already", code="person_exists")
            await self._require_stores(writing, form)
            person = self._made(form, self._clock.now() + INVITED_FOR_US)
            hashed = sha256(code.encode()).digest()
            await writing.run(
                *repository.adding(person, invitation_hash=hashed, password_hash=None),
                self._audit.noting("person.invite", person.id, form),
            )
        self._people[person.id] = person
        return msgspec.structs.replace(self._document(person), code=code)

    async def _invite_again(self, person_id: int) -> ShownPerson:
        code = made_code()
        async with self._storage.write() as writing:
            until = int(self._clock.now()) + INVITED_FOR_US
            person = msgspec.structs.replace(self.named(person_id), invited_until_us=until)
            await writing.run(
                repository.inviting(person_id, sha256(code.encode()).digest(), until),
                self._audit.noting("person.invite", person_id, {"email": person.email}),
            )
        self._people[person_id] = person
        return msgspec.structs.replace(self._document(person), code=code)

    async def _sign_in(self, person_id: int, kept: str | None) -> str:
        """The password that was right may be another by now, and its person gone."""
        async with self._storage.read() as reading:
            if kept is None or await repository.password_of(reading, person_id) != kept:
                raise _wrong_password()
        return await self.sign_ins.add(person_id)

    async def _accept(self, code: str, hashed: str) -> Person:
        async with self._storage.read() as reading:
            wanted = sha256(typed(code).encode()).digest()
            person_id = await repository.invited(reading, wanted)
        person = None if person_id is None else self._people.get(person_id)
        if person is None or (person.invited_until_us or 0) <= self._clock.now():
            raise Unauthorized(
                "this code is not good: it is mistyped, used, or older than a week; ask "
                "for another",
                code="wrong_code",
            )
        return await self._take_password(person, hashed)

    async def _take_password(self, person: Person, hashed: str) -> Person:
        async with self._storage.write() as writing:
            await writing.run(
                repository.setting_password(person.id, hashed),
                repository.signing_out_all(person.id),
                self._audit.noting("person.password", person.id, {"email": person.email}),
            )
        self.sign_ins.forget_all(person.id)
        person = msgspec.structs.replace(
            self.named(person.id), invited_until_us=None, has_password=True
        )
        self._people[person.id] = person
        return person

    async def _change(self, person_id: int, form: PersonForm) -> Person:
        async with self._storage.write() as writing:
            person = self.named(person_id)
            if same_email(form.email) != person.email:
                fault = Fault("email", "wrong_value", "an address stays: invite the other one")
                raise Invalid(fault.detail, faults=[fault])
            if form.role != "owner":
                self._require_another_owner(person)
            if form.stores != person.stores:
                await self._require_stores(writing, form)
            changed = msgspec.structs.replace(
                person,
                name=form.name,
                role=form.role,
                language=form.language,
                stores=form.stores,
            )
            await writing.run(
                *repository.changing(changed), self._audit.noting("person.change", person_id, form)
            )
        self._people[person_id] = changed
        self.sign_ins.told()
        return changed

    async def _remove(self, person_id: int) -> None:
        async with self._storage.write() as writing:
            person = self.named(person_id)
            self._require_another_owner(person)
            await writing.run(
                *repository.removing(person_id),
                self._audit.noting("person.remove", person_id, {"email": person.email}),
            )
        del self._people[person_id]
        self.sign_ins.forget_all(person_id)

    def _made(self, form: PersonForm, invited_until_us: int | None) -> Person:
        return Person(
            id=max(self._people, default=0) + 1,
            email=kept_email(form.email),
            name=form.name,
            role=form.role,
            language=form.language,
            stores=form.stores,
            invited_until_us=invited_until_us,
            has_password=False,
            created_at_us=int(self._clock.now()),
        )

    def _require_another_owner(self, person: Person) -> None:
        others = (one for one in self._people.values() if one.is_owner and one.id != person.id)
        if person.is_owner and not any(one.has_password for one in others):
            raise Conflict("somebody has to own the shops: name another first", code="last_owner")

    async def _require_stores(self, writing: Writing, form: PersonForm) -> None:
        fault = None
        if form.role == "owner" and form.store_ids:
            fault = Fault("store_ids", "wrong_value", "an owner sees every store: name none")
        elif form.role == "manager" and not form.store_ids:
            fault = Fault("store_ids", "missing_member", "name the stores that a manager sees")
        else:
            known = await self._stores.shops(writing, set(form.store_ids))
            if unknown := [one for one in form.store_ids if one not in known]:
                detail = f"there is no store {unknown[0]}"
                fault = Fault("store_ids", "unknown_store", detail)
        if fault is not None:
            is_unknown = fault.code == "unknown_store"
            raise Invalid(fault.detail, code=fault.code if is_unknown else None, faults=[fault])

    def _document(self, person: Person) -> ShownPerson:
        return document(person, self._clock.now())


def _wrong_password() -> Unauthorized:
    return Unauthorized("the address or the password is not right", code="wrong_password")
