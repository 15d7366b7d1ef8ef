"""Alembic's entry into billing's migrations."""

from services.chassis.migrate import run_environment

run_environment()
