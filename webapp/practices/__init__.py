"""The practices of this deployment: one TOML file each, read and checked at start."""
