"""Would two or three zones be cheaper? The account's own year by each tariff form (product H2)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from sqlalchemy.orm import Session

from services.billing.document.amounts import plain
from services.billing.domain import forms
from services.billing.domain.forms import FORMS, Month, Priced, Profile
from services.billing.domain.tariffs import ZONES, Zone
from services.billing.handlers.accounts import known_account
from services.billing.repository import charges as table
from services.billing.repository import tariffs
from services.billing.repository.charges import Charged
from services.common.clock import moscow_date
from services.common.period import Period
from services.common.russian import plural
from services.contracts import bills as contract

_MONTHS: Final = 12
_NAMES: Final = {1: "Однозонный", 2: "Двухзонный: день и ночь", 3: "Трёхзонный: пик, полупик и ночь"}


def comparison(
    session: Session, request: contract.ComparisonRequest, now: datetime
) -> contract.TariffComparison:
    """The last twelve charged months by every form that has prices; raises `account_unknown`."""
    household = known_account(session, request.account)
    on, group = moscow_date(now), household.tariff_group
    periods = table.latest(session, household.account, _MONTHS)
    # Corrections of a month come with a later one, and both are among the latest.
    known = table.charged(session, household.account, periods)
    months = _months(known)
    if not months:
        return _nothing(request.account, on)
    profile, book = tariffs.profile(session, group, on), tariffs.book(session, group)
    present = months[-1].form
    priced = [one for form in FORMS if (one := forms.priced(months, form, book, group, on, profile))]
    now_pays = next((one.total for one in priced if one.form == present), None)
    if now_pays is None:
        return _nothing(request.account, on)
    needed = profile is not None and any(not one.own for one in priced)
    return contract.TariffComparison(
        account=request.account,
        priced_on=on,
        months=[str(one.month) for one in months],
        kwh=plain(sum((sum(one.kwh.values(), Fraction(0)) for one in months), Fraction(0))),
        options=[_option(one, present, now_pays) for one in priced],
        profile=_profile_text(profile) if profile and needed else None,
        caveats=_caveats(months, known, priced, present),
    )


def _months(known: Mapping[date, Charged]) -> list[Month]:
    """Months of metered households, corrections of estimates put in their place; oldest first."""
    kwh: dict[date, dict[Zone, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    form: dict[date, int] = {}
    for charged in known.values():
        for line in charged.lines:
            if line.month in known and line.basis in ("meter", "average", "norm"):
                kwh[line.month][line.zone] += Fraction(line.volume)  # type: ignore[index]
                if line.kind != "reversal":
                    form[line.month] = max(form.get(line.month, 1), line.form)
    return [_month(month, form[month], used) for month, used in sorted(kwh.items()) if month in form]


def _month(first: date, form: int, used: Mapping[Zone, Fraction]) -> Month:
    """A month of two forms (a meter was replaced) is of the richer one, if all its kWh have these zones."""
    zones = ZONES[form]
    if any(volume for zone, volume in used.items() if zone not in zones):
        return Month(Period.of(first), 1, {"single": sum(used.values(), Fraction(0))})
    return Month(Period.of(first), form, {zone: used.get(zone, Fraction(0)) for zone in zones})


def _option(one: Priced, present: int, now_pays: int) -> contract.TariffOption:
    return contract.TariffOption(
        form=one.form,
        name=_NAMES[one.form],
        present=one.form == present,
        basis="own" if one.own else "profile",
        zones=[contract.ZoneShare(zone=zone, kwh=plain(kwh)) for zone, kwh in one.kwh.items()],
        total=one.total,
        difference=one.total - now_pays,
    )


def _nothing(account: str, on: date) -> contract.TariffComparison:
    return contract.TariffComparison(
        account=account,
        priced_on=on,
        months=[],
        kwh="0",
        options=[],
        profile=None,
        caveats=["Сравнить пока нечего: нет месяцев с начислениями."],
    )


def _profile_text(profile: Profile) -> str:
    day, night, half = (int(share * 100) for share in (profile.day, profile.night, profile.half_peak))
    return f"Типичный день: пик {day} %, полупик {half} %, ночь {night} % ({profile.act})."


def _caveats(
    months: Sequence[Month], known: Mapping[date, Charged], priced: Sequence[Priced], present: int
) -> list[str]:
    said = ["Посчитано по ценам на сегодня: они меняются, обычно раз в год."]
    if any(one.form > present for one in priced):
        said.append(
            "Для другого тарифа нужен счётчик с зонами и заявление: покупку и замену счётчика мы не учли."
        )
    if any(not one.own for one in priced):
        said.append(
            "Ваш счётчик не знает, сколько вы тратите ночью и в пик: доли взяты от типичной семьи. "
            "Чем больше вы тратите ночью, тем выгоднее зоны."
        )
    if len(months) < _MONTHS:
        count = plural(len(months), "месяц", "месяца", "месяцев")
        said.append(f"Посчитано только за {count}: за год выйдет иначе.")
    estimated = _estimated(months, known)
    if estimated:
        count = plural(estimated, "месяц посчитан", "месяца посчитаны", "месяцев посчитаны")
        said.append(f"{count} без показаний, поэтому расход в них приблизительный.")
    return said


def _estimated(months: Sequence[Month], known: Mapping[date, Charged]) -> int:
    """Months charged without a reading that no later reading has put right."""
    corrected = {line.month for one in known.values() for line in one.lines if line.kind == "correction"}
    firsts = [one.month.first_day for one in months]
    return sum(known[first].charge.way != "meter" and first not in corrected for first in firsts)
