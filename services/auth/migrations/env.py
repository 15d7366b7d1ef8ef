"""Alembic's entry into auth's migrations."""

from services.chassis.migrate import run_environment

run_environment()
