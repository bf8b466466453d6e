"""Files that earlier releases made, each with the figures that it gave then.

``NAME.db.gz`` is the database, ``NAME.json.gz`` what the service answered from it. They are never
made anew: a later release proves by them that it opens what an owner may still have. Before a
release whose schema has changed, ``python -m tests.releases NAME`` makes its own.
"""
