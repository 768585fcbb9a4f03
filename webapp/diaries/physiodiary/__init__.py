"""The connector to Physiodiary's action API."""
