"""A certificate authority of the test's own, made with the openssl command."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL = shutil.which("openssl")
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass
class Authority:
    folder: Path

    def __post_init__(self):
        self.cert, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        openssl(
            "req",
            "-x509",
            *NEW_KEY,
            "-days",
            "2",
            "-subj",
            "/CN=Test CA",
            "-keyout",
            self.key,
            "-out",
            self.cert,
        )

    @property
    def trusted(self):
        """What a client has that trusts this authority and no other."""
        return ssl.create_default_context(cafile=self.cert)

    def server(self, names, *, days=2, self_signed=False):
        """What a server has whose certificate is for these names ("DNS:a.example.org", "IP:127.0.0.1")."""
        request, cert, key, extensions = (
            self.folder / f"server.{end}" for end in ("csr", "pem", "key", "ext")
        )
        extensions.write_text(f"subjectAltName={names}\nbasicConstraints=critical,CA:FALSE\n")
        openssl("req", *NEW_KEY, "-subj", "/CN=server", "-keyout", key, "-out", request)
        signer = (
            ["-signkey", key] if self_signed else ["-CA", self.cert, "-CAkey", self.key, "-CAcreateserial"]
        )
        options = ["-days", str(days), "-extfile", extensions]
        openssl("x509", "-req", "-in", request, *signer, *options, "-out", cert)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        return context


def openssl(*arguments):
    subprocess.run([OPENSSL, *arguments], check=True, capture_output=True)
