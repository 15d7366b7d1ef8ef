"""What a refund gives back: the reverse of the order in which its payment settled debts (`docs/ledger.md`)."""


def penalty_back(total: int, over: int, penalty: int) -> int:
    """What of `total` kopecks given back in all comes out of the penalty's part of a payment.

    What was paid beyond the debt (`over`) is given back first, then the penalty's part, the main debt last.
    """
    return max(min(total - over, penalty), 0)
