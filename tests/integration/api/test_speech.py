"""Routes of speech: who may ask, what is refused, how often."""

import pytest

pytestmark = pytest.mark.feature("F-PBX-04")


async def test_what_is_here_is_told_by_the_engine(admin, engine):
    told = await admin.get("/speech")
    assert [voice["name"] for voice in told["voices"]] == ["rhvoice/anna"]
    assert (told["capacity"]["free"], told["workers"], told["spoken"]["hits"]) == (2, [], 2)


async def test_a_text_is_spoken_to_be_listened_to(api, admin, engine):
    answer = await admin.send("POST", "/speech/say", {"text": "Привет"})
    assert (answer.status, answer.headers["Content-Type"], answer.raw) == (200, "audio/wav", b"RIFF")
    assert engine.orders == [("/speech/say", {"text": "Привет", "language": "ru", "voice": "", "rate": 16000})]
    answer = await admin.send("POST", "/speech/say", {"text": "Привет", "voice": "nobody"})
    assert answer.status == 422 and answer.json["errors"][0]["path"] == "body.voice"
    for body in ({"text": ""}, {"text": "а" * 1001}, {"text": "a", "language": "de"}, {"text": "a", "rate": 44100}):
        answer = await admin.send("POST", "/speech/say", body)
        assert answer.status == 422 and answer.json["errors"], body


async def test_one_user_may_not_keep_the_voices_busy(api, admin, engine):
    limit = api.settings.limit_say_per_minute
    statuses = [(await admin.send("POST", "/speech/say", {"text": "Привет"})).status for _ in range(limit + 3)]
    assert statuses[:limit] == [200] * limit and 429 in statuses
    operator = await api.user("operator")
    assert (await operator.send("POST", "/speech/say", {"text": "Привет"})).status == 403
    assert (await operator.send("GET", "/speech")).status == 403


async def test_without_an_engine_the_answer_says_so(admin):
    assert (await admin.send("GET", "/speech")).status == 503
    assert (await admin.send("POST", "/speech/say", {"text": "Привет"})).status == 503
