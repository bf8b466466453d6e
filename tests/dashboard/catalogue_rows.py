"""The rows of the table of pages and people for shops and products.

They come before the row that signs everybody out. Prices are the chain's, so only owners write;
a manager of shop 1 sees that one alone.
"""


def of_catalogues() -> dict[tuple[str, str], tuple[str, str]]:
    """What is sent to each page, and what each of the people is answered."""
    rows = {}
    for what, one_of in (("shops", "403"), ("products", "200")):
        for rule, place, asked, written in (
            ("", "", "200 200", ""),
            ("/<id:entry_id>", "/2", f"200 {one_of}", ""),
            ("/new", "/new", "200 403", "422 403"),
            ("/<id:entry_id>/edit", "/1/edit", "200 403", "422 403"),
            ("/<id:entry_id>/remove", "/1/remove", "200 403", ""),
            ("/<id:entry_id>/remove", "/99/remove", "", "404 403"),
            ("/<id:entry_id>/restore", "/99/restore", "", "404 403"),
            ("/import", "/import", "200 403", "400 403"),
            ("/import/apply", "/import/apply", "", "400 403"),
        ):
            if asked:
                rows["GET", f"/{what}{rule}"] = f"/{what}{place}", f"303 303 303 303 {asked}"
            if written:
                rows["POST", f"/{what}{rule}"] = f"/{what}{place}", f"401 401 401 401 {written}"
    return rows
