"""PIN and biometrics of a device."""

from services.auth.faces.base import Face


class DevicesFace(Face):
    """PIN and biometrics of a device."""
