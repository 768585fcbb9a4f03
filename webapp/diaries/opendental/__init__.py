"""The connector to Open Dental's REST API."""
