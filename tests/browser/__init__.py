"""The screens in a real browser, over a running service."""
