"""Screens in states that do not come by themselves: unfinished, refused, offline, long ago, just done."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.screens.made import (
    all_of,
    answering,
    filled,
    gone_to,
    kept,
    offline,
    pressed,
    read,
    scripted,
    telling,
    unanswered,
    waited,
)
from tests.screens.screen import REFUSED, Screen
from tests.support.customer import PASSWORD

_TOKEN: Final = "?token=bm9ib2R5LXNlbnQtdGhpcy1sZXR0ZXI"
_GONE: Final = (f"{REFUSED}410",)
_NO_NETWORK: Final = ("Failed to load resource: net::ERR_INTERNET_DISCONNECTED",)
_DEVICE: Final = {"id": "5f0c1a52-9d6e-4c0f-8f5e-0c6f6d1f2a3b", "account": "180211111"}
_OWNER_KNOWN: Final = "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = async () => true;"
_NOBODY_THERE: Final = (
    "navigator.credentials.get = async () => { throw new DOMException('declined', 'NotAllowedError') }"
)
_NEWER_WORKER: Final = """navigator.serviceWorker.register = async () => (
  {waiting: {postMessage() {}}, addEventListener() {}, update: async () => {}})"""

WITH_PIN: Final = kept("localStorage", "svet.device", _DEVICE | {"pin": True, "biometrics": False})
LETTER_SENT: Final = kept(
    "sessionStorage",
    "svet.activation",
    {
        "account": "180211111",
        "email": "konstantin.konstantinopolskiy@kaluga-region.example.org",
        "until": "2026-11-27T09:00:00Z",
    },
)
_PLAIN = scripted("")
"""Nothing but a browser of its own: what is done in it is not seen on other screens."""


def particular() -> list[Screen]:
    return [
        *_doors(),
        *_letters(),
        *_home(),
        *_readings(),
        *_paying(),
        *_payments(),
        *_looking_back(),
        *_settings(),
    ]


def _doors() -> Iterator[Screen]:
    biometrics = kept("localStorage", "svet.device", _DEVICE | {"pin": True, "biometrics": True})
    asked = answering("/sessions/biometrics/options", ticket="x", options={"challenge": "AAAA"})
    ticket = answering("/devices/tickets", ticket="x")
    ended = answering("/me", 401, code="unauthenticated", title="Войдите в кабинет.")
    yield Screen(
        "/pin", "biometrics", setting=all_of(biometrics, asked, scripted(_OWNER_KNOWN + _NOBODY_THERE))
    )
    yield Screen(
        "/pin",
        "shut",
        setting=all_of(WITH_PIN, ticket),
        act=all_of(lambda page: page.locator("#pin").fill("2580"), waited("Вход по PIN отключён")),
    )
    yield Screen(
        "/login", "ended", "family", "/", ended, waited("Сеанс завершён"), expects=(f"{REFUSED}401",)
    )
    yield Screen(
        "/login",
        "refused",
        act=all_of(
            filled(account="180 999 999", password="moon-528"), pressed("Войти"), waited("указаны неверно")
        ),
        setting=_PLAIN,
        expects=(f"{REFUSED}401",),
    )
    yield Screen("/login", "update", setting=scripted(_NEWER_WORKER), act=waited("Вышло обновление"))
    yield Screen(
        "/register", "slip", setting=_PLAIN, act=all_of(filled(email="anna@lst.ru"), waited("Исправить"))
    )
    yield Screen(
        "/recover",
        "sent",
        setting=answering("/recoveries", 202),  # asked in earnest, it would be refused in the fourth look
        act=all_of(
            filled(account="180999999", email="anna@list.ru"),
            pressed("Получить письмо"),
            waited("Проверьте почту"),
        ),
    )
    yield Screen("/recover", "ask", setting=_PLAIN)
    yield Screen("/activate/code", "new-letter", setting=_PLAIN, act=pressed("Получить новое письмо"))


def _letters() -> Iterator[Screen]:
    """What a letter's link comes to."""
    links = {
        "/activate": ("/activations", "Активировать"),
        "/email": ("/email-confirmations", "Подтвердить адрес"),
        "/objection": ("/objections", "Это не я"),
    }
    for route, (api, button) in links.items():
        yield Screen(
            route, "done", address=route + _TOKEN, setting=answering(api), act=pressed(button, seen="Готово")
        )
        for code in ("link_used", "link_stale"):
            refused = answering(api, 410, code=code, title="Ссылка не действует.")
            yield Screen(
                route,
                code.replace("_", "-"),
                address=route + _TOKEN,
                setting=refused,
                act=all_of(pressed(button), lambda page: page.locator(".notice").first.wait_for()),
                expects=_GONE,
            )
        yield Screen(route, "cut-link", address=route)
    stale = answering("/recoveries", 410, code="link_stale", title="Ссылка не действует.")
    typed = filled(password="moon-528-sea", password_again="moon-528-sea")
    yield Screen(
        "/recover",
        "link-stale",
        address=f"/recover{_TOKEN}",
        setting=stale,
        act=all_of(typed, pressed("Изменить пароль", seen="больше не действует")),
        expects=_GONE,
    )
    yield Screen(
        "/recover",
        "done",
        address=f"/recover{_TOKEN}",
        setting=answering("/recoveries"),
        act=all_of(typed, pressed("Изменить пароль", seen="Пароль изменён")),
    )


