"""Small exact values: money, quantities, instants, business dates, identifiers, text."""
