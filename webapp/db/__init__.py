"""The database: engine, sessions, base class, migrations."""
