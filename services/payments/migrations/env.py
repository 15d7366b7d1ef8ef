"""Alembic's entry into payments' migrations."""

from services.chassis.migrate import run_environment

run_environment()
