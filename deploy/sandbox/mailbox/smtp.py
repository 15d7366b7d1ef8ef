"""Letters in: an SMTP server on the program's own event loop."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.mailbox.refusals import Refusal, Refusals
from deploy.sandbox.mailbox.store import LETTERS, Letters

TEMPORARY = "451 4.3.0 Sandbox: try again later"
REFUSED = "550 5.1.1 Sandbox: no such mailbox"


class Reception:
    """aiosmtpd's handler: the recipient's address decides at RCPT, the delay and the loss happen at DATA."""

    def __init__(self, letters: Letters, refusals: Refusals) -> None:
        self._letters = letters
        self._refusals = refusals

    async def handle_RCPT(  # noqa: N802, RUF100
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._refusals.take(address)
        if refusal and refusal.mode in ("temporary", "refused"):
            LETTERS.labels(refusal.mode).inc()
            return TEMPORARY if refusal.mode == "temporary" else REFUSED
        if refusal:
            at_data: list[Refusal] = envelope.__dict__.setdefault("at_data", [])
            at_data.append(refusal)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802, RUF100
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        at_data: list[Refusal] = envelope.__dict__.get("at_data", [])
        for refusal in at_data:
            await asyncio.sleep(refusal.seconds)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter = self._letters.add(envelope.mail_from or "", envelope.rcpt_tos, content)
        if any(refusal.mode == "lost" for refusal in at_data):
            LETTERS.labels("lost").inc()
            return TEMPORARY
        LETTERS.labels("kept").inc()
        return f"250 OK letter {letter.id}"


async def start_smtp(letters: Letters, refusals: Refusals, host: str, port: int) -> asyncio.Server:
    reception = Reception(letters, refusals)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(
            reception, hostname="svet-sandbox", ident="Svet sandbox", enable_SMTPUTF8=True, loop=loop
        ),
        host,
        port,
    )
