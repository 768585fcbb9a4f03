"""The AsapComms API: Open Dental's, so that a client of it changes its base address alone."""
