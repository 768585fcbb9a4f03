"""What pages share: forms, headers, errors, rate limits, logging."""
