"""Finds an account's server from its key, as the vendor's guide "Sharding" has it. Pure."""

from __future__ import annotations

import re

_SHARD = re.compile(r"[a-z]{2}[0-9]{1,2}")
_FIRST_SHARD = "au1"
"""Where accounts are whose keys are older than shards, and so name none."""


def address_for(key: str) -> str:
    """Return the address of the API for a key: its shard is what follows the last hyphen.

    Raises ValueError for what is no shard: it would become a part of the host's name, and the key
    is sent there.
    """
    shard = key.rpartition("-")[2] if "-" in key else _FIRST_SHARD
    if not _SHARD.fullmatch(shard):
        raise ValueError(
            "has an api_key that does not end in the account's shard, such as -uk1: copy all of "
            "it, or add url"
        )
    return f"https://api.{shard}.cliniko.com/v1"
