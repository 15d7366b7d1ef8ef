"""Alembic's entry into readings's migrations."""

from services.chassis.migrate import run_environment

run_environment()
