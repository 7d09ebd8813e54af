import pytest

from domain.fetching import FetchError, FetchPolicy, check_url, fetch
from tests.domain.fetching.hostile import HOSTILE_ANSWERS, HOSTILE_URLS

pytestmark = pytest.mark.anyio

PUBLIC = FetchPolicy(max_bytes=1000)
URLS = [
    pytest.param(url, code, id=f"{kind}: {url[:60]!a}")
    for kind, urls in HOSTILE_URLS.items()
    for url, code in urls
]


async def trusting_resolver(_host, _port):
    return ["1.1.1.1"]


def test_the_table_is_long_enough_and_says_nothing_twice():
    urls = [url for urls in HOSTILE_URLS.values() for url, _ in urls]

    assert len(urls) >= 80
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize(("url", "code"), URLS)
def test_a_hostile_url_is_refused_when_it_is_pinged(url, code):
    with pytest.raises(FetchError) as refusal:
        check_url(url, PUBLIC)

    assert refusal.value.code == code
    assert not refusal.value.retryable


@pytest.mark.parametrize(("url", "code"), URLS)
async def test_a_hostile_url_is_refused_before_anybody_is_asked(url, code, attempts):
    asked = []

    async def resolver(host, _port):
        asked.append(host)
        return ["1.1.1.1"]

    with pytest.raises(FetchError) as refusal:
        await fetch(url, PUBLIC, resolver=resolver)

    assert refusal.value.code == code
    assert (asked, attempts) == ([], [])


@pytest.mark.parametrize("answers", HOSTILE_ANSWERS.values(), ids=HOSTILE_ANSWERS)
async def test_a_good_name_with_a_hostile_answer_is_refused_without_a_connection(answers, attempts):
    async def resolver(_host, _port):
        return answers

    with pytest.raises(FetchError) as refusal:
        await fetch("https://files.example.org/a.fit", PUBLIC, resolver=resolver)

    assert refusal.value.code == "forbidden_url"
    assert not refusal.value.retryable
    assert attempts == []


async def test_a_good_name_with_a_good_answer_is_connected_to_at_that_address(attempts):
    with pytest.raises(FetchError) as failure:
        await fetch("https://files.example.org:8443/a.fit", PUBLIC, resolver=trusting_resolver)

    assert failure.value.code == "unreachable"
    assert failure.value.retryable
    assert attempts == [("1.1.1.1", 8443)]


async def test_a_public_address_is_connected_to_without_a_resolver(attempts):
    for host in ("1.1.1.1", "[2606:4700::1111]"):
        with pytest.raises(FetchError, match="could not be reached"):
            await fetch(f"https://{host}/a.fit", PUBLIC)

    assert [address[0] for address in attempts] == ["1.1.1.1", "2606:4700::1111"]


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example.org",
        "https://files.example.org/",
        "https://files.example.org/a.fit?token=a%2Fb&x=1#part",
        "https://files.example.org?token=1",
        "HTTPS://Files.Example.ORG/a.fit",
        "https://files.example.org:443/",
        "https://files.example.org:8443/",
        "https://xn--fils-cpa.example.org/",
        "https://my_bucket.s3.example.org/",
        "https://7files.example.org/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]:8443/a.fit",
        "https://files.example.org/" + "a" * (2048 - 26),
    ],
)
def test_an_ordinary_url_is_accepted(url):
    check_url(url, PUBLIC)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/a.fit",
        "http://127.0.0.1:8000/",
        "https://[::1]/",
        "http://files/",
        "http://10.0.0.1/",
    ],
)
def test_development_accepts_plain_http_and_its_own_hosts(url):
    check_url(url, FetchPolicy(max_bytes=1000, allow_private=True))


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "ftp://localhost/",
        "http://u@localhost/",
    ],
)
def test_development_still_refuses_what_no_developer_needs(url):
    with pytest.raises(FetchError) as refusal:
        check_url(url, FetchPolicy(max_bytes=1000, allow_private=True))

    assert refusal.value.code == "forbidden_url"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("files.example.org", True),
        ("FILES.example.org", True),
        ("example.org", False),
        ("other.example.org", False),
        ("a.partner.net", True),
        ("a.b.partner.net", True),
        ("partner.net", False),
        ("evilpartner.net", False),
        ("files.example.org.evil.net", False),
        ("1.1.1.1", False),
    ],
)
def test_an_allow_list_names_hosts_exactly_or_all_below_one(host, allowed):
    policy = FetchPolicy(max_bytes=1000, allowed_hosts=frozenset({"Files.example.org", ".partner.net"}))

    if allowed:
        check_url(f"https://{host}/", policy)
    else:
        with pytest.raises(FetchError, match="registered for this partner"):
            check_url(f"https://{host}/", policy)


async def test_a_host_of_the_allow_list_is_still_judged_by_its_addresses(attempts):
    async def resolver(_host, _port):
        return ["127.0.0.1"]

    policy = FetchPolicy(max_bytes=1000, allowed_hosts=frozenset({"files.example.org"}))
    with pytest.raises(FetchError, match="not on the public internet"):
        await fetch("https://files.example.org/", policy, resolver=resolver)

    assert attempts == []
