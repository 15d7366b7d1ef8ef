"""The callback's checksum: the vectors of `domain.md` 12.1, and that every parameter is signed."""

import hashlib
import hmac

import pytest

from services.payments.acquirer.checksum import checksum, signed

CALLBACK = {
    "amount": "123456",
    "mdOrder": "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe",
    "operation": "deposited",
    "orderNumber": "10747",
    "status": "1",
}


@pytest.mark.parametrize(
    ("parameters", "secret", "expected"),
    [
        (CALLBACK, "yourSecretToken", "51C892147225ABE87798CB02979D70EF46D0AE79B5AA3B28B1C260BE286C50A9"),
        (CALLBACK, "secret", "122E8AFBA3EE991840CE1A4BE58F918B136EF97FB2DB54F2B185B67CBE60B0CA"),
        (
            {k: v for k, v in CALLBACK.items() if k not in ("amount", "status")}
            | {"status": "1$amount=123456"},
            "test",
            "14E0D9722D43BE67BFF111F53570BB5BCCFEED8AD15D72A48D51D4E949DAF988",
        ),
    ],
)
def test_the_known_vectors_come_out(parameters: dict[str, str], secret: str, expected: str) -> None:
    assert checksum(parameters, secret) == expected
    assert signed(parameters | {"checksum": expected, "sign_alias": "key"}, secret)
    assert signed(parameters | {"checksum": expected.lower()}, secret)


@pytest.mark.parametrize("name", sorted(CALLBACK))
def test_no_parameter_can_be_changed_added_or_taken_away(name: str) -> None:
    whole = CALLBACK | {"checksum": checksum(CALLBACK, "secret")}
    assert not signed(whole | {name: "9"}, "secret")
    assert not signed(whole | {"depositedAmount": "1"}, "secret")
    assert not signed({k: v for k, v in whole.items() if k != name}, "secret")


@pytest.mark.parametrize("given", [{}, {"checksum": ""}, {"checksum": "подпись"}, {"checksum": "0" * 64}])
def test_a_callback_without_the_right_checksum_is_not_signed(given: dict[str, str]) -> None:
    assert not signed(CALLBACK | given, "secret")


def test_upper_case_names_sort_before_lower_case_ones() -> None:
    expected = hmac.new(b"k", b"B;1;a;3;b;2;", hashlib.sha256).hexdigest().upper()
    assert checksum({"b": "2", "B": "1", "a": "3"}, "k") == expected
