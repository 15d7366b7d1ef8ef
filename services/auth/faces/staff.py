"""Staff of the retailer."""

from services.auth.faces.base import Face


class StaffFace(Face):
    """Staff of the retailer."""
