"""Further accounts, objections to them, the end of a profile."""

from services.auth.faces.base import Face


class AccountsFace(Face):
    """Further accounts, objections to them, the end of a profile."""
