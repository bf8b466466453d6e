"""Reports as pages, with the receipts behind their figures."""
