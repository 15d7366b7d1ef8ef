"""What people read about a reading: what became of it, why, and what to do."""

from typing import Final

from services.common.period import Period
from services.common.russian import month_name
from services.readings.domain.rules import Doubt, Refusal, Warning

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
WARNINGS: Final[dict[Warning, str]] = {
    "VERIFICATION_EXPIRED": "Срок поверки счётчика истёк: пока его не поверят, начисляем по среднему расходу, "
    "потом по нормативу. Поверьте счётчик и сообщите нам.",
    "OUT_OF_WINDOW": "Приём за этот месяц закончился: учтём в следующем периоде.",
}
_NO_INPUT: Final = {
    "automatic": "Счётчик передаёт показания сам: вводить их не нужно.",
    "faulty": "Счётчик неисправен: показания не принимаются, начисляем по среднему расходу, потом по нормативу. "
    "Отремонтируйте или замените его и сообщите нам.",
    "closed": "Счётчик снят с учёта. Если стоит новый, отправьте обращение с его актом.",
    "none": "Счётчика нет: начисляем по нормативу.",
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


def accepted(period: Period, warnings: tuple[Warning, ...] = ()) -> str:
    """An unverified meter's reading is kept, but does not count."""
    what = "Сохранено" if "VERIFICATION_EXPIRED" in warnings else "Принято к расчёту"
    return " ".join([f"{what} за {month_name(period)}.", *warned(warnings)])


def warned(warnings: tuple[Warning, ...]) -> list[str]:
    return [WARNINGS[warning] for warning in warnings]


def no_input(why: str) -> str:
    """Why the form has no windows: the meter is `automatic`, `faulty` or `closed`, or there is `none`."""
    return _NO_INPUT[why]


def refused(reason: Refusal, doubts: tuple[Doubt, ...] = ()) -> str:
    return _SWAPPED if "ZONES_SWAPPED" in doubts else _REFUSALS[reason]


def of_source(source: str, period: Period, superseded: bool, warnings: tuple[Warning, ...] = ()) -> str:
    """The words for an accepted reading of the history."""
    if superseded:
        return "Заменено более поздними показаниями."
    return _SOURCES.get(source) or accepted(period, warnings)
