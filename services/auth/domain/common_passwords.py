"""Passwords that everybody tries first: zxcvbn's list, and what Russians choose."""

from functools import cache

_RUSSIAN = """
пароль привет любовь солнышко солнце наташа максим андрей сергей марина настя анастасия кристина катюша катя
екатерина ирина иринка светлана света ольга оленька елена леночка танюша татьяна таня юлия юлечка анечка аннушка
александр саша сашенька дмитрий димочка алексей алеша никита артем артур роман рома денис антон иван ванечка
владимир вова виктор виктория вика михаил миша николай коля павел паша евгений женя игорь олег руслан вадим
кирилл даниил данил егор илья тимур степан ярослав станислав константин григорий василий галина людмила люда
надежда валентина вера лариса оксана полина дарья дашенька даша софия соня алина диана карина милана маргарита
зайчик зайка зайчонок котенок котик кошечка киска кошка собака лапочка лапуля малыш малышка мамочка мама папа
бабушка дедушка мамапапа папамама сыночек доченька семья счастье радость надежда удача победа победитель
россия москва спартак зенит динамо локомотив питер калуга родина ленинград самара ростов волгоград сибирь
любимая любимый люблю люблютебя ятебялюблю ялюблютебя тыялюблю моясемья мояжизнь красотка красавица принцесса
королева богиня ангел ангелочек демон дьявол дракон медведь мишка тигр тигренок волк волчонок орел сокол
лошадка дельфин бабочка ромашка роза цветок цветочек весна лето осень зима январь февраль март апрель август
сентябрь октябрь ноябрь декабрь понедельник пятница футбол хоккей музыка машина мерседес компьютер клавиатура
интернет админ администратор секрет пользователь вход открой откройся парольпароль мойпароль незнаю забыл никто
дурак дурочка идиот жопа шоколад конфетка клубника апельсин вишенка пельмени борщ водка йцукен йцукенг фывапр
фывапролдж ячсмит ячсмить йфяцыч йцуфыв абвгд абвгдейка единорог электричество свет лампочка квартплата
gfhjkm ghbdtn privet parol lubov lyubov solnyshko solnishko natasha sergey andrey maksim nastya marina kristina
katya svetlana olga elena tatyana yulia dmitriy aleksandr alexandr alexey nikita kirill vladimir viktor victoria
rossiya moskva kaluga spartak zaychik zaika kotenok kotik malysh malishka privetik lapochka lubimaya lublu
yatebyalublu zhopa durak sobaka kiska koshka babushka mamochka krasotka svoboda schastie udacha pobeda
qwerty asdfgh zxcvbn password passwd admin administrator welcome letmein iloveyou monkey dragon secret login
"""


@cache
def common_passwords() -> frozenset[str]:
    """Some thirty thousand, in small letters with «ё» as «е»; read at the first question only."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(_RUSSIAN.split())
