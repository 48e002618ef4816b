"""Every right there is, with words for people; a role is a set of them. Pure."""

from collections.abc import Iterable

import msgspec

ALL = "*"


class Right(msgspec.Struct, frozen=True):
    """A right as roles hold it; ``area`` groups rights on a screen."""

    name: str
    title: str
    title_en: str

    @property
    def area(self) -> str:
        return self.name.partition(".")[0]


CATALOGUE = (
    Right(ALL, "Всё, и то, что появится позже", "Everything, also what comes later"),
    Right("accounts.read", "Видеть пользователей, роли и сеансы", "See users, roles and sessions"),
    Right("accounts.write", "Заводить и менять пользователей и роли", "Create and change users and roles"),
    Right("audit.read", "Читать журнал изменений", "Read the log of changes"),
    Right("telephony.read", "Видеть настройки телефонии", "See telephony settings"),
    Right("telephony.write", "Менять настройки телефонии", "Change telephony settings"),
    Right("queues.read", "Видеть очереди", "See queues"),
    Right("queues.write", "Менять очереди и их операторов", "Change queues and their operators"),
    Right("presence.self", "Менять свой статус", "Change one's own status"),
    Right("presence.read", "Видеть статусы сотрудников", "See statuses of colleagues"),
    Right("presence.write", "Менять чужие статусы и смены", "Change others' statuses and shifts"),
    Right("calls.own", "Звонить и управлять своими звонками", "Make calls and control one's own"),
    Right("calls.read", "Видеть все звонки и их историю", "See all calls and their history"),
    Right("calls.control", "Завершать любой звонок", "End any call"),
    Right("calls.supervise", "Слушать, подсказывать, входить в разговор", "Listen, whisper, barge in, take over"),
    Right("recordings.read", "Слушать записи и голосовую почту", "Listen to recordings and voicemail"),
    Right("reports.read", "Смотреть отчёты", "Read reports"),
    Right("contacts.read", "Видеть контакты", "See contacts"),
    Right("contacts.write", "Менять контакты", "Change contacts"),
    Right("missed.read", "Видеть пропущенные звонки", "See missed calls"),
    Right("callbacks.read", "Видеть заказанные звонки", "See ordered call-backs"),
    Right("callbacks.write", "Заказывать и отменять звонки", "Order and cancel call-backs"),
    Right("campaigns.read", "Видеть кампании и их отчёты", "See campaigns and their reports"),
    Right("campaigns.write", "Заводить и менять кампании", "Create and change campaigns"),
    Right("campaigns.control", "Запускать и останавливать кампании", "Run and pause campaigns"),
    Right("campaigns.own", "Работать в кампаниях", "Work in campaigns"),
    Right("leads.read", "Видеть списки клиентов для обзвона", "See lists of leads"),
    Right("leads.write", "Загружать и менять списки клиентов, стоп-лист", "Import and change leads, do-not-call"),
    Right("webhooks.write", "Настраивать отправку результатов", "Set up where results go"),
    Right("tickets.own", "Подавать заявки и следить за ними", "Open requests and follow them"),
    Right("tickets.read", "Видеть заявки всех клиентов", "See requests of all clients"),
    Right("tickets.write", "Работать с заявками", "Work on requests"),
    Right("tickets.settings", "Настраивать службу поддержки", "Set up the service desk"),
    Right("clients.read", "Видеть клиентов и их точки", "See clients and their outlets"),
    Right("clients.write", "Подтверждать и менять клиентов", "Confirm and change clients"),
    Right("dialplan.read", "Видеть план набора", "See the dialplan"),
    Right("dialplan.write", "Менять план набора", "Change the dialplan"),
    Right("settings.write", "Менять общие настройки", "Change general settings"),
)
NAMES = frozenset(right.name for right in CATALOGUE)


def lacking(own: frozenset[str], wanted: Iterable[str]) -> list[str]:
    """Those of ``wanted`` that somebody with the rights ``own`` can't give away, for they have not got them."""
    return [] if ALL in own else sorted(set(wanted) - own)


def unknown(rights: Iterable[str]) -> list[str]:
    """Words that are no right."""
    return sorted(set(rights) - NAMES)
