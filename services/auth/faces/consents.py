"""Consents, listed, given anew, withdrawn."""

from services.auth.faces.base import Face


class ConsentsFace(Face):
    """Consents, listed, given anew, withdrawn."""