def _home() -> Iterator[Screen]:
    yield Screen("/", "plain", "family")
    loading = unanswered("/accounts/**")
    yield Screen("/", "loading", "family", "/appearance", loading, gone_to("/", "main .skeleton"))
    yield Screen("/", "processing", "family", setting=_payments_of_today("held"))
    yield Screen("/", "crediting", "family", setting=_payments_of_today("succeeded"))
    yield Screen("/", "frozen", "family", setting=telling("/me", _freeze))
    last_known = all_of(pressed("Информация", seen="Предыдущие показания"), offline, _up, waited("Данные на"))
    yield Screen("/", "offline", "family", setting=_PLAIN, act=last_known, worker=True, expects=_NO_NETWORK)
    yield Screen("/", "overdue", "family", setting=telling("/accounts/*", _overdue))


def _readings() -> Iterator[Screen]:
    send = pressed("Передать показания")
    for who in ("giver", "estate"):
        yield Screen("/readings", "how-to-read", who, setting=_PLAIN, act=pressed("Как снять показания"))
    yield Screen("/readings", "typed", "giver", setting=_PLAIN, act=read(173))
    yield Screen(
        "/readings",
        "unusual",
        "estate",
        setting=_PLAIN,
        act=all_of(read(70_000), send, waited("Проверьте показания")),
    )
    less = all_of(read(-900), send, waited("Такие показания не примут"))
    yield Screen("/readings", "less", "giver", setting=_PLAIN, act=less)
    yield Screen(
        "/readings", "refused", "giver", setting=_PLAIN, act=all_of(less, _in_dialog("Передать всё равно"))
    )
    yield Screen("/", "refused", "giver")
    yield Screen("/readings", "sent", "giver", setting=_PLAIN, act=all_of(read(173), send, waited("приняты")))
    yield Screen("/", "given", "giver")
    yield Screen("/readings", "given", "giver")
    yield Screen("/pay", "given", "giver")
    yield Screen("/history/readings", "opened", "giver", setting=_PLAIN, act=pressed("20"))
    yield Screen("/readings", "late", "family", setting=telling("/accounts/*/meter", _late))
    yield Screen(
        "/readings",
        "offline",
        "family",
        setting=_PLAIN,
        act=all_of(offline, read(210), send, waited("лежат на этом устройстве")),
        worker=True,
        expects=_NO_NETWORK,
    )
    yield Screen("/readings", "stranger", "family", "/readings?account=180999999")
    for who in ("faulty", "overdue"):
        for route in ("/", "/readings", "/info"):
            yield Screen(route, who, who)


def _paying() -> Iterator[Screen]:
    yield Screen("/pay", "plain", "family")
    yield Screen("/pay", "nothing", "giver", setting=_PLAIN, act=filled(amount="0"))
    yield Screen("/pay", "held", "family", setting=_payments_of_today("held"))
    yield Screen("/pay", "offline", "family", setting=_PLAIN, act=offline, worker=True, expects=_NO_NETWORK)
    asking = unanswered("/accounts/*/payments/0*")
    yield Screen(
        "/pay/return",
        "asking",
        "family",
        "/appearance",
        asking,
        gone_to("/pay/return?payment=01920000-0000-7000-8000-000000000000", "main .skeleton"),
    )


def _payments() -> Iterator[Screen]:
    told: dict[str, tuple[str, str, int]] = {
        "held": ("{begun}", "Банк проверяет платёж", 0),
        "cancelled": ("{begun}", "Платёж отменён, деньги не списаны", 0),
        "quarantined": ("{begun}", "Уточняем платёж у банка", 0),
        "partly_refunded": ("{done}", "Платёж выполнен, часть денег возвращена на карту", 500_00),
        "refunded": ("{done}", "Деньги возвращены на карту", 1_234_56),
    }
    for state, (payment, message, refunded) in told.items():
        change = {"state": state, "message": message, "refunded": refunded}
        yield Screen(
            "/payments/:payment",
            f"pay-{state}",
            "payer",
            f"/payments/{payment}",
            telling("/accounts/*/payments/*", _with(**change)),
        )


