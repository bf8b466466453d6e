"""``python -m quart_app``."""

from quart_app.cli import main

main()
