"""What people read about a reading: what became of it, why, and what to do."""

from typing import Final

from services.common.period import Period
from services.common.russian import month_name
from services.readings.domain.rules import Doubt, Refusal

DOUBTS: Final[dict[Doubt, str]] = {
    "ROLLOVER": "Показания меньше предыдущих. Счётчик дошёл до последнего числа и начал с нуля?",
    "IMPLAUSIBLE_HIGH": "Расход намного больше обычного. Проверьте, не попала ли в показания цифра после запятой.",
    "ZONES_SWAPPED": "Ночной расход намного больше дневного. Проверьте, не перепутаны ли день и ночь.",
}
_REFUSALS: Final[dict[Refusal, str]] = {
    "LOWER_THAN_PREVIOUS": "Не принято: показания меньше предыдущих. Проверьте цифры и передайте ещё раз. "
    "Если всё верно, отправьте обращение с фотографией счётчика.",
    "NEWER_EXISTS": "Не принято: у нас есть более новые показания этого счётчика, снятые контролёром или "
    "автоматически. Передавать ничего не нужно. Если вы не согласны, отправьте обращение с фотографией счётчика.",
    "METER_CLOSED": "Не принято: этот счётчик снят с учёта. Если стоит новый, отправьте обращение с его актом.",
}
_SWAPPED = (
    "Не принято: похоже, перепутаны день и ночь. Поменяйте показания местами и передайте ещё раз. "
    "Если всё верно, отправьте обращение с фотографией счётчика."
)
_SOURCES: Final = {
    "control": "Принято к расчёту: показания снял контролёр.",
    "automatic": "Принято к расчёту: счётчик передал показания сам.",
    "average": "Показаний не было: расход посчитан по среднему. Передайте показания, и мы пересчитаем.",
    "norm": "Показаний не было: расход посчитан по нормативу. Передайте показания, и мы пересчитаем.",
    "opening": "Начальные показания.",
    "installation": "Показания при установке счётчика.",
    "removal": "Принято к расчёту: показания при снятии счётчика.",
}


def ask(doubts: tuple[Doubt, ...]) -> list[str]:
    """A question for each doubt."""
    return [DOUBTS[doubt] for doubt in doubts]


def accepted(period: Period) -> str:
    return f"Принято к расчёту за {month_name(period)}."


def refused(reason: Refusal, doubts: tuple[Doubt, ...] = ()) -> str:
    return _SWAPPED if "ZONES_SWAPPED" in doubts else _REFUSALS[reason]


def of_source(source: str, period: Period, superseded: bool) -> str:
    """The words for an accepted reading of the history."""
    if superseded:
        return "Заменено более поздними показаниями."
    return _SOURCES.get(source) or accepted(period)
