"""PIN and biometrics of a device."""

from services.auth.faces.base import Face
from services.auth.handlers import biometrics, devices, pins
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.auth import devices as contract
from services.contracts.auth.words import SessionCommand
from services.contracts.base import Done
from services.contracts.errors import ServiceError


class DevicesFace(Face):
    """PIN and biometrics of a device."""

    @rpc(contract.DEVICE)
    def device(self, request: contract.DeviceRequest) -> contract.DeviceView:
        with self.db.begin() as session:
            return devices.view(session, request)

    @rpc(contract.DEVICE_TICKET)
    def device_ticket(self, request: contract.TicketRequest) -> contract.TicketReply:
        return devices.ticket(self.settings, request, real_now())

    @rpc(contract.SET_PIN)
    def set_pin(self, request: contract.PinSetting) -> Done:
        pins.set_pin(self.db, self.settings, request, real_now)
        return Done()

    @rpc(contract.PIN_OFF)
    def pin_off(self, request: SessionCommand) -> Done:
        with self.db.begin() as session:
            devices.pin_off(session, request, real_now())
        return Done()

    @rpc(contract.SIGN_IN_BY_PIN)
    def sign_in_by_pin(self, request: contract.PinSignIn) -> auth.Tokens:
        return pins.sign_in(self.db, self.settings, request, real_now)

    @rpc(contract.BIOMETRICS_OPTIONS)
    def biometrics_options(self, request: SessionCommand) -> contract.WebAuthnOptions:
        with self.db.begin() as session:
            return biometrics.creation(session, self.settings, request, real_now())

    @rpc(contract.BIOMETRICS_ON)
    def biometrics_on(self, request: contract.BiometricsSetting) -> Done:
        biometrics.switch_on(self.db, self.settings, request, real_now)
        return Done()

    @rpc(contract.BIOMETRICS_OFF)
    def biometrics_off(self, request: SessionCommand) -> Done:
        with self.db.begin() as session:
            biometrics.switch_off(session, request, real_now())
        return Done()

    @rpc(contract.BIOMETRICS_TICKET)
    def biometrics_ticket(self, request: contract.TicketRequest) -> contract.WebAuthnOptions:
        with self.db.begin() as session:
            return biometrics.ticket(session, self.settings, request, real_now())

    @rpc(contract.SIGN_IN_BY_BIOMETRICS)
    def sign_in_by_biometrics(self, request: contract.BiometricsSignIn) -> auth.Tokens:
        with self.db.begin() as session:
            tokens = biometrics.sign_in(session, self.settings, request, real_now())
        if tokens is None:
            raise ServiceError("biometrics_refused")
        return tokens
