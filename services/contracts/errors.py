"""One vocabulary of errors: a code, the HTTP status it maps to, and the words people read."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

SUPPORT: Final = "(4842) 701-838, support@ksk.kaluga.ru"

VOCABULARY: Final[dict[str, tuple[int, str]]] = {
    # request
    "invalid_request": (422, "Проверьте поля, отмеченные ниже."),
    "malformed_request": (400, "Запрос не удалось прочитать."),
    "too_large": (413, "Запрос слишком большой."),
    "not_found": (404, "Ничего не найдено."),
    "method_not_allowed": (405, "По этому адресу такого действия нет."),
    "unsupported_media_type": (415, "Запрос нужен в формате JSON."),
    "too_many_requests": (429, "Слишком много попыток. Подождите и повторите."),
    "idempotency_key_missing": (400, "Нет ключа повтора (заголовок Idempotency-Key)."),
    "idempotency_conflict": (409, "Этот запрос уже был с другими данными. Обновите страницу."),
    # identity
    "unauthenticated": (401, "Войдите в личный кабинет."),
    "csrf_failed": (403, "Страница устарела. Обновите её и повторите."),
    "forbidden": (403, "Это действие вам недоступно."),
    "sign_in_refused": (401, "Лицевой счёт или пароль указаны неверно."),
    "session_ended": (401, "Сеанс завершён. Войдите снова."),
    "registration_refused": (
        409,
        f"Зарегистрироваться не удалось. Проверьте номер счёта и адрес. Поддержка: {SUPPORT}.",
    ),
    "link_used": (410, "Эта ссылка или код уже использованы. Войдите в личный кабинет."),
    "link_stale": (410, "Срок ссылки или кода истёк. Запросите новое письмо."),
    "code_refused": (400, "Код не подошёл. Проверьте цифры или запросите новое письмо."),
    "password_refused": (403, "Пароль указан неверно."),
    "full_sign_in_needed": (403, "Для этого войдите с номером счёта и паролем."),
    "pin_refused": (401, "PIN не подошёл."),
    "pin_off": (401, "Вход по PIN отключён. Войдите с номером счёта и паролем."),
    "device_refused": (401, "Это устройство не узнано. Войдите с номером счёта и паролем."),
    "ticket_stale": (400, "Время вышло. Попробуйте ещё раз."),
    "pin_needed": (409, "Сначала включите вход по PIN."),
    "biometrics_refused": (401, "Вход по биометрии не удался. Введите PIN."),
    "link_refused": (
        409,
        f"Подключить счёт не удалось. Проверьте номер счёта и адрес. Поддержка: {SUPPORT}.",
    ),
    "already_linked": (409, "Этот счёт уже есть в вашем кабинете."),
    "too_many_accounts": (409, "Можно подключить не больше пяти дополнительных счетов."),
    "account_frozen": (
        403,
        f"Доступ к счёту приостановлен: его владелец ответил «это не я». Поддержка: {SUPPORT}.",
    ),
    "primary_account": (409, "Основной счёт удаляется только вместе с личным кабинетом."),
    "staff_sign_in_refused": (401, "Имя, пароль или второй фактор указаны неверно."),
    "enrolment_stale": (410, "Эта ссылка уже использована или устарела. Попросите новую."),
    # account and readings
    "account_unknown": (404, "Лицевой счёт не найден."),
    "no_meter": (409, "На этом счёте показания не передаются: прибора учёта нет."),
    "automatic_meter": (409, "Прибор учёта передаёт показания сам."),
    "confirmation_needed": (409, "Показания необычные. Проверьте их и подтвердите."),
    # payments
    "reading_needed": (422, "Укажите показания: без них оплатить нельзя."),
    "payment_in_progress": (409, "Предыдущий платёж ещё выполняется. Дождитесь его результата."),
    "payment_not_payable": (409, "Этот платёж уже нельзя продолжить."),
    "payment_not_cancellable": (409, "Этот платёж уже нельзя отменить."),
    "acquirer_unavailable": (503, "Банк не отвечает. Деньги не списаны, попробуйте позже."),
    "callback_refused": (403, "Подпись уведомления неверна."),
    # documents
    "document_unavailable": (
        503,
        "Документ сейчас не открывается. Попробуйте через минуту: сам счёт и платежи видны в кабинете.",
    ),
    # system
    "unavailable": (503, "Сервис временно недоступен. Попробуйте через минуту."),
    "internal_error": (500, "Что-то сломалось у нас. Мы уже знаем; попробуйте позже."),
}
"""code -> (HTTP status, Russian text). Codes are stable: clients may branch on them."""


class FieldError(BaseModel):
    """What is wrong with one field: its dotted name, a code and words for the person."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    field: str
    code: str
    message: str


class WireError(BaseModel):
    """An error as it crosses the bus."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: str
    message: str
    fields: list[FieldError] = []
    details: dict[str, Any] = {}
    reference: str | None = None


class ServiceError(Exception):
    """An error from the vocabulary: raised by services, mapped to problem+json by the gateway.

    `fields` name every bad field at once; `details` hold plain JSON facts a client may use
    (`retry_after` in seconds, `doubts`, `confirm`); never personal data or secrets.
    """

    def __init__(self, code: str, fields: list[FieldError] | None = None, **details: Any) -> None:
        if code not in VOCABULARY:
            raise ValueError(f"unknown error code {code!r}")
        super().__init__(code)
        self.code = code
        self.fields = fields or []
        self.details = details
        self.reference: str | None = None

    @property
    def status(self) -> int:
        return VOCABULARY[self.code][0]

    @property
    def message(self) -> str:
        return VOCABULARY[self.code][1]

    def to_wire(self) -> WireError:
        return WireError(
            code=self.code,
            message=self.message,
            fields=self.fields,
            details=self.details,
            reference=self.reference,
        )

    @classmethod
    def from_wire(cls, error: WireError) -> "ServiceError":
        """The error a service answered; a code this process does not know yet is an internal error."""
        known = error.code in VOCABULARY
        made = cls(error.code if known else "internal_error", error.fields, **error.details)
        made.reference = error.reference
        return made
