"""The whole service in processes of its own, spoken to from outside only."""
