"""A person at the doors of the built client: registers, signs in, sets a PIN, by typing and pressing."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from deploy.demo.household import Household
from tests.support.customer import PASSWORD

REFUSED = "Failed to load resource: the server responded with a status of "
"""What Chromium says of every answer that is a refusal; tests add the status."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: Page, name: str) -> None:
    """Wait until a page with this heading is there."""
    page.get_by_role("heading", name=name, exact=True).wait_for()


def fill_registration(page: Page, home: Household, email: str, password: str = PASSWORD) -> None:
    """Everything but the consent."""
    page.get_by_label("Номер лицевого счёта").fill(home.account)
    page.get_by_label("Адрес дома или квартиры").fill(home.address)
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Телефон").fill("8 (910) 555-11-22")
    page.get_by_label("Пароль", exact=True).fill(password)
    page.get_by_label("Пароль ещё раз").fill(password)


def register(page: Page, home: Household, email: str) -> None:
    page.goto("/register")
    fill_registration(page, home, email)
    page.get_by_role("checkbox").check()
    press(page, "Зарегистрироваться")
    heading(page, "Проверьте почту")


def sign_in(page: Page, account: str, password: str = PASSWORD) -> None:
    """At the sign-in page."""
    page.get_by_label("Номер лицевого счёта").fill(account)
    page.get_by_label("Пароль", exact=True).fill(password)
    press(page, "Войти")


def sign_out(page: Page) -> None:
    page.goto("/settings")
    press(page, "Выход")
    press(page, "Выйти")


def home(page: Page) -> None:
    """Wait until the cabinet's first page is there."""
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


def set_pin(page: Page, pin: str, button: str = "Включить PIN") -> None:
    """At the security page, in its form."""
    page.get_by_label("Новый PIN", exact=True).fill(pin)
    page.get_by_label("Новый PIN ещё раз").fill(pin)
    press(page, button)


def with_pin(page: Page, account: str, pin: str) -> None:
    """Signed in fully at the security page, the PIN of this browser on."""
    page.goto("/settings/security")
    sign_in(page, account)
    press(page, "Включить PIN")
    set_pin(page, pin)
    page.get_by_text("PIN включён").wait_for()


def unlock(page: Page, pin: str) -> None:
    """At the PIN's door: the last digit sends it."""
    page.get_by_label("PIN", exact=True).fill(pin)


def switch_biometrics_on(page: Page, pin: str) -> None:
    """In the form that the security page asks for the PIN with."""
    page.get_by_label("Ваш PIN", exact=True).fill(pin)
    press(page, "Включить биометрию")


class Authenticator:
    """The fingerprint reader of the page's machine, which knows its owner until told otherwise."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        added = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._this = {"authenticatorId": added["authenticatorId"]}

    def knows_the_owner(self, yes: bool) -> None:
        self._cdp.send("WebAuthn.setUserVerified", self._this | {"isUserVerified": yes})

    def credential(self) -> dict[str, Any]:
        """The one that it keeps."""
        [kept] = self._cdp.send("WebAuthn.getCredentials", self._this)["credentials"]
        return dict(kept)

    def count_back(self) -> None:
        """The credential as a copy made before it was used has it."""
        kept = self.credential()
        self._cdp.send("WebAuthn.removeCredential", self._this | {"credentialId": kept["credentialId"]})
        self._cdp.send("WebAuthn.addCredential", self._this | {"credential": kept | {"signCount": 0}})
