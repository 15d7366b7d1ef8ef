"""The gateway's process: `python -m gateway`."""

import sys

import uvicorn
from pydantic import ValidationError

from gateway.app import create_app
from gateway.server import bounded_http
from gateway.settings import Settings
from services.common import logs
from services.common.settings import load


def main() -> None:
    """Serve until SIGTERM, then finish what is being answered within a bound."""
    try:
        settings = load(Settings)
    except (ValidationError, ValueError) as error:
        sys.exit(f"gateway: settings: {error}")
    logs.configure("gateway", settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=bounded_http(settings),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_timeout_seconds,
    )


if __name__ == "__main__":
    main()
