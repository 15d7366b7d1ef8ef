"""The entrypoints of auth by topic; `service.py` puts them together."""
