"""Alembic's entry into notify's migrations."""

from services.chassis.migrate import run_environment

run_environment()
