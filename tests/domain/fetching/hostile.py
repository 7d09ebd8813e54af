"""What somebody with a partner's key might send, and what hosts might answer, by class.

python -m tests.domain.fetching.hostile      counts them
"""

from tests.domain.fetching.servers import chunks, response

INVALID = "invalid_url"
FORBIDDEN = "forbidden_url"

HOSTILE_URLS = {
    "another scheme": [
        ("http://files.example.org/a.fit", FORBIDDEN),
        ("HTTP://files.example.org/a.fit", FORBIDDEN),
        ("ftp://files.example.org/a.fit", FORBIDDEN),
        ("file:///etc/passwd", FORBIDDEN),
        ("file://localhost/etc/passwd", FORBIDDEN),
        ("gopher://127.0.0.1:6379/_FLUSHALL", FORBIDDEN),
        ("dict://127.0.0.1:11211/stats", FORBIDDEN),
        ("ldap://127.0.0.1/", FORBIDDEN),
        ("jar:https://files.example.org/a.jar!/", INVALID),
        ("data:text/plain,hello", INVALID),
        ("javascript:alert(1)", INVALID),
        ("unix:///var/run/docker.sock", FORBIDDEN),
        ("wss://files.example.org/a.fit", FORBIDDEN),
        ("view-source:https://files.example.org/", INVALID),
        ("https+unix://%2Fvar%2Frun%2Fdocker.sock/info", FORBIDDEN),
    ],
    "no host": [
        ("", INVALID),
        ("https://", INVALID),
        ("https:///a.fit", INVALID),
        ("https:files.example.org/a.fit", INVALID),
        ("https:/files.example.org/a.fit", INVALID),
        ("//files.example.org/a.fit", INVALID),
        ("/a.fit", INVALID),
        ("https://?a.fit", INVALID),
        ("https://:443/a.fit", INVALID),
        ("https://./a.fit", INVALID),
        ("https://..example.org/a.fit", INVALID),
        ("https://[]/a.fit", INVALID),
    ],
    "user name or password": [
        ("https://user@files.example.org/", FORBIDDEN),
        ("https://user:password@files.example.org/", FORBIDDEN),
        ("https://files.example.org@127.0.0.1/", FORBIDDEN),
        ("https://files.example.org:443@169.254.169.254/", FORBIDDEN),
        ("https://@127.0.0.1/", FORBIDDEN),
        ("https://a@b@127.0.0.1/", FORBIDDEN),
    ],
    "parsers that disagree": [
        ("https://files.example.org\\@127.0.0.1/", INVALID),
        ("https:\\\\127.0.0.1\\a.fit", INVALID),
        ("https://127.0.0.1\\.example.org/", INVALID),
        ("https://127.0.0.1%2f.example.org/", INVALID),
        ("https://files.example.org%00.internal/", INVALID),
        ("https://files.example.org%40127.0.0.1/", INVALID),
        ("https://%31%32%37.0.0.1/", INVALID),
        ("https://127.0.0.1#@files.example.org/", FORBIDDEN),
        ("https://127.0.0.1?@files.example.org/", FORBIDDEN),
        ("https://files.example.org,127.0.0.1/", INVALID),
        ("https://files.example.org;127.0.0.1/", INVALID),
        ("https://[127.0.0.1]/", INVALID),
        ("https://[1.1.1.1]/", INVALID),
        ("https://[::1/", INVALID),
        ("https://::1/", INVALID),
        ("https://[::1]files.example.org/", INVALID),
        ("https://[v1.127]/", INVALID),
        ("https://localhost%2e/", INVALID),
        ("https://%6c%6f%63%61%6c%68%6f%73%74/", INVALID),
    ],
    "fragments": [
        ("https://127.0.0.1/#files.example.org", FORBIDDEN),
        ("https://localhost#.example.org/", FORBIDDEN),
        ("https://#files.example.org/", INVALID),
        ("https://files.example.org:22#:443", FORBIDDEN),
        ("#https://files.example.org/", INVALID),
    ],
    "control characters and blanks": [
        ("https://127.0.0.1\t/", INVALID),
        ("ht\ttps://127.0.0.1/", INVALID),
        ("https://files.example.org/\r\nHost: internal", INVALID),
        ("https://files.example.org/a.fit HTTP/1.1\nX: y", INVALID),
        ("https://files.example.org/a\x00.fit", INVALID),
        ("https://files.\nexample.org/", INVALID),
        ("https://files.example.org/a.fit\n", INVALID),
        (" https://files.example.org/a.fit", INVALID),
        ("https://files example.org/", INVALID),
        ("https://files.example.org/\x7f", INVALID),
        ("https://files.example.org/\udcff", INVALID),
    ],
    "letters and digits of other scripts": [
        ("https://１２７.０.０.１/", INVALID),  # noqa: RUF001
        ("https://127。0。0。1/", INVALID),
        ("https://①②⑦.⓪.⓪.①/", INVALID),
        ("https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", INVALID),
        ("https://fıles.example.org/", INVALID),  # noqa: RUF001
        ("https://files.example.org\u200b/", INVALID),
        ("https://files.example.org\uff0f.internal/", INVALID),
        ("https://files.example.org:４４３/", INVALID),  # noqa: RUF001
        ("https://files.example.org\u00ad/", INVALID),
        ("https://\u202egro.elpmaxe/", INVALID),
        ("https://xn--/", INVALID),
        ("https://xn--.example.org/", INVALID),
    ],
    "odd spellings of IPv4": [
        ("https://127.1/", INVALID),
        ("https://127.0.1/", INVALID),
        ("https://2130706433/", INVALID),
        ("https://0x7f.1/", INVALID),
        ("https://0x7f000001/", INVALID),
        ("https://0x7f.0x0.0x0.0x1/", INVALID),
        ("https://017700000001/", INVALID),
        ("https://0177.0.0.1/", INVALID),
        ("https://127.0.0.01/", INVALID),
        ("https://127.0.0.1./", INVALID),
        ("https://0/", INVALID),
        ("https://4294967297/", INVALID),
        ("https://127.0.0.1.1/", INVALID),
        ("https://256.0.0.1/", INVALID),
        ("https://1.1.0x1/", INVALID),
        ("https://0x7F000001/", INVALID),
        ("https://00000177.0.0.1/", INVALID),
        ("https://0xA9FEA9FE/", INVALID),
        ("https://169.16689662/", INVALID),
    ],
    "IPv4 that is not public": [
        ("https://127.0.0.1/", FORBIDDEN),
        ("https://127.255.255.254/", FORBIDDEN),
        ("https://0.0.0.0/", FORBIDDEN),
        ("https://10.0.0.1/", FORBIDDEN),
        ("https://172.16.0.1/", FORBIDDEN),
        ("https://192.168.1.1/", FORBIDDEN),
        ("https://100.100.100.200/latest/meta-data/", FORBIDDEN),
        ("https://169.254.169.254/latest/meta-data/", FORBIDDEN),
        ("https://168.63.129.16/metadata", FORBIDDEN),
        ("https://192.0.0.192/opc/v2/", FORBIDDEN),
        ("https://198.18.0.1/", FORBIDDEN),
        ("https://10.255.255.255/", FORBIDDEN),
        ("https://224.0.0.1/", FORBIDDEN),
        ("https://239.255.255.250/", FORBIDDEN),
        ("https://255.255.255.255/", FORBIDDEN),
    ],
    "IPv6 that is not public": [
        ("https://[::]/", FORBIDDEN),
        ("https://[::1]/", FORBIDDEN),
        ("https://[0:0:0:0:0:0:0:1]/", FORBIDDEN),
        ("https://[fe80::1]/", FORBIDDEN),
        ("https://[fe80::1%25eth0]/", INVALID),
        ("https://[fe80::1%eth0]/", INVALID),
        ("https://[fd00:ec2::254]/latest/meta-data/", FORBIDDEN),
        ("https://[fec0::1]/", FORBIDDEN),
        ("https://[ff02::1]/", FORBIDDEN),
        ("https://[ff0e::1]/", FORBIDDEN),
        ("https://[::1%25lo]/", INVALID),
        ("https://[2606:4700::1111%25eth0]/", INVALID),
        ("https://[2001:db8::1]/", FORBIDDEN),
    ],
    "IPv4 inside IPv6": [
        ("https://[::ffff:127.0.0.1]/", FORBIDDEN),
        ("https://[::FFFF:7F00:1]/", FORBIDDEN),
        ("https://[::ffff:a9fe:a9fe]/", FORBIDDEN),
        ("https://[::ffff:0:127.0.0.1]/", FORBIDDEN),
        ("https://[::127.0.0.1]/", FORBIDDEN),
        ("https://[64:ff9b::7f00:1]/", FORBIDDEN),
        ("https://[64:ff9b::169.254.169.254]/", FORBIDDEN),
        ("https://[64:ff9b:1::7f00:1]/", FORBIDDEN),
        ("https://[2002:7f00:1::]/", FORBIDDEN),
        ("https://[2002:a9fe:a9fe::1]/", FORBIDDEN),
        ("https://[2001:0:7f00:1::]/", FORBIDDEN),
        ("https://[0:0:0:0:0:ffff:10.0.0.1]/", FORBIDDEN),
        ("https://[fe80::5efe:10.0.0.1]/", FORBIDDEN),
        ("https://[2606:4700::5efe:10.0.0.1]/", FORBIDDEN),
        ("https://[2606:4700::200:5efe:7f00:1]/", FORBIDDEN),
    ],
    "names of the inside": [
        ("https://localhost/", FORBIDDEN),
        ("https://LOCALHOST/", FORBIDDEN),
        ("https://localhost./", INVALID),
        ("https://api.localhost/", FORBIDDEN),
        ("https://redis/", FORBIDDEN),
        ("https://metadata/computeMetadata/v1/", FORBIDDEN),
        ("https://metadata.google.internal/computeMetadata/v1/", FORBIDDEN),
        ("https://printer.local/", FORBIDDEN),
        ("https://router.home.arpa/", FORBIDDEN),
        ("https://hidden.onion/", FORBIDDEN),
        ("https://files.example.org./", INVALID),
        ("https://-files.example.org/", INVALID),
        ("https://files-.example.org/", INVALID),
    ],
    "ports": [
        ("https://files.example.org:0/", FORBIDDEN),
        ("https://files.example.org:22/", FORBIDDEN),
        ("https://files.example.org:25/", FORBIDDEN),
        ("https://files.example.org:80/", FORBIDDEN),
        ("https://files.example.org:65536/", FORBIDDEN),
        ("https://files.example.org:655360/", INVALID),
        ("https://files.example.org:/", INVALID),
        ("https://files.example.org:-1/", INVALID),
        ("https://files.example.org:443:22/", INVALID),
        ("https://files.example.org:0x1bb/", INVALID),
        ("https://files.example.org:44 3/", INVALID),
    ],
    "length": [
        ("https://files.example.org/" + "a" * 2048, INVALID),
        ("https://" + "a" * 64 + ".example.org/", INVALID),
        ("https://" + "a." * 130 + "org/", INVALID),
    ],
}

