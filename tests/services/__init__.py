"""Real servers for tests, private to one test process: PostgreSQL and Redis."""
