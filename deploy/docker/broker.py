"""Writes RabbitMQ's definitions: a user a service, each with its own permissions, and no default user.

    python -m deploy.docker.broker FILE

reads SVET_<NAME>_AMQP_PASSWORD of every user; the broker imports FILE at every start, so a changed password holds
after the next start of both.
"""

import json
import os
import sys
from pathlib import Path

from deploy.local.environment import BROKER_USERS
from deploy.local.rabbitmq import definitions


def write(file: Path, environment: dict[str, str]) -> None:
    """Write the definitions of all users; passwords go in salted and hashed."""
    names = {user: f"SVET_{user.upper()}_AMQP_PASSWORD" for user in BROKER_USERS}
    missing = [name for name in names.values() if not environment.get(name)]
    if missing:
        sys.exit(f"Please set {', '.join(missing)}.")
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(definitions({user: environment[name] for user, name in names.items()})))
    draft.replace(file)


if __name__ == "__main__":
    write(Path(sys.argv[1]), dict(os.environ))
