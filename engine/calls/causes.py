"""Hang-up causes (ITU-T Q.850) in plain words."""

_WORDS: dict[int, tuple[str, str]] = {
    0: ("причина не указана", "no cause given"),
    1: ("номер не существует", "the number does not exist"),
    3: ("нет маршрута к номеру", "no route to the number"),
    16: ("разговор завершён", "normal end of the call"),
    17: ("абонент занят", "busy"),
    18: ("телефон не отвечает на вызов сети", "the phone does not respond"),
    19: ("абонент не ответил", "no answer"),
    20: ("телефон не зарегистрирован", "the phone is not registered"),
    21: ("вызов отклонён", "the call was rejected"),
    22: ("номер изменён", "the number has changed"),
    26: ("ответили на другом телефоне", "answered elsewhere"),
    27: ("оборудование абонента не работает", "the destination is out of order"),
    28: ("неверный формат номера", "invalid number format"),
    31: ("завершено сетью без причины", "ended by the network, unspecified"),
    34: ("нет свободных линий", "no free line"),
    38: ("сеть не работает", "the network is out of order"),
    41: ("временный сбой сети", "temporary network failure"),
    42: ("перегрузка: вызовов больше, чем можно принять", "overload: more calls than can be served"),
    44: ("запрошенная линия недоступна", "the requested line is not available"),
    50: ("услуга не подключена", "the facility is not subscribed"),
    58: ("услуга сейчас недоступна", "the capability is not available now"),
    88: ("несовместимое оборудование или кодек", "incompatible destination or codec"),
    102: ("истекло время ожидания ответа сети", "a network timer ran out"),
    127: ("сбой взаимодействия сетей", "interworking failure"),
}


def describe(cause: int | None, language: str = "ru") -> str:
    """The cause in words; ``language`` is ``ru`` or ``en``. Unknown causes are given with their number."""
    if cause is None:
        return ""
    ru, en = _WORDS.get(cause, (f"причина {cause}", f"cause {cause}"))
    return en if language == "en" else ru
