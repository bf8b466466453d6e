"""What products and stores have in common: being listed, made, changed, imported, archived."""
