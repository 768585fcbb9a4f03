"""Wording and layout of the journey's pages, decided here so that templates are only markup."""
