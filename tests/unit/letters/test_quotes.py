"""What is said anew in a letter, as real clients write them."""

import pytest

from api.letters import quotes
from api.letters.html_text import to_text

pytestmark = pytest.mark.feature("F-TKT-05")
LETTERS = {
    "gmail ru": (
        "Всё заработало.\n\nпн, 2 мар. 2026 г. в 10:11, Поддержка <help@x.ru>:\n\n> Здравствуйте!\n> Проверьте\n",
        "Всё заработало.",
    ),
    "gmail en": (
        "Works now, thanks\nOn Mon, Mar 2, 2026 at 10:11 AM Support <help@x.ru> wrote:\n\n> Hello\n",
        "Works now, thanks",
    ),
    "gmail en, wrapped": (
        "Works\n\nOn Mon, Mar 2, 2026 at 10:11 AM Support Team of a company <\nhelp@x.ru> wrote:\n\n> Hello\n",
        "Works",
    ),
    "outlook ru": (
        "Спасибо, работает.\n\nС уважением,\nИван Петров\n+7 999 123-45-67\n\nОт: Поддержка <help@x.ru>\n"
        "Отправлено: 2 марта 2026 г. 10:11\nКому: Иван\nТема: RE: Касса\n\nЗдравствуйте!\n",
        "Спасибо, работает.",
    ),
    "outlook en": (
        "Thanks\n\n________________________________\nFrom: Support\nSent: Monday, March 2\nTo: Ivan\n"
        "Subject: x\n\nHello",
        "Thanks",
    ),
    "outlook original": ("Ясно\n\n-----Original Message-----\nFrom: Support\n\nHello", "Ясно"),
    "mail.ru": (
        "Не работает\n\n\n--\nИван Петров\nОтправлено из Почты Mail.ru\n\n"
        ">Понедельник, 2 марта 2026, 10:11 +03:00 от Поддержка <help@x.ru>:\n>\n>Здравствуйте",
        "Не работает",
    ),
    "mail.ru, unmarked": (
        "Не работает\n\nПонедельник, 2 марта 2026, 10:11 +03:00 от Поддержка <help@x.ru>:\n\n Здравствуйте",
        "Не работает",
    ),
    "yandex": ('Не помогло.\n\n02.03.2026, 10:11, "Поддержка" <help@x.ru>:\n\nЗдравствуйте!\n', "Не помогло."),
    "yandex mobile": (
        "Не помогло.\n\n-- \nОтправлено с мобильного приложения Яндекс Почты\n\n"
        "02.03.2026, 10:11, Поддержка пишет:\n> Здравствуйте!\n",
        "Не помогло.",
    ),
    "apple ru": (
        "Да\n\nОтправлено с iPhone\n\n> 2 марта 2026 г., в 10:11, Поддержка <help@x.ru> написал(а):\n> \n"
        "> Здравствуйте\n",
        "Да",
    ),
    "apple en": (
        "Yes\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 10:11, Support <help@x.ru> wrote:\n> \n> Hi\n",
        "Yes",
    ),
    "between": (
        "пн, 2 мар. 2026 г. в 10:11, П <h@x.ru>:\n> Какая касса?\nПервая\n> Какой чек?\nВторой\n",
        "> Какая касса?\nПервая\n> Какой чек?\nВторой",
    ),
    "below": ("> Какая касса?\n\nПервая касса", "Первая касса"),
    "signed": (
        "Добрый день!\nНе печатает чек: ошибка 12.\nС уважением, Анна",
        "Добрый день!\nНе печатает чек: ошибка 12.",
    ),
    "a list": ("Касс две:\n- первая\n- вторая\nСпасибо", "Касс две:\n- первая\n- вторая\nСпасибо"),
    "a sentence like a quote's head": (
        "Вчера, 2 марта, пришло письмо от банка: не проходит оплата.\nЧто делать?",
        "Вчера, 2 марта, пришло письмо от банка: не проходит оплата.\nЧто делать?",
    ),
    "a quote alone": ("> всё", "> всё"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", LETTERS)
def test_what_is_said_anew_is_kept_and_nothing_else(name):
    text, said = LETTERS[name]
    assert quotes.said(text) == said
    assert quotes.said(text.replace("\n", "\r\n")) == said


def test_html_becomes_text_and_its_quotes_are_found():
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Добрый&nbsp;день!</p><script>alert(1)</script>"
        '<div>Касса <a href="https://e.ru/x">тут</a><br>вторая</div><div class="gmail_quote"><div class="gmail_attr">'
        "пн, 2 мар. 2026 г. в 10:11, П &lt;h@x.ru&gt;:</div><blockquote>Привет</blockquote></div></body></html>"
    )
    assert quotes.said(to_text(html)) == "Добрый день!\n\nКасса тут (https://e.ru/x)\nвторая"
    outlook = '<p>Да</p><div id="divRplyFwdMsg"><b>От:</b> П<br><b>Кому:</b> И<br><b>Тема:</b> х</div><div>Старое</div>'
    assert quotes.said(to_text(outlook)) == "Да"


@pytest.mark.parametrize("piece", ["<!--", "<a ", "</", "<div>", "<![CDATA[", "&", "<a href='", "<script>"])
@pytest.mark.timeout(60)
def test_html_without_end_is_read_in_time(piece):
    assert len(to_text(piece * (400_000 // len(piece)))) <= 4_000_000


@pytest.mark.timeout(60)
def test_text_without_end_is_read_in_time():
    for piece in ("От: ", "12.03 " + "a" * 390 + "\n", ">", "-- \n", "On 1 Jan\n", "С уважением\n"):
        quotes.said(piece * (400_000 // len(piece)))