HOSTILE_ANSWERS = {
    "loopback": ["127.0.0.1"],
    "loopback of IPv6": ["::1"],
    "private": ["10.1.2.3"],
    "metadata": ["169.254.169.254"],
    "metadata of IPv6": ["fd00:ec2::254"],
    "unspecified": ["0.0.0.0"],
    "shared": ["100.64.0.1"],
    "multicast": ["224.0.0.251"],
    "mapped": ["::ffff:127.0.0.1"],
    "compatible": ["::127.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1"],
    "6to4": ["2002:7f00:1::"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "ISATAP": ["2606:4700::5efe:127.0.0.1"],
    "broadcast": ["255.255.255.255"],
    "with a zone": ["fe80::1%eth0"],
    "a public address with a zone": ["2606:4700::1111%eth0"],
    "one private after a public one": ["1.1.1.1", "10.0.0.1"],
    "one private before a public one": ["10.0.0.1", "1.1.1.1"],
    "one private among many": [*(f"1.1.1.{number}" for number in range(50)), "127.0.0.1"],
    "private only over IPv6": ["1.1.1.1", "fd12:3456::1"],
    "no address at all": ["files.example.org"],
    "an odd spelling": ["127.1"],
}

BROKEN_ANSWERS = {
    "a body shorter than announced": response(b"FIT", content_length=900),
    "no last chunk": response(chunks(b"FIT"), content_length=None, transfer_encoding="chunked"),
    "a bad chunk size": response(b"zz\r\nFIT", content_length=None, transfer_encoding="chunked"),
    "a negative chunk size": response(b"-1\r\nFIT", content_length=None, transfer_encoding="chunked"),
    "a chunk size beyond all numbers": response(
        b"f" * 40 + b"\r\nFIT", content_length=None, transfer_encoding="chunked"
    ),
    "a chunk without its end": response(
        b"3\r\nFITFIT\r\n0\r\n\r\n", content_length=None, transfer_encoding="chunked"
    ),
    "gzip as transfer": response(b"FIT", content_length=None, transfer_encoding="gzip, chunked"),
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nFIT",
    "a bad header": b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    "a header without end": b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000,
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 60_000,
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
    "another protocol that nobody asked for": response(status="101 Switching Protocols"),
}
ENCODINGS = ("gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "gzip, identity")
LENGTHS = ("99999999999999999999", "9" * 21, "9" * 5000, "-1", "0x10", "1_0", "٣")


def counts():
    """How many there are of each class, by what they are."""
    return {
        "URLs": {kind: len(urls) for kind, urls in HOSTILE_URLS.items()},
        "answers of the resolver": dict.fromkeys(HOSTILE_ANSWERS, 1),
        "answers of the host": {
            "broken HTTP": len(BROKEN_ANSWERS),
            "encoded bodies": len(ENCODINGS),
            "lengths": len(LENGTHS),
        },
    }


if __name__ == "__main__":
    from rich import print  # noqa: A004

    for what, kinds in counts().items():
        print(f"{what}: {sum(kinds.values())}")
        for kind, count in kinds.items():
            print(f"  {count:3} {kind}")
