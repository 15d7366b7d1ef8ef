"""The face of notify: letters wanted by others come in, letters go out by SMTP."""

from functools import partial

from sqlalchemy.orm import Session

from services.chassis import erasure
from services.chassis.concurrently import concurrently
from services.chassis.config import config
from services.chassis.events import on
from services.chassis.service import Service
from services.chassis.smtp import Smtp
from services.chassis.timers import every
from services.common.clock import real_now
from services.contracts import auth, notify, payments
from services.contracts.erasure import ProfileDeleted
from services.contracts.events import Envelope
from services.contracts.letters import LetterWanted
from services.notify import handlers, repository
from services.notify.settings import Settings

_ROUNDS = 50
"""How many batches one tick may send: a stopping process waits for a tick to end."""


class NotifyService(Service):
    """Letters: a queue, retries with backoff, and a log of deliveries."""

    name = notify.SERVICE
    settings = config(Settings)
    smtp = Smtp()

    @on(auth.LETTER_WANTED)
    def keep_letter_of_auth(self, session: Session, wanted: LetterWanted, _: Envelope) -> None:
        handlers.keep(session, wanted, self.settings.sender, real_now())

    @on(payments.LETTER_WANTED)
    def keep_letter_of_payments(self, session: Session, wanted: LetterWanted, _: Envelope) -> None:
        handlers.keep(session, wanted, self.settings.sender, real_now())

    @on(auth.PROFILE_DELETED)
    def forget(self, session: Session, deleted: ProfileDeleted, _: Envelope) -> None:
        erasure.forget(session, deleted, notify.PROFILE_ERASED, repository.forget, handlers.unwanted)

    @every(60)
    def forget_again(self) -> None:
        with self.db.begin() as session:
            erasure.forget_again(session, repository.forget, handlers.unwanted)

    @every(0.25)
    def send_letters(self) -> None:
        deliver = partial(handlers.deliver, self.db, self.smtp, self.settings, real_now)
        for _ in range(_ROUNDS):
            letters = handlers.take(self.db, self.settings, real_now())
            if not letters:
                return
            concurrently(deliver, letters, self.settings.letters_at_once)

    @every(5)
    def count_letters(self) -> None:
        handlers.count(self.db, real_now())
