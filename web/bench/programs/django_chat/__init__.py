"""A chat as the tutorial of Django Channels makes it, each message a row by the ORM. Served by uvicorn."""
