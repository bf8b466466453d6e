"""The first page: how a day goes, of all shops or some, and live."""
