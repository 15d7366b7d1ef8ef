"""The echo on the chassis: `python -m tests.bench.echo_chassis`."""

from services.chassis import run  # first: it makes the process green

from pydantic_settings import SettingsConfigDict  # isort: skip

from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.common.settings import ServiceSettings, load
from tests.bench.echo import ECHO, OURS, EchoReply, EchoRequest, answer


class Settings(ServiceSettings):
    """Prefix `SVET_BENCH_`; the database is one of a service's, for the chassis' own tables."""

    model_config = SettingsConfigDict(env_prefix="SVET_BENCH_")


class EchoService(Service):
    """One operation, checked in and out as any."""

    name = OURS

    @rpc(ECHO)
    def echo(self, request: EchoRequest) -> EchoReply:
        return EchoReply.model_validate(answer(request.model_dump()))


if __name__ == "__main__":
    run.serve(EchoService, load(Settings))
