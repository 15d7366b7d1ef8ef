"""The callback's checksum against the vectors of domain.md 12.1."""

import pytest

from deploy.sandbox.acquirer.callbacks import checksum

MD_ORDER = "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe"
DEPOSITED = {
    "mdOrder": MD_ORDER,
    "orderNumber": "10747",
    "operation": "deposited",
    "status": "1",
    "amount": "123456",
}


@pytest.mark.parametrize(
    ("params", "secret", "expected"),
    [
        (DEPOSITED, "yourSecretToken", "51C892147225ABE87798CB02979D70EF46D0AE79B5AA3B28B1C260BE286C50A9"),
        (DEPOSITED, "secret", "122E8AFBA3EE991840CE1A4BE58F918B136EF97FB2DB54F2B185B67CBE60B0CA"),
        (
            {
                "mdOrder": MD_ORDER,
                "orderNumber": "10747",
                "operation": "deposited",
                "status": "1$amount=123456",
            },
            "test",
            "14E0D9722D43BE67BFF111F53570BB5BCCFEED8AD15D72A48D51D4E949DAF988",
        ),
    ],
)
def test_checksum_matches_the_known_vectors(params: dict[str, str], secret: str, expected: str) -> None:
    assert checksum(params, secret) == expected
    assert checksum({**params, "checksum": "X", "sign_alias": "Y"}, secret) == expected


def test_upper_case_names_sort_first() -> None:
    assert checksum({"a": "1", "B": "2"}, "k") == checksum({"B": "2", "a": "1"}, "k")
