"""The owner's page: how the shops are doing, at a glance."""
