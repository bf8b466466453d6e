-- An older release knows no people: its pages are for everybody on the machine.

DROP TABLE sign_ins;

DROP TABLE people_stores;

DROP TABLE people;
