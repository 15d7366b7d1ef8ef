"""The echo on nameko alone: `python -m tests.bench.echo_nameko`, told its name and the broker by variables."""

import os
import warnings

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import signal  # noqa: E402
from typing import Any  # noqa: E402

import kombu.pools  # noqa: E402
from nameko.amqp.publish import Publisher  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import Responder, rpc  # noqa: E402

from tests.bench.echo import BARE, answer  # noqa: E402

WORKERS = 10


class UnconfirmedReplies(Publisher):  # type: ignore[misc]
    """Replies as the chassis sends them: neither persistent nor confirmed."""

    use_confirms = False
    delivery_mode = 1
    transport_options = Publisher.transport_options.copy()


class EchoService:
    """As plain as nameko services are."""

    name: str

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, request: dict[str, Any]) -> dict[str, Any]:
        return answer(request)


def main(name: str, url: str) -> None:
    """Serve until SIGTERM."""
    EchoService.name = name
    if name == BARE:
        Responder.publisher_cls = UnconfirmedReplies
    kombu.pools.set_limit(WORKERS * 2 + 10)
    container = ServiceContainer(EchoService, {"AMQP_URI": url, "max_workers": WORKERS})
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(container.stop))
    container.start()
    container.wait()


if __name__ == "__main__":
    main(os.environ["SVET_BENCH_NAME"], os.environ["SVET_BENCH_AMQP_URL"])
