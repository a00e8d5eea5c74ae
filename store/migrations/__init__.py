"""The schema's history, run by Alembic; `store.migrate` is the way to run it."""
