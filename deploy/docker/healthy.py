"""A container's health check: `python -m deploy.docker.healthy PORT...` asks /health/ready on each port."""

import sys
from http.client import HTTPConnection, HTTPException


def ready(port: int) -> bool:
    """Whether the process on this port of this container says that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if all([ready(int(port)) for port in sys.argv[1:]]) else 1)
