"""What the description says of the whole API, in Markdown."""

SUMMARY = "Sales reports for a retail chain: tills post receipts, owners read exact figures."
DESCRIPTION = """\
A sale that was answered `201` is on disk and in every report; sent again, it is counted once.

**Values.** Money is a decimal string in the chain's currency with all its minor digits
(`"129.90"`), a quantity one above zero with at most three places (`"0.455"`), a percentage one with
two places. Both are read from strings or numbers, digit by digit. An instant is RFC 3339 with an
offset, a business date a day of the store's calendar. Ids are positive integers below 2^53; an
integer is written without a decimal point.

**Strict.** A member of a body or a parameter of a query that is not known is an error that names
it. So are `NaN`, repeated members, lone surrogates, invalid UTF-8 and more than 32 levels.

**Problems** are RFC 9457, `application/problem+json`: `status`, `title`, `detail`, a stable `code`,
and for a body or a parameter `errors` with the place of each fault. Every code is listed under the
answers that have it. `503` and `507` come with `Retry-After`: nothing was written, and sending it
again is safe.

**Lists** answer with a `Link` header, `rel="next"`, where there is more.
"""
KEYS = """\
`Authorization: Bearer` and a key. Until the first key is made the service is open and listens on
the loopback only; from then on every call of the API needs one. A key has a role:

- **till**, bound to one store: may post, void and read back its sales and tills, and read the
  catalogue.
- **reader**: may read everything but the audit record and the accounts of people.
- **manager**: may do everything.

`401` is answered without a good key, `403` where the role may not, `429` after many wrong keys.
"""
