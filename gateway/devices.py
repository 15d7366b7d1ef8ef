"""What a person would call the device behind a request, from its User-Agent."""

from functools import lru_cache

from fastapi import Request
from ua_parser import parse

_LONGEST = 80


def device_name(request: Request) -> str:
    """«Chrome, Android»; empty when the client does not say."""
    return _named(request.headers.get("user-agent", "")[:400])


@lru_cache(maxsize=1024)
def _named(agent: str) -> str:
    found = parse(agent)
    parts = [found.user_agent.family if found.user_agent else "", found.os.family if found.os else ""]
    return ", ".join(part for part in parts if part)[:_LONGEST]
