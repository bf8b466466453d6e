"""Sales reports for a retail chain: tills post receipts, owners read exact figures."""

__version__ = "0.1.0"
