"""The people whose cabinets the screens show, made when first asked for."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from deploy.demo.household import Household
from deploy.demo.visitor import BankPage, Mailbox
from deploy.local.system import LocalSystem
from services.common.period import Period
from tests.screens.homes import THIS_MONTH, TODAY, Homes, Plan
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

Who = Literal[
    "nobody",
    "family",
    "payer",
    "giver",
    "newcomer",
    "estate",
    "automatic",
    "meterless",
    "faulty",
    "overdue",
    "overpaid",
]
FAMILY: Final = Plan(
    months=[(171, 84), (163, 79), (188, 93), (214, 102)],
    paid=[None, None, 1200_00, 0],
    start=(12_480, 6_115),
    model="Меркурий 200.04",
    street="ул. Циолковского",
    house="17",
    flat="41",
    residents=3,
)
"""Two zones; paid in full, then in part, then nothing yet. Payer and giver are such families that pay and
give readings today."""
ESTATE: Final = Plan(
    months=[(9_120, 7_410, 8_035), (10_940, 8_212, 9_377), (12_655, 9_018, 10_444), (14_055, 9_976, 11_210)],
    paid=[0, 0, 0, 0],
    start=(912_480, 706_115, 845_201),
    digits=7,
    model="Меркурий 234 ARTM2-03 PBR.G",
    serial="4102938475610",
    settlement="с. Новосёлки-Слободские",
    street="ул. Академика Константина Эдуардовича Циолковского",
    house="124А корп. 12",
    flat="1024",
    residents=14,
    group="urban_electric",
)
"""Three zones, a long address, a debt of a million with its penalty; and two more accounts."""
_REFUSED: Final = "4000000000000119"


@dataclass
class Cast:
    """`cast["family"]` is a customer, `cast.facts("payer")` what addresses of screens are filled in with."""

    system: LocalSystem
    mailbox: Mailbox
    households: Households
    homes: Homes = field(init=False)
    _made: dict[str, Customer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.homes = Homes(self.system)

    def __getitem__(self, who: Who) -> Customer:
        if who not in self._made:
            self._made[who] = self._customer(who)
        return self._made[who]

    def facts(self, who: Who) -> dict[str, str]:
        """What stands in braces in a screen's address."""
        bill = self[who].home.bill
        period = str(Period.of(bill.period) if bill else THIS_MONTH.previous)
        return {"period": period} | (self._payments if who == "payer" else {})

    def close(self) -> None:
        self.homes.forget()

    def _home(self, who: Who) -> Household:
        take = self.households.take
        match who:
            case "family" | "payer" | "giver":
                return self.homes.build(FAMILY)
            case "estate":
                return self.homes.build(ESTATE)
            case "newcomer":
                return take(lambda home: home.bill is None)
            case "automatic":
                return take(lambda home: home.meter is not None and home.meter.automatic, metered=False)
            case "meterless":
                return take(lambda home: home.meter is None and home.balance > 0, metered=False)
            case "faulty":
                return take(
                    lambda home: home.meter is not None and home.meter.state == "faulty", metered=False
                )
            case "overdue":
                return take(lambda home: home.meter is not None and home.meter.verification_due < TODAY)
            case "overpaid":
                return take(lambda home: home.balance < -100_00, zones=1)
            case "nobody":
                raise LookupError("nobody has no cabinet")

    def _customer(self, who: Who) -> Customer:
        made = make_customer(self.system.urls.gateway, self.mailbox, self._home(who))
        if who == "estate":
            for home in (self.households.take(), self.households.take(metered=False)):
                made.visitor.post("/me/accounts", {"account": home.account, "address": home.address})
        return made

    @cached_property
    def _payments(self) -> dict[str, str]:
        """One payment in each state that a customer may come back to."""
        payer = self["payer"]
        refused = payer.start(50_00)
        BankPage(refused["form_url"]).pay(_REFUSED)
        payer.wait_state(refused["id"], "failed")
        done = payer.pay(1_234_56)
        payer.wait_counted(done["id"])
        begun = payer.start(700_00)
        return {"failed": refused["id"], "done": done["id"], "begun": begun["id"]}
