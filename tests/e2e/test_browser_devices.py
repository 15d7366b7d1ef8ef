"""PIN and biometrics in a real browser: WebCrypto's key, Chromium's virtual authenticator, the gateway's cookies."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from deploy.demo.visitor import Mailbox, somewhere
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households

PIN = "7419"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# What the client does, in short: no key ever leaves the browser.
CLIENT = """() => {
  const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
  const svet = window.svet = {device: null, key: null, options: null};
  svet.call = async (method, path, body) => {
    const csrf = document.cookie.split('; ').find(c => c.startsWith('svet_csrf='));
    const headers = {'Content-Type': 'application/json'};
    if (csrf) headers['X-CSRF-Token'] = decodeURIComponent(csrf.slice(10));
    const answer = await fetch('/api/v1' + path, {method, headers, body: body && JSON.stringify(body)});
    const told = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw new Error(told.code);
    return told;
  };
  svet.signIn = async (account, password) => {
    svet.device = (await svet.call('POST', '/sessions', {account, password})).device;
    svet.key = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  };
  svet.proof = async () => {
    const {ticket} = await svet.call('POST', '/devices/tickets', {device: svet.device});
    const signed = await crypto.subtle.sign(algorithm, svet.key.privateKey, new TextEncoder().encode(ticket));
    return {ticket, signature: text(signed)};
  };
  svet.setPin = async pin => svet.call('PUT', '/me/device/pin', {
    pin, public_key: text(await crypto.subtle.exportKey('spki', svet.key.publicKey)), ...await svet.proof()});
  svet.byPin = async pin =>
    svet.call('POST', '/sessions/pin', {device: svet.device, pin, ...await svet.proof()});
  svet.enrol = async () => {
    const {ticket, options} = await svet.call('POST', '/me/device/biometrics/options');
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = (await navigator.credentials.create({publicKey})).toJSON();
    await svet.call('PUT', '/me/device/biometrics', {ticket, credential});
  };
  svet.touch = async (allowed) => {
    const asked = await svet.call('POST', '/sessions/biometrics/options', {device: svet.device});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      {...asked.options, allowCredentials: allowed || asked.options.allowCredentials});
    const credential = (await navigator.credentials.get({publicKey})).toJSON();
    await svet.call('POST', '/sessions/biometrics', {device: svet.device, ticket: asked.ticket, credential});
    return asked.options.allowCredentials;
  };
  svet.outcome = async (name, ...given) => {
    try { return [null, await svet[name](...given)]; }
    catch (error) { return [error.name === 'Error' ? error.message : error.name, null]; }
  };
}"""


class Client:
    """The client's script in a page at http://localhost, and the authenticator of its machine."""

    def __init__(self, page: Page, cdp: CDPSession) -> None:
        self.page, self.cdp = page, cdp
        cdp.send("WebAuthn.enable")
        added = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator = {"authenticatorId": added["authenticatorId"]}

    def does(self, name: str, *given: Any) -> Any:
        """Do it in the page; raises what was refused."""
        refused, answer = self.tries(name, *given)
        assert refused is None, refused
        return answer

    def refused(self, name: str, *given: Any) -> Any:
        """The problem's code, or the name of the browser's exception."""
        return self.tries(name, *given)[0]

    def tries(self, name: str, *given: Any) -> Any:
        return self.page.evaluate("given => svet.outcome(...given)", [name, *given])

    def verified(self, yes: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", self.authenticator | {"isUserVerified": yes})

    def credential(self) -> dict[str, Any]:
        """The one that the authenticator keeps."""
        [kept] = self.cdp.send("WebAuthn.getCredentials", self.authenticator)["credentials"]
        return dict(kept)

    def count_back(self) -> None:
        """The credential as a copy made before it was used has it."""
        kept = self.credential()
        one = self.authenticator | {"credentialId": kept["credentialId"]}
        self.cdp.send("WebAuthn.removeCredential", one)
        self.cdp.send("WebAuthn.addCredential", self.authenticator | {"credential": kept | {"signCount": 0}})


@pytest.fixture
def owner(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False))


@pytest.fixture
def client(browser: Browser, system: LocalSystem, owner: Customer) -> Iterator[Client]:
    """Signed in with the password, a PIN on. The gateway's pages allow no scripts yet: their CSP is left out."""
    context = browser.new_context(bypass_csp=True, extra_http_headers={"X-Forwarded-For": somewhere()})
    page = context.new_page()
    page.goto(f"http://localhost:{system.ports['gateway']}/")
    page.evaluate(CLIENT)
    opened = Client(page, context.new_cdp_session(page))
    opened.does("signIn", owner.account, PASSWORD)
    opened.does("setPin", PIN)
    yield opened
    context.close()


def method(client: Client) -> str:
    """How the browser's present session was opened."""
    sessions = client.does("call", "GET", "/me/sessions")["sessions"]
    [found] = [str(row["method"]) for row in sessions if row["current"]]
    return found


def test_a_key_made_by_webcrypto_proves_the_device(client: Client) -> None:
    client.page.context.clear_cookies()
    assert client.refused("byPin", "2846") == "pin_refused"
    client.does("byPin", PIN)
    assert method(client) == "pin"


def test_the_browsers_authenticator_opens_the_cabinet(client: Client) -> None:
    client.does("enrol")
    for _ in range(2):
        client.page.context.clear_cookies()
        [allowed] = client.does("touch")
        assert allowed["type"] == "public-key"
        assert method(client) == "biometrics"
    assert client.refused("enrol") == "InvalidStateError", "this authenticator is known already"


def test_a_person_whom_the_authenticator_does_not_know_stays_out(client: Client) -> None:
    client.verified(False)
    assert client.refused("enrol") == "NotAllowedError"
    client.verified(True)
    client.does("enrol")
    client.page.context.clear_cookies()
    client.verified(False)
    assert client.refused("touch") == "NotAllowedError"
    assert client.refused("call", "GET", "/me") == "unauthenticated"
    client.verified(True)
    client.does("touch")


def test_after_the_pin_is_off_the_authenticator_opens_nothing(client: Client) -> None:
    client.does("enrol")
    allowed = client.does("touch")
    client.does("call", "DELETE", "/me/device/pin")
    assert client.refused("enrol") == "pin_needed"
    client.page.context.clear_cookies()
    assert client.refused("touch", allowed) == "biometrics_refused"
    assert client.refused("byPin", PIN) == "pin_off"
    assert client.refused("call", "GET", "/me") == "unauthenticated"


def test_a_copy_of_the_authenticators_key_opens_nothing_and_shuts_the_door(
    client: Client, database: Callable[[str], "psycopg.Connection[Any]"]
) -> None:
    client.does("enrol")
    for _ in range(3):
        allowed = client.does("touch")
    assert client.credential()["signCount"] >= 3
    client.count_back()
    assert client.refused("touch") == "biometrics_refused"
    for _ in range(5):
        assert client.refused("touch", allowed) == "biometrics_refused"
    device = client.page.evaluate("() => svet.device")
    reasons = database("auth").execute(
        "SELECT details->>'reason' FROM audit WHERE device_id = %s AND act = 'biometrics_refused' ORDER BY id",
        (device,),
    )
    assert [reason for (reason,) in reasons] == ["counter", *["answer"] * 5]
    client.page.context.clear_cookies()
    client.does("byPin", PIN)
