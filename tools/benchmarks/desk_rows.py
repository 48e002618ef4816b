"""Made-up clients and requests: a million requests of 2,000 companies, written by statements of PostgreSQL.

Companies differ in size: the largest has about two of a hundred requests, half of the companies a few hundred. Each has
five outlets, a person who sees all and one who was granted a single outlet. Subjects and texts are made from parts of
sentences about shops, tills and payments; some words stand in nearly every request, some in one of thousands.
"""

import random
from pathlib import Path
from typing import Any

from api.auth.passwords import hash_password
from engine.core.db import Queries
from tools.benchmarks import spoken

_sql = Queries(Path(__file__).with_name("desk_rows.sql"))
ACCOUNTS = 2_000
OUTLETS = 5
PASSWORD = "a desk of a million requests"
SUBJECTS = [
    *("не работает терминал оплаты", "касса не печатает чек", "сверка платежей за месяц", "обновить прайс-лист"),
    *("возврат покупателю не проходит", "не открывается смена", "медленно работает интернет", "нужен новый сотрудник"),
    *("ошибка при загрузке накладной", "сломался сканер штрихкодов", "подключить вторую кассу", "забыли пароль"),
    *("расхождение остатков на складе", "не приходит отчёт на почту", "замена накопителя", "вопрос по счёту"),
]
"""Each stands in one of sixteen requests."""
TEXTS = [
    "Здравствуйте, с самого утра в магазине наблюдаем проблему, просим помочь как можно скорее.",
    "Добрый день! Покупатели жалуются, очередь растёт, перезагрузка не помогла.",
    "Просим проверить настройки и перезвонить управляющему, документы приложены.",
    "После вчерашнего обновления программа показывает предупреждение и закрывается.",
    "Оборудование включали и выключали, индикатор мигает красным, связи с банком нет.",
    "Подскажите, пожалуйста, сроки и стоимость, нужен счёт на оплату и закрывающие документы.",
]
_PARTS = spoken.SYLLABLES["ru"]


def rare_word(chance: random.Random) -> str:
    """One of 13,824 words of three syllables: each request has one."""
    return "".join(chance.choice(_PARTS) for _ in range(3))


def client_login(account: int, child: bool = False) -> str:
    return f"client-{account}{'-child' if child else ''}"


async def fill(db: Any, tickets: int) -> None:
    """``db``: a superuser's connection. Rows go in without their triggers, which do the same one by one."""
    async with db.transaction():
        await db.execute("set local session_replication_role = replica; select setseed(0.5)")
        await _clients(db)
        await db.execute(_sql.tickets, tickets, ACCOUNTS, OUTLETS, SUBJECTS, TEXTS, _PARTS)
        await db.execute(_sql.messages, TEXTS)
        await db.execute(_sql.words)
        await db.execute("select setval('ticket_numbers', (select max(number) from tickets))")
    for table in ("client_accounts", "outlets", "outlet_grants", "tickets", "ticket_messages", "ticket_words"):
        await db.execute(f"vacuum analyze {table}")


async def _clients(db: Any) -> None:
    for child in (False, True):
        await db.execute(
            _sql.users, ACCOUNTS, hash_password(PASSWORD), "child" if child else "", "-child" if child else ""
        )
        await db.execute(_sql.children if child else _sql.companies, ACCOUNTS)
    await db.execute(_sql.outlets, ACCOUNTS, OUTLETS)
    await db.execute(_sql.grants, ACCOUNTS)
