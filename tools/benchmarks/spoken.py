"""Made-up calls as text: 100,000 transcripts in Russian and English, written in a minute by statements of PostgreSQL.

Stretches of speech are made from sentences of contact centres with names, goods, streets, sums and numbers; a call is
one of its topics: a greeting, a dozen or two of sentences of the topic, a farewell. Some words are in nearly every
call, some in one of thousands.
"""

import random
from typing import Any

import msgspec

POOL = 40_000
"""Different stretches of speech."""
_PARTS = {
    "ru": "ва ло ри не мо ску тро ба ле ги ня пу хо жи рак дей чен вор зим лан ста куп рош мел",
    "en": "ba len tor mi sha wick den ro per lou gan tis hem fer cal don vey mor lin ash brook",
}
SYLLABLES = {language: parts.split() for language, parts in _PARTS.items()}
TOPICS: dict[str, dict[str, list[str]]] = {
    "ru": {
        "any": [
            "здравствуйте меня зовут {name} чем могу помочь",
            "добрый день компания слушает вас",
            "да конечно сейчас посмотрю подождите пожалуйста",
            "минуту я открою вашу карточку",
            "спасибо за ожидание всего доброго до свидания",
            "нет я такого не заказывал уточните пожалуйста",
            "хорошо я вас понял перезвоните мне завтра после {small}",
            "а можно поговорить со старшим мне это не нравится",
            "меня зовут {name} мой номер {big}",
            "ничего страшного бывает спасибо что разобрались",
        ],
        "delivery": [
            "когда привезут мой заказ номер {big}",
            "доставка на улицу {street} дом {small} квартира {small}",
            "курьер не приехал я ждал весь день",
            "заказ передан в службу доставки ожидайте завтра",
            "стоимость доставки {small} рублей при заказе от {small} тысяч бесплатно",
            "можно перенести доставку на другой день",
            "привезли не тот товар вместо {good} прислали {good}",
        ],
        "refund": [
            "я хочу вернуть деньги за {good}",
            "возврат средств занимает до {small} рабочих дней",
            "вы обещали вернуть деньги ещё на прошлой неделе",
            "напишите заявление на возврат и приложите чек",
            "я буду жаловаться в роспотребнадзор это безобразие",
            "сумма возврата {big} рублей поступит на вашу карту",
        ],
        "payment": [
            "платёж не прошёл деньги списали дважды",
            "оплатить можно картой или по счёту",
            "выставьте пожалуйста счёт на {big} рублей для компании {name}",
            "у вас задолженность за прошлый месяц",
            "банк отклонил операцию попробуйте другую карту",
            "закрывающие документы отправим на почту",
        ],
        "fault": [
            "у меня не работает интернет с самого утра",
            "перезагрузите роутер и проверьте индикаторы",
            "мастер приедет завтра с {small} до {small}",
            "на линии авария в районе улицы {street} восстановим к вечеру",
            "прибор {good} показывает ошибку {small}",
            "заявка на ремонт {big} принята",
        ],
        "contract": [
            "я хочу расторгнуть договор подскажите как это сделать",
            "срок действия договора заканчивается в этом месяце",
            "могу предложить вам скидку {small} процентов если останетесь",
            "сменить тарифный план можно в личном кабинете",
            "у конкурентов дешевле почему у вас так дорого",
            "паспортные данные сверим при подписании",
        ],
    },
    "en": {
        "any": [
            "hello my name is {name} how can i help you",
            "good afternoon thank you for calling",
            "yes of course let me have a look please hold on",
            "thank you for waiting have a nice day goodbye",
            "no i have never ordered that please check again",
            "may i speak to your supervisor i am not happy with this",
        ],
        "delivery": [
            "where is my order number {big}",
            "the parcel goes to {street} street house {small}",
            "the courier never came i waited all day",
            "your order was handed over to the delivery service",
            "you have sent me a {good} instead of a {good}",
        ],
        "refund": [
            "i want my money back for the {good}",
            "a refund takes up to {small} working days",
            "you promised to refund it last week",
            "the amount of {big} will be returned to your card",
        ],
        "fault": [
            "my internet has not been working since this morning",
            "please restart the router and check the lights",
            "an engineer will visit you between {small} and {small}",
            "the {good} shows error {small}",
        ],
    },
}


def made_word(chance: random.Random, language: str, parts: int) -> str:
    return "".join(chance.choice(SYLLABLES[language]) for _ in range(parts))


def sentence(chance: random.Random, language: str, topic: str) -> str:
    """A sentence of a topic with its blanks filled in."""
    values = {
        "name": made_word(chance, language, 3),
        "street": made_word(chance, language, 3),
        "good": made_word(chance, language, 2),
        "small": str(chance.randrange(2, 60)),
        "big": str(chance.randrange(10_000, 10_000_000)),
    }
    return chance.choice(TOPICS[language][topic]).format(**values)


