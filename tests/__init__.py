"""Tests through the doors that users take: HTTP, the command line, the files."""