def _looking_back() -> Iterator[Screen]:
    days, months = "?from=2020-01-01&to=2020-01-31", "?from=2020-01&to=2020-03"
    for route, interval in (("payments", days), ("charges", months), ("usage", months)):
        yield Screen(f"/history/{route}", "no-rows", "family", f"/history/{route}{interval}")
    yield Screen(
        "/history/payments",
        "reversed",
        "family",
        setting=_PLAIN,
        act=all_of(filled(from_date="2026-11-20", to_date="2026-11-01"), pressed("Показать")),
    )
    for route in ("charges", "usage"):
        for who in ("family", "estate"):
            yield Screen(f"/history/{route}", "table", who, setting=_PLAIN, act=pressed("Показать таблицей"))
    bill = "/bills/{period}"
    yield Screen("/bills/:period", "old-system", "overpaid", bill)
    yield Screen("/bills/:period/why", "old-system", "overpaid", f"{bill}/why")
    estimated = "Показаний за месяц нет: начислено по среднему расходу за прошлые полгода, 171 кВт·ч."
    yield Screen(
        "/bills/:period",
        "estimated",
        "family",
        bill,
        telling("/accounts/*/bills/*", _with(estimated=estimated)),
    )
    drawn = all_of(pressed("Открыть картинкой"), lambda page: page.locator("img.shown").wait_for())
    yield Screen("/bills/:period", "drawn", "family", bill, _PLAIN, drawn)


def _settings() -> Iterator[Screen]:
    page = "/settings/profile"
    for state, button in (("email", "почту"), ("phone", "телефон"), ("password", "пароль")):
        yield Screen(page, state, "family", setting=_PLAIN, act=pressed(f"Изменить {button}"))
    asked = all_of(
        pressed("Изменить почту"), filled(email="anna@list.ru", password=PASSWORD), pressed("Отправить код")
    )
    yield Screen(
        page,
        "email-code",
        "family",
        setting=answering("/me/email", 202),
        act=all_of(asked, waited("Введите код")),
    )
    page = "/settings/security"
    pin = telling("/me/device", _with(pin=True))
    both = telling("/me/device", _with(pin=True, biometrics=True))
    known = scripted(_OWNER_KNOWN)
    yield Screen(page, "set-pin", "family", setting=_PLAIN, act=pressed("Включить PIN"))
    yield Screen(page, "change-pin", "family", setting=all_of(pin, known), act=pressed("Изменить PIN"))
    yield Screen(page, "pin-off", "family", setting=pin, act=pressed("Отключить PIN"))
    yield Screen(
        page, "biometrics-ask", "family", setting=all_of(pin, known), act=pressed("Использовать биометрию")
    )
    yield Screen(page, "biometrics", "family", setting=all_of(both, known), act=waited("Отключить биометрию"))
    newer = telling("/me/consents", lambda body: body["consents"][0].update(version="2025-01"))
    yield Screen("/settings/consents", "newer", "family", setting=newer)
    yield Screen("/settings/consents", "withdraw", "family", setting=_PLAIN, act=pressed("Отозвать согласие"))
    yield Screen("/settings/accounts", "full", "family", setting=telling("/me", _fill_accounts))
    yield Screen("/settings/accounts/add", "full", "family", setting=telling("/me", _fill_accounts))
    yield Screen("/settings/accounts", "remove", "estate", setting=_PLAIN, act=pressed("Убрать"))
    yield Screen("/settings/sessions", "end-all", "newcomer", setting=_PLAIN, act=pressed("Выйти на всех"))
    yield Screen(
        "/settings", "leave", "family", setting=_PLAIN, act=pressed("Выход", seen="Выйти из кабинета")
    )


def _with(**fields: Any) -> Callable[[dict[str, Any]], object]:
    return lambda body: body.update(fields)


def _in_dialog(name: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.get_by_role("dialog").get_by_role("button", name=name).click()
        page.get_by_role("heading", name="Показания не приняты").wait_for()

    return act


def _up(page: Any) -> None:
    page.get_by_role("link", name="Главная").first.click()


def _payments_of_today(state: str) -> Callable[[Any], None]:
    """A payment of the cabinet in this state, on top of the history."""

    def change(body: dict[str, Any]) -> None:
        row = {
            "id": "01920000-0000-7000-8000-000000000000",
            "kind": "payment",
            "channel": "cabinet",
            "state": state,
            "at": f"{body['to_date']}T09:12:00Z",
            "amount": 1_842_37,
            "refunded": 0,
            "receipt": False,
            "values": [],
            "zones": [],
            "message": "",
        }
        body["rows"].insert(0, row)

    return telling("/accounts/*/payments?*", change)


def _freeze(body: dict[str, Any]) -> None:
    body["frozen"] = [body["accounts"][0]["account"]]


def _fill_accounts(body: dict[str, Any]) -> None:
    body["accounts"] += [{"account": f"18021111{at}", "primary": False} for at in range(4)]
    body["frozen"] = ["180211119"]


def _overdue(body: dict[str, Any]) -> None:
    body["bill"]["due_on"] = "2026-01-10"


def _late(body: dict[str, Any]) -> None:
    year, month = map(int, body["period"].split("-"))
    body["late"] = True
    body["period"] = f"{year + month // 12}-{month % 12 + 1:02d}"
    body["window_starts_on"] = None
    body["window_ends_on"] = f"{body['period']}-26"