def pool(count: int = POOL) -> list[tuple[int, str, str, str, bytes]]:
    """Stretches of speech: number, language, topic, text, words with times (as JSON)."""
    chance = random.Random(20)
    kinds = [(language, topic) for language, topics in TOPICS.items() for topic in topics]
    weights = [(4 if language == "ru" else 1) * (2 if topic == "any" else 1) for language, topic in kinds]
    rows = []
    for number, (language, topic) in enumerate(chance.choices(kinds, weights, k=count)):
        text = sentence(chance, language, topic)
        if chance.random() < 0.5:
            text += " " + sentence(chance, language, topic)
        words = [[word, round(n * 0.4, 2), round(n * 0.4 + 0.35, 2), 0.9] for n, word in enumerate(text.split())]
        rows.append((number, language, topic, text, msgspec.json.encode(words)))
    return rows


async def fill(db: Any, transcripts: int) -> None:
    """Calls with transcripts of a hundred days, about twenty stretches of speech each. Indexes are made at the end."""
    await db.execute(_POOL)
    different = min(POOL, transcripts * 2)
    rows = [(number, language, topic, text, words.decode()) for number, language, topic, text, words in pool(different)]
    await db.copy_records_to_table("said", columns=["n", "language", "topic", "text", "words"], records=rows)
    for statement in _FILL.split(";\n"):
        if statement.strip():
            await db.execute(statement.replace("{count}", str(transcripts)), timeout=600)


_POOL = """
create unlogged table said (n integer primary key, language text, topic text, text text, words text)
"""
_FILL = """
alter table transcripts disable trigger user;
alter table transcript_segments disable trigger user;
drop index transcripts_client;
drop index transcripts_operator;
set work_mem = '256MB';
set maintenance_work_mem = '256MB';
set synchronous_commit = off;
select setseed(0.7);
create unlogged table pieces as
    select language, topic, array_agg(n order by n) as all from said group by language, topic;
select ensure_call_partitions(now() - make_interval(months => m)) from generate_series(0, 4) m;
create unlogged table plan as
    select i, gen_random_uuid() as id, gen_random_uuid() as call_id,
        now() - make_interval(secs => i * 8640000.0 / {count}) as at,
        case when random() < 0.8 then 'ru' else 'en' end as language, (14 + random() * 14)::integer as parts,
        '79' || lpad((random() * 20000)::integer::text, 9, '0') as caller, (random() * 199)::integer as operator,
        (random() * 9)::integer as queue, (random() * 2 - 1)::real as sentiment, 'any'::text as topic
    from generate_series(1, {count}) i;
update plan set topic = (array['delivery', 'refund', 'fault', 'payment', 'contract'])[
    1 + (random() * case language when 'ru' then 4 else 2 end)::integer];
insert into calls (id, started_at, node_id, direction, caller, caller_name, called, language, answered_at, ended_at,
    outcome, talk_s, served_by)
    select call_id, at, 'bench', 'inbound', caller, '', '74951000001', language, at, at + interval '3 minutes',
        'answered', 170, 'engine'
    from plan;
insert into transcript_segments (transcript_id, seq, side, start_s, end_s, text, words, language, search)
    select p.id, k, case when k % 2 = 0 then 'operator' else 'client' end, k * 6, k * 6 + 5, s.text, s.words::jsonb,
        p.language, v.search
    from plan p
    cross join lateral generate_series(0, p.parts) k
    join pieces c on c.language = p.language
        and c.topic = case when k < 2 or k > p.parts - 2 or (p.i + k) % 4 = 0 then 'any' else p.topic end
    join said s on s.n = c.all[1 + abs(hashint4(p.i * 64 + k)) % cardinality(c.all)]
    join (select n, speech_words(text) as search from said) v on v.n = s.n;
insert into transcripts (id, call_id, call_started_at, source, state, engine, language, started_at, duration_s,
    operator_id, queue_id, sentiment, search_client, search_operator)
    select p.id, p.call_id, p.at, 'live', 'done', 'bench', p.language, p.at, 170,
        md5('operator' || p.operator)::uuid, md5('queue' || p.queue)::uuid, p.sentiment,
        speech_words(w.client), speech_words(w.operator)
    from plan p
    join (select transcript_id, string_agg(text, ' ' order by seq) filter (where side = 'client') as client,
            string_agg(text, ' ' order by seq) filter (where side = 'operator') as operator
        from transcript_segments group by transcript_id) w on w.transcript_id = p.id;
create index transcripts_client on transcripts using gin (search_client) with (fastupdate = off);
create index transcripts_operator on transcripts using gin (search_operator) with (fastupdate = off);
alter table transcripts enable trigger user;
alter table transcript_segments enable trigger user;
analyze calls;
analyze transcripts;
analyze transcript_segments
"""
