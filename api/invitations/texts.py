"""The letters. Pure."""

from typing import Literal

Kind = Literal["invitation", "reset", "client"]
"""``client``: an invitation to the portal."""
_SUBJECTS = {
    ("client", "ru"): "Доступ в личный кабинет поддержки",
    ("client", "en"): "Your access to the support cabinet",
    ("invitation", "ru"): "Приглашение в PayLater CRM",
    ("invitation", "en"): "Your invitation to PayLater CRM",
    ("reset", "ru"): "Новый пароль для PayLater CRM",
    ("reset", "en"): "A new password for PayLater CRM",
}
_TEXTS = {
    ("client", "ru"): """Здравствуйте, {name}!

Для вас открыт личный кабинет поддержки: там можно подать заявку, следить за ней и видеть сроки. Ваш логин: {login}
Чтобы придумать пароль и войти, откройте ссылку (она работает один раз, до {until}):

{link}

Если вы не ждали этого письма, ничего не делайте.
""",
    ("client", "en"): """Hello {name},

a support cabinet is open for you: make requests there, follow them and see when they are due. Your login: {login}
Open this link to choose a password and sign in (it works once, until {until}):

{link}

If you did not expect this letter, do nothing.
""",
    ("invitation", "ru"): """Здравствуйте, {name}!

Для вас создана учётная запись в PayLater CRM, ваш логин: {login}
Чтобы придумать пароль и войти, откройте ссылку (она работает один раз, до {until}):

{link}

Если вы не ждали этого письма, ничего не делайте.
""",
    ("invitation", "en"): """Hello {name},

an account in PayLater CRM was made for you. Your login: {login}
Open this link to choose a password and sign in (it works once, until {until}):

{link}

If you did not expect this letter, do nothing.
""",
    ("reset", "ru"): """Здравствуйте, {name}!

Кто-то (надеемся, вы) попросил новый пароль для логина {login}.
Чтобы задать его, откройте ссылку (она работает один раз, до {until}):

{link}

Если это были не вы, ничего не делайте: прежний пароль останется в силе.
""",
    ("reset", "en"): """Hello {name},

somebody (you, we hope) asked for a new password for the login {login}.
Open this link to set it (it works once, until {until}):

{link}

If it was not you, do nothing: the old password stays.
""",
}


def letter(kind: Kind, language: str, *, name: str, login: str, link: str, until: str) -> tuple[str, str]:
    """Subject and text; ``until`` is a time in words."""
    # A name can't bring lines of its own into a letter.
    words = {"name": " ".join(name.split()), "login": login, "link": link, "until": until}
    return _SUBJECTS[kind, language], _TEXTS[kind, language].format(**words)
