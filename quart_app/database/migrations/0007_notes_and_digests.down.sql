-- An older release knows neither notes nor digests.

DROP TABLE digests;

DROP TABLE notes;
