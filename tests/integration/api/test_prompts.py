"""Prompts: any common format in, what Asterisk plays best out."""

import io
import subprocess
import wave

import aiohttp
import pytest

pytestmark = pytest.mark.feature("F-PBX-04", "F-ADM-02")
FORMATS = {
    "wav": ["-ar", "44100", "-ac", "2"],
    "mp3": [],
    "ogg": ["-c:a", "libvorbis"],
    "opus": [],
    "flac": [],
    "m4a": [],
}


def sound(path, kind, seconds=1.0):
    """A tone in the format ``kind``, as bytes."""
    target = path / f"tone.{kind}"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
    subprocess.run([*command, *FORMATS.get(kind, []), str(target)], check=True)
    return target.read_bytes()


async def upload(client, data, method="POST", path="/prompts", **fields):
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", data, filename="../../etc/evil name.bin", content_type="application/octet-stream")
    return await client.send(method, path, data=form)


@pytest.mark.parametrize("kind", list(FORMATS))
async def test_every_common_format_becomes_8_khz_mono_wav(api, admin, tmp_path, kind):
    answer = await upload(admin, sound(tmp_path, kind), name="Привет", language="ru")
    assert answer.status == 201, answer.raw
    prompt = answer.json
    assert abs(prompt["duration_s"] - 1) < 0.15 and prompt["source"] == "upload"
    stored = (await admin.send("GET", f"/prompts/{prompt['id']}/audio")).raw
    with wave.open(io.BytesIO(stored)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
    name = await api.db.fetchval("select file from prompts")
    assert [path.name for path in api.settings.prompts.iterdir()] == [f"{name}.wav"]


async def test_what_is_no_sound_is_refused_and_leaves_nothing(api, admin, tmp_path):
    playlist = b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n"
    concat = b"ffconcat version 1.0\nfile '/etc/passwd'\n"
    for data in (b"hello", b"\x00" * 5000, playlist, concat, sound(tmp_path, "wav", 0.01)):
        answer = await upload(admin, data, name="x")
        assert answer.status == 422 and answer.json["errors"][0]["path"] == "body.file", data[:20]
    assert (await upload(admin, sound(tmp_path, "mp3"))).status == 422
    assert (await upload(admin, sound(tmp_path, "mp3"), name="x", colour="red")).status == 422
    assert (await admin.send("POST", "/prompts", {"name": "x"})).status == 415
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await admin.send("POST", "/prompts", headers=broken, data=b"--x\r\n\r\n")).status in (400, 422)
    assert list(api.settings.prompts.iterdir()) == []
    assert (await admin.get("/prompts"))["items"] == []


async def test_a_prompt_too_large_or_too_long_is_refused(api, admin, tmp_path, monkeypatch):
    assert (
        (await upload(admin, sound(tmp_path, "mp3", 605), name="x")).json["errors"][0]["message"].startswith("Longer")
    )
    monkeypatch.setattr("api.web.uploads._CHUNK", 4096)
    big = await upload(admin, b"\x00" * 50_000_100, name="x")
    assert big.status == 413
    assert list(api.settings.prompts.iterdir()) == []


async def test_a_prompt_is_renamed_replaced_and_deleted_unless_in_use(api, admin, tmp_path):
    prompt = (await upload(admin, sound(tmp_path, "wav"), name="a")).json
    path = f"/prompts/{prompt['id']}"
    assert (await upload(admin, sound(tmp_path, "wav"), name="a")).status == 409
    assert (await admin.send("PATCH", path, {"name": "b", "language": "en"})).json["version"] == 2
    replaced = await upload(admin, sound(tmp_path, "ogg", 2), "PUT", path + "/audio")
    assert replaced.json["version"] == 3 and abs(replaced.json["duration_s"] - 2) < 0.2
    box = await admin.post("/voicemail-boxes", {"name": "с приветствием", "greeting_prompt_id": prompt["id"]})
    assert (await admin.send("DELETE", path)).json["used_by"][0]["name"] == "с приветствием"
    assert (await admin.send("DELETE", f"/voicemail-boxes/{box['id']}")).status == 204
    assert (await admin.send("DELETE", path)).status == 204
    assert list(api.settings.prompts.iterdir()) == []


async def test_a_prompt_is_recorded_by_phone(api, admin, engine):
    answer = await admin.post("/prompts-by-phone", {"name": "by phone", "extension": "101"}, 202)
    path, body = engine.orders[0]
    assert path == f"/prompts/{answer['prompt_id']}/record-by-phone"
    assert body == {"call_id": answer["call_id"], "extension": "101"}
    again = await admin.post(f"/prompts/{answer['prompt_id']}/record-by-phone", {"extension": "102"}, 202)
    assert again["prompt_id"] == answer["prompt_id"]
    assert (await admin.send("GET", f"/prompts/{answer['prompt_id']}/audio")).status == 404
