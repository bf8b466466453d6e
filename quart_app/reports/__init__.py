"""Reports: a registry, a SQL file each, one envelope, one rendering."""
