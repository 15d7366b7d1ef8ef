"""A registry package for demonstration and tests; see deploy/demo."""

from deploy.demo.registry import run

__all__ = ["run"]
