"""Firebase ID tokens: what opens the door, and every class of what must not."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

from domain.errors import Unauthorized, Unavailable
from domain.fetching import FetchError, FetchErrorCode
from domain.identity import firebase, published_keys, signing
from domain.identity.published_keys import PublishedKeys
from domain.settings import Settings

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
PROJECT = "gofa-demo"
FIREBASE = rsa.generate_private_key(65537, 2048)
ANOTHER = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
CLAIMS: dict[str, Any] = {
    "iss": f"https://securetoken.google.com/{PROJECT}",
    "aud": PROJECT,
    "auth_time": AT - 60,
    "user_id": "abcDEF123",
    "sub": "abcDEF123",
    "iat": AT - 30,
    "exp": AT + 3600,
    "email": "joe@example.org",
    "email_verified": True,
}


@dataclass
class Google:
    """Publishes keys; counts how often it is asked."""

    keys: dict[str, Any] = field(default_factory=lambda: {"one": FIREBASE})
    age: int = 3600
    asked: int = 0
    broken: bool = False
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.ready.set()

    async def fetch(self, _url: str, _policy: Any) -> tuple[bytes, int]:
        self.asked += 1
        await self.ready.wait()
        if self.broken:
            raise FetchError(FetchErrorCode.UNREACHABLE, "The host could not be reached.")
        jwks = [
            json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": kid} for kid, key in self.keys.items()
        ]
        return orjson.dumps({"keys": jwks}), self.age


@dataclass
class Clock:
    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def google():
    return Google()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(google, clock):
    return PublishedKeys(google.fetch, clock.monotonic)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, firebase_project=PROJECT)


def token(key: Any = FIREBASE, alg: str = "RS256", head: dict[str, Any] | None = None, **changed: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value != "gone"}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": "one"} | (head or {}))


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def by_hand(head: Any, claims: Any, signature: str = "AAAA") -> str:
    return f"{part(head)}.{part(claims)}.{signature}"


def public_pem(key: Any) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def symmetric(secret: bytes) -> str:
    """The public key used as an HMAC secret, which PyJWT refuses to sign with: signed by hand."""
    signed = f"{part({'alg': 'HS256', 'kid': 'one', 'typ': 'JWT'})}.{part(CLAIMS)}"
    digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), secret)
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "securetoken.system.gserviceaccount.com")])
    builder = x509.CertificateBuilder(name, name, FIREBASE.public_key(), 1, NOW, NOW + timedelta(days=9))
    return builder.sign(FIREBASE, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


GOOD = token()
HOSTILE = {
    "nothing": "",
    "no token": "nonsense",
    "two parts": GOOD.rpartition(".")[0],
    "four parts": GOOD + ".AAAA",
    "not base64": "%.%.%",
    "a megabyte": "a" * 1_000_000,
    "a long one that is signed": token(padding="x" * 9000),
    "not ASCII": "é.é.é",
    "a list for claims": by_hand({"alg": "RS256", "kid": "one"}, [CLAIMS]),
    "a list for a header": by_hand(["RS256"], CLAIMS),
    "nested too deep": by_hand({"alg": "RS256", "kid": "one"}, CLAIMS).replace(
        part(CLAIMS), base64.urlsafe_b64encode(b"[" * 3000).decode()
    ),
    "another key": token(ANOTHER),
    "a changed signature": GOOD[:-8] + "AAAAAAAA",
    "changed claims": GOOD.split(".")[0] + "." + part(CLAIMS | {"sub": "root"}) + "." + GOOD.split(".")[2],
    "no signature": GOOD.rpartition(".")[0] + ".",
    "alg none": jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "one"}),
    "alg None in capitals": by_hand({"alg": "NONE", "kid": "one"}, CLAIMS, ""),
    "the public key as a secret": symmetric(public_pem(FIREBASE)),
    "RS512": token(alg="RS512"),
    "PS256": token(alg="PS256"),
    "ES256": token(CURVE, alg="ES256"),
    "no kid": jwt.encode(CLAIMS, FIREBASE, algorithm="RS256"),
    "a kid nobody published": token(head={"kid": "two"}),
    "a kid that is a path": token(head={"kid": "../../dev/null"}),
    "a kid that is a number": by_hand({"alg": "RS256", "kid": 1}, CLAIMS),
    "a key of its own in the header": token(
        ANOTHER, head={"jwk": json.loads(RSAAlgorithm.to_jwk(ANOTHER.public_key()))}
    ),
    "a key set elsewhere": token(ANOTHER, head={"jku": "https://evil.example/keys"}),
    "an unknown critical header": token(head={"crit": ["x"], "x": 1}),
    "another project": token(aud="other", iss="https://securetoken.google.com/other"),
    "another audience": token(aud="other"),
    "a list of audiences": token(aud=[PROJECT, "other"]),
    "a list with our audience alone": token(aud=[PROJECT]),
    "no audience": token(aud="gone"),
    "another issuer": token(iss="https://securetoken.google.com/" + PROJECT + "/"),
    "Google's accounts": token(iss="https://accounts.google.com"),
    "no issuer": token(iss="gone"),
    "our own issuer's name": token(iss=signing.ISSUER, aud=signing.AUDIENCE, sub=str(uuid4())),
    "nobody": token(sub=""),
    "no subject": token(sub="gone"),
    "129 characters": token(sub="x" * 129),
    "a subject with NUL": token(sub="a\0b"),
    "expired": token(exp=AT),
    "no end": token(exp="gone"),
    "an end that is text": token(exp=str(AT + 60)),
    "an end that is true": token(exp=True),
    "never ends": token(exp=float("1e400")),
    "issued tomorrow": token(iat=AT + 86400),
    "issued in a second": token(iat=AT + 1),
    "no issue": token(iat="gone"),
    "an issue that is nothing": token(iat=None),
    "signed in tomorrow": token(auth_time=AT + 86400),
    "never signed in": token(auth_time="gone"),
    "signed in at text": token(auth_time="yesterday"),
    "a custom token": jwt.encode(
        {
            "iss": "sa@x.iam",
            "sub": "sa@x.iam",
            "aud": firebase.CUSTOM_AUDIENCES[0],
            "uid": "joe",
            "iat": AT,
            "exp": AT + 60,
        },
        FIREBASE,
        algorithm="RS256",
        headers={"kid": "one"},
    ),
}


async def verified(text: str, settings: Settings, keys: PublishedKeys) -> Any:
    return await firebase.verified(text, settings, NOW, keys)


async def test_a_good_token_says_who_it_is(google, keys, settings):
    read = await verified(GOOD, settings, keys)

    assert (read.uid, read.own, read.email, read.email_verified) == (
        "abcDEF123",
        False,
        "joe@example.org",
        True,
    )


async def test_every_hostile_token_is_refused_in_the_same_words(google, keys, settings):
    said = {}
    for what, text in HOSTILE.items():
        with pytest.raises(Unauthorized) as refused:
            await verified(text, settings, keys)
        said[what] = refused.value.message

    assert len(HOSTILE) > 50
    assert said.pop("a custom token") == firebase.CUSTOM
    assert set(said.values()) == {firebase.WRONG}


async def test_no_project_trusts_nobodys_firebase(google, keys, settings):
    with pytest.raises(Unauthorized):
        await verified(GOOD, settings.model_copy(update={"firebase_project": ""}), keys)

    assert google.asked == 0


async def test_the_emulators_tokens_are_taken_only_where_that_is_set(google, keys, settings):
    unsigned = jwt.encode(CLAIMS, None, algorithm="none")
    emulator = settings.model_copy(update={"firebase_emulator": True})

    assert (await verified(unsigned, emulator, keys)).uid == "abcDEF123"
    with pytest.raises(Unauthorized):
        await verified(unsigned, settings, keys)
    for claims in (
        {"exp": AT},
        {"aud": "other"},
        {"sub": ""},
        {"iss": signing.ISSUER, "aud": signing.AUDIENCE},
    ):
        with pytest.raises(Unauthorized):
            await verified(jwt.encode(CLAIMS | claims, None, algorithm="none"), emulator, keys)


async def test_keys_are_kept_as_long_as_they_say_and_rotate(google, clock, keys, settings):
    for _ in range(3):
        await verified(GOOD, settings, keys)
    assert google.asked == 1

    google.keys = {"two": ANOTHER}
    clock.now += 3599
    await verified(GOOD, settings, keys)
    clock.now += 1
    with pytest.raises(Unauthorized):
        await verified(GOOD, settings, keys)
    await verified(token(ANOTHER, head={"kid": "two"}), settings, keys)
    assert google.asked == 2


async def test_a_new_kid_is_asked_for_at_once_but_not_by_a_flood(google, clock, keys, settings):
    await verified(GOOD, settings, keys)
    google.keys["two"] = ANOTHER
    clock.now += published_keys.REST
    await verified(token(ANOTHER, head={"kid": "two"}), settings, keys)
    for made_up in range(50):
        with pytest.raises(Unauthorized):
            await verified(token(head={"kid": f"x{made_up}"}), settings, keys)

    assert google.asked == 2


async def test_without_fresh_keys_nobody_is_let_in_and_told_to_try_again(google, clock, keys, settings):
    await verified(GOOD, settings, keys)
    google.broken = True
    await verified(GOOD, settings, keys)
    clock.now += 3600

    with pytest.raises(Unavailable):
        await verified(GOOD, settings, keys)


async def test_made_up_kids_make_nobody_wait_whose_key_is_known(google, clock, keys, settings):
    await verified(GOOD, settings, keys)
    clock.now += published_keys.REST
    google.ready.clear()
    made_up = [asyncio.create_task(verified(token(head={"kid": f"x{n}"}), settings, keys)) for n in range(9)]
    while google.asked < 2:
        await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await verified(GOOD, settings, keys)

    assert google.asked == 2
    assert not any(task.done() for task in made_up)
    google.ready.set()
    refused = await asyncio.gather(*made_up, return_exceptions=True)
    assert {type(error) for error in refused} == {Unauthorized}


async def test_made_up_kids_are_wrong_even_while_the_provider_fails_and_it_is_left_alone(
    google, clock, keys, settings
):
    await verified(GOOD, settings, keys)
    google.broken = True
    clock.now += published_keys.REST
    for made_up in range(10):
        with pytest.raises(Unauthorized):
            await verified(token(head={"kid": f"x{made_up}"}), settings, keys)
    assert google.asked == 2

    clock.now += 3600
    for _ in range(10):
        with pytest.raises(Unavailable):
            await verified(GOOD, settings, keys)
    assert google.asked == 3
    google.broken = False
    clock.now += published_keys.SHORT_REST
    await verified(GOOD, settings, keys)


async def test_keys_that_will_end_are_renewed_while_they_still_serve(google, clock, keys, settings):
    await verified(GOOD, settings, keys)
    clock.now += published_keys.AHEAD * google.age
    google.ready.clear()

    await verified(GOOD, settings, keys)

    google.ready.set()
    while google.asked < 2:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    clock.now += google.age / 2
    await verified(GOOD, settings, keys)
    assert google.asked == 2


def test_certificates_are_read_as_well_as_key_sets_and_nothing_else():
    published = certificate()

    assert list(published_keys.keys_of(orjson.dumps({"one": published}))) == ["one"]
    for broken in (b"", b"{}", b"[]", b'{"keys": []}', b'{"one": "x"}', b'{"one": 1}', b'{"keys": 1}'):
        with pytest.raises((ValueError, TypeError, AttributeError, jwt.PyJWTError)):
            published_keys.keys_of(broken)


async def test_our_own_tokens_end_with_their_key_and_their_hour(keys, settings, tmp_path):
    uid = uuid4()
    own = signing.id_token(settings, uid, NOW, timedelta(hours=1), email="a@b.c", email_verified=True)
    elsewhere = Settings(data_dir=tmp_path / "other")

    assert (await verified(own, settings, keys)).uid == str(uid)
    with pytest.raises(Unauthorized):
        await verified(own, elsewhere, keys)
    with pytest.raises(Unauthorized):
        await firebase.verified(own, settings, NOW + timedelta(hours=1), keys)
    with pytest.raises(Unauthorized):
        await verified(signing.custom_token(settings, uid, NOW), settings, keys)
    assert (tmp_path / signing.KEY_FILE).stat().st_mode & 0o077 == 0


def test_an_id_token_is_no_custom_token_and_those_end_in_minutes(settings):
    uid = uuid4()
    custom = signing.custom_token(settings, uid, NOW)

    assert signing.read_custom_token(settings, custom, NOW).uid == uid
    for late in (NOW + settings.custom_token_life, NOW - timedelta(seconds=1)):
        with pytest.raises(Unauthorized):
            signing.read_custom_token(settings, custom, late)
    own = signing.id_token(settings, uid, NOW, timedelta(hours=1))
    for wrong in (own, "", "x" * 5000, GOOD, custom[:-4] + "AAAA"):
        with pytest.raises(Unauthorized):
            signing.read_custom_token(settings, wrong, NOW)
