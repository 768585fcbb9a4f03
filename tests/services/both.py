"""Marks of tests that run twice: on what a deployment has by default, and on a server.

Only what a server could break is worth that: locks, claims, constraints, types, migrations. What
is decided in Python is proved on SQLite, or in memory, alone.
"""

from __future__ import annotations

import pytest

SQLITE, MEMORY = "sqlite", "memory"

on_both = pytest.mark.parametrize(
    "database_url",
    [SQLITE, pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
"""On SQLite, then on PostgreSQL: for what asks for ``database_url``, itself or by its fixtures."""

in_redis_too = pytest.mark.parametrize(
    "cache_url",
    [MEMORY, pytest.param("redis", marks=pytest.mark.redis)],
    indirect=True,
)
"""In memory, then in Redis: for what asks for ``cache_url``, itself or by its fixtures."""
