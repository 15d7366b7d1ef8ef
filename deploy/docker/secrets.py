"""Makes up every secret of docker-compose.yml: `python -m deploy.docker.secrets > .env` (see .env.example)."""

import base64
import json
import secrets

from nacl.public import PrivateKey

from deploy.local.environment import BROKER_USERS, SERVICES

_LONG_ENOUGH = 32


def password() -> str:
    """Letters, digits, - and _ only: fits into a URL as it is."""
    return secrets.token_urlsafe(_LONG_ENOUGH)


def signing_keys() -> str:
    """One Ed25519 seed as auth reads it."""
    seed = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return json.dumps([{"kid": secrets.token_hex(4), "private": seed}])


def make() -> dict[str, str]:
    """A fresh value for every secret: name -> value."""
    letters = PrivateKey.generate()
    return {
        "POSTGRES_PASSWORD": password(),
        **{f"SVET_{service.upper()}_DATABASE_PASSWORD": password() for service in SERVICES},
        **{f"SVET_{user.upper()}_AMQP_PASSWORD": password() for user in BROKER_USERS},
        "SVET_AUTH_SIGNING_KEYS": signing_keys(),
        "SVET_AUTH_PEPPER": password(),
        "SVET_AUTH_NOTIFY_PUBLIC_KEY": base64.b64encode(bytes(letters.public_key)).decode(),
        "SVET_NOTIFY_PRIVATE_KEY": base64.b64encode(bytes(letters)).decode(),
        "SVET_READINGS_CONFIRMATION_SECRET": password(),
        "SVET_GATEWAY_CSRF_SECRET": password(),
        "SVET_PAYMENTS_ACQUIRER_PASSWORD": password(),
        "SVET_PAYMENTS_CALLBACK_SECRET": password(),
        "GRAFANA_PASSWORD": password(),
    }


def main() -> None:
    for name, value in make().items():
        # Quoted, so that Compose takes it letter by letter.
        print(f"{name}='{value}'")


if __name__ == "__main__":
    main()
