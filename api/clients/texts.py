"""Letters to clients about their accounts. Pure."""

_SUBJECTS = {
    ("known", "ru"): "Вас добавляют в личный кабинет поддержки",
    ("known", "en"): "Somebody adds you to a support cabinet",
    ("arrived", "ru"): "Мы получили вашу заявку на регистрацию",
    ("arrived", "en"): "We have got your registration",
    ("rejected", "ru"): "Заявка на регистрацию отклонена",
    ("rejected", "en"): "Your registration was not confirmed",
}
_TEXTS = {
    ("known", "ru"): """Здравствуйте, {name}!

Компания «{company}» хочет добавить вас в свой личный кабинет поддержки, но с этим адресом у нас уже есть учётная
запись. Если вы ждали приглашения, напишите в поддержку; если нет, ничего не делайте.

{link}
""",
    ("known", "en"): """Hello {name},

the company "{company}" wants to add you to its support cabinet, but there is an account with this address already.
If you expected an invitation, write to support; if not, do nothing.

{link}
""",
    ("arrived", "ru"): """Здравствуйте, {name}!

Мы получили заявку на регистрацию компании «{company}» в личном кабинете поддержки.
Когда мы её подтвердим, на этот адрес придёт письмо со ссылкой для входа.

Если вы ничего не отправляли, ничего не делайте.
""",
    ("arrived", "en"): """Hello {name},

we have got the registration of the company "{company}" for the support cabinet.
When it is confirmed, a letter with a link to sign in will come to this address.

If you sent nothing, do nothing.
""",
    ("rejected", "ru"): """Здравствуйте, {name}!

К сожалению, заявка на регистрацию компании «{company}» отклонена.

{reason}
""",
    ("rejected", "en"): """Hello {name},

the registration of the company "{company}" was not confirmed.

{reason}
""",
}


def letter(kind: str, language: str, **words: str) -> tuple[str, str]:
    """Subject and text: ``known`` {name, company, link}, ``arrived`` {name, company}, ``rejected`` {name, company,
    reason}."""
    # What strangers wrote brings no lines of its own into a letter.
    flat = {name: " ".join(word.split()) for name, word in words.items()}
    return _SUBJECTS[kind, language], _TEXTS[kind, language].format(**flat)
