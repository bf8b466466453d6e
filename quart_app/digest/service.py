"""Digests: written from the figures of the owner's page, for those who asked for them."""

import re
from zoneinfo import ZoneInfo

from quart_app.access.acting import acting
from quart_app.access.audit import Audit
from quart_app.clock import Clock
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.today.figures import TodayFigures
from quart_app.dashboard.today.reports import StoreIds
from quart_app.database.storage import Storage
from quart_app.digest import repository
from quart_app.digest.models import Asked, Digest, DigestQuestion
from quart_app.errors import Fault, InvalidParameter
from quart_app.people.models import Person
from quart_app.settings import Settings
from quart_app.stores.service import Stores
from quart_app.values.calendar import Day, local_time
from quart_app.values.instant import Instant

_MINUTE_US, _DAY_US = 60_000_000, 86_400_000_000
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)


class Digests:
    """What digests say, who asked for them, and of which day they are due."""

    def __init__(
        self,
        settings: Settings,
        *,
        storage: Storage,
        today: TodayFigures,
        stores: Stores,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._today = today
        self._stores = stores
        self._audit = audit
        self._clock = clock
        self._zone: ZoneInfo = settings.timezone
        self._day_start = settings.day_start
        self._at = settings.digest_at
        self._site = next((f"https://{name}" for name in settings.hostnames), "")
        self._pages = Pages(settings.currency)
        self.is_on = bool(settings.smtp_host)
        """Whether there is a server that takes mail."""

    @property
    def due_day(self) -> int:
        """The newest day of which a digest may be sent now: yesterday, from ``SALES_DIGEST_AT`` on.

        By the chain's clock, and never before the business day is over.
        """
        return due_day(self._clock.now(), self._zone, self._day_start, self._at)

    async def asked(self, question: DigestQuestion) -> Digest:
        """A digest of what whoever acts may see; Forbidden, InvalidParameter."""
        named = () if question.store_id is None else (question.store_id,)
        store_ids = acting().within(named)
        if question.store_id is not None:
            async with self._storage.read() as reading:
                known = await self._stores.shops(reading, {question.store_id})
            if question.store_id not in known:
                detail = f"there is no store {question.store_id}"
                raise InvalidParameter(
                    f"store_id: {detail}", faults=[Fault("store_id", "unknown_store", detail)]
                )
        return await self.of(question.day, store_ids or None, question.language)

    async def of(self, day: int | None, store_ids: StoreIds, language: str) -> Digest:
        """A day of some shops (None: all) in words; yesterday where none is given."""
        if day is None:
            business_date, _ = local_time(self._clock.now(), self._zone, self._day_start)
            day = business_date - 1
        today = await self._today.of(store_ids, day)
        attention = self._pages.written("today/attention.html", language, today=today)
        values = {
            "today": today,
            "attention": attention,
            "attention_items": _ITEM.findall(attention),
            "link": f"{self._site}/?day={Day(day)}" if self._site else "",
        }
        return Digest(
            day=str(Day(day)),
            language=language,
            subject=self._pages.written("digest/subject.txt", language, **values).strip(),
            text=self._pages.written("digest/mail.txt", language, **values).strip() + "\n",
            html=self._pages.written("digest/mail.html", language, **values),
        )

    async def wants(self, person: Person) -> bool:
        """Whether somebody asked for digests."""
        async with self._storage.read() as reading:
            return await repository.wants(reading, person.id)

    async def ask(self, person: Person, language: str, *, wanted: bool) -> None:
        """Keep whether somebody wants digests; the first is of the next day that ends."""
        if wanted == await self.wants(person):
            return
        async with self._storage.write() as writing:
            await writing.run(
                repository.asking(Asked(person.id, language), self.due_day)
                if wanted
                else repository.stopping(person.id),
                self._audit.noting("person.digest", person.id, {"wanted": wanted}),
            )

    async def lacking(self, day: int) -> list[Asked]:
        """Those who have not been told of a day."""
        async with self._storage.read() as reading:
            return await repository.lacking(reading, day)

    async def sent(self, person_id: int, day: int) -> None:
        """Keep that somebody was told of a day."""
        async with self._storage.write() as writing:
            await writing.run(repository.sending(person_id, day))


def due_day(now: Instant, zone: ZoneInfo, day_start: int, at: int) -> int:
    """The newest day that is over, from a time of day on; until then the one before."""
    business_date, offset_s = local_time(now, zone, day_start)
    minute = (now + offset_s * 1_000_000 - business_date * _DAY_US) // _MINUTE_US
    return business_date - 1 if minute >= at else business_date - 2
