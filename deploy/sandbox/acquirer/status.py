"""The answer of getOrderStatusExtended.do, in the shape of domain.md 1.4: kopecks and Unix milliseconds."""

from datetime import datetime
from typing import Any

from deploy.sandbox.acquirer.cards import ACTION_TEXT
from deploy.sandbox.acquirer.machine import ORDER_STATUS, PAYMENT_STATE, State
from deploy.sandbox.acquirer.orders import Order, Refund


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def extended_status(order: Order, deposited: int | None = None) -> dict[str, Any]:
    """`deposited` is a false depositedAmount to tell instead of the true one."""
    answer: dict[str, Any] = {
        "errorCode": "0",
        "errorMessage": "Успешно",
        "orderNumber": order.order_number,
        "orderStatus": ORDER_STATUS[order.state],
        "actionCode": order.action_code,
        "actionCodeDescription": ACTION_TEXT.get(order.action_code, ""),
        "amount": order.amount,
        "currency": order.currency,
        "date": milliseconds(order.created_at),
        "orderDescription": order.description,
        "ip": order.ip,
        "merchantOrderParams": [{"name": name, "value": value} for name, value in order.params.items()],
        "transactionAttributes": [],
        "attributes": [{"name": "mdOrder", "value": order.order_id}],
        "terminalId": "11469656",
        "paymentAmountInfo": {
            "paymentState": PAYMENT_STATE[order.state],
            "approvedAmount": order.amount if order.deposited_at else 0,
            "depositedAmount": order.deposited if deposited is None else deposited,
            "refundedAmount": order.refunded,
            "feeAmount": 0,
        },
        "bankInfo": {"bankName": "УЧЕБНЫЙ БАНК", "bankCountryCode": "RU", "bankCountryName": "Россия"},
    }
    if order.masked_pan:
        answer["cardAuthInfo"] = card_auth_info(order)
    if order.deposited_at:
        answer["depositedDate"] = answer["authDateTime"] = milliseconds(order.deposited_at)
        answer["authRefNum"] = order.reference
    if order.refunds:
        answer["operations"] = [refund_operation(refund) for refund in order.refunds]
    return answer


def card_auth_info(order: Order) -> dict[str, Any]:
    info = {
        "maskedPan": order.masked_pan,
        "expiration": order.expiration,
        "cardholderName": "CARDHOLDER NAME",
        "paymentSystem": order.payment_system,
    }
    return info | ({"approvalCode": order.approval} if order.approval else {})


def refund_operation(refund: Refund) -> dict[str, Any]:
    operation = {
        "type": "REFUND",
        "amount": refund.amount,
        "actionCode": 0,
        "referenceNumber": refund.reference,
        "approvalCode": refund.approval,
        "date": milliseconds(refund.at),
    }
    return operation | ({"externalRefundId": refund.external_id} if refund.external_id else {})


def control_view(order: Order) -> dict[str, Any]:
    """The order as the control API shows it to tests: the acquirer's own truth, before any misbehaviour."""
    return {
        "orderId": order.order_id,
        "orderNumber": order.order_number,
        "state": order.state,
        "orderStatus": ORDER_STATUS[order.state],
        "actionCode": order.action_code,
        "amount": order.amount,
        "depositedAmount": order.deposited,
        "refundedAmount": order.refunded,
        "reversed": order.state is State.REVERSED,
        "account": order.account,
        "description": order.description,
        "email": order.email,
        "merchantOrderParams": order.params,
        "orderBundle": order.bundle,
        "depositedDate": milliseconds(order.deposited_at) if order.deposited_at else None,
        "refunds": [refund_operation(refund) for refund in order.refunds],
        "statusQueries": order.status_queries,
        "callbackCount": order.callback_requests,
        "callbacks": [notice.model_dump() for notice in order.callbacks],
    }
