"""The pictures above the tables of reports: each of the rows as they stand, none computed anew."""
