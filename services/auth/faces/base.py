"""What every topic of auth's face has at hand."""

from services.auth.settings import Settings
from services.chassis.clients import RpcClient
from services.chassis.config import config
from services.chassis.service import Service


class Face(Service):
    """Settings, and billing for the proof of ownership."""

    settings = config(Settings)
    billing = RpcClient("billing")
