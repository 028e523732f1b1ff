"""Makes the corpus: clean tables, and the many ways in which people spoil them."""
