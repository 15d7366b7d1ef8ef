"""E-mail, phone, password: recovery and change."""

from services.auth.faces.base import Face


class ProfileFace(Face):
    """E-mail, phone, password: recovery and change."""
