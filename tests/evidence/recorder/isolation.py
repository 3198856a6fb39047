"""
A network of our own: loopback only, our own name service, ports 80 and 443 free, nothing let out.
"""

import base64
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Final

from tests.evidence.recorder import names

_MARK: Final = "RECORDER_ISOLATED"

_OPENSSL: Final = shutil.which("openssl") or "openssl"
_SET_FLAGS: Final = 0x8914
_SET_ADDRESS: Final = 0x8916
_UP_AND_RUNNING: Final = 0x41
# NB: WebKit looks names up only if there is an address which is not loopback.
_OWN_ADDRESSES: Final = (names.PRIVATE, names.PUBLIC)


def inside() -> bool:
    """
    Whether this process already runs in a network of its own.
    """
    return os.environ.get(_MARK) == "1"


def isolate() -> None:
    """
    Be in a network of our own: run this command again in one, and make it ready.

    Raises:
        OSError: That is not possible here; the message says why.
    """
    if not inside():
        enter()
    try:
        prepare()
    except (OSError, subprocess.SubprocessError) as error:
        message = f"the network of its own cannot be made ready: {error}"
        raise OSError(message) from error


def enter() -> None:
    """
    Run this command again in network and mount namespaces of its own; does not return.

    Raises:
        OSError: `unshare` is missing or this user may not use it.
    """
    program = shutil.which("unshare")
    if program is None:
        message = "unshare (util-linux) is not installed"
        raise OSError(message)
    # NB: tried first, because there is no way back from becoming another program.
    tried = subprocess.run([program, "-n", "-m", sys.executable, "-c", ""], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        message = f"a network of its own cannot be had, which takes root: {tried.stderr.strip()}"
        raise OSError(message)
    os.environ[_MARK] = "1"
    os.execv(program, [program, "-n", "-m", sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - becomes the new process


def prepare() -> None:
    """
    Bring loopback up, with an address of each space, and answer every name with the one that it stands for.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14s", b"lo", _UP_AND_RUNNING, b""))
        for number, own in enumerate(_OWN_ADDRESSES, 1):
            address = struct.pack("HH4s8s", socket.AF_INET, 0, socket.inet_aton(own), b"")
            fcntl.ioctl(control, _SET_ADDRESS, struct.pack("16s16s", b"lo:%d" % number, address))
    with tempfile.TemporaryDirectory(prefix="recorder-names-") as directory:
        resolver = Path(directory) / "resolv.conf"
        resolver.write_text("nameserver 127.0.0.1\n")
        subprocess.run([shutil.which("mount") or "mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)
    threading.Thread(target=_answer_names, args=(_name_socket(),), daemon=True).start()


def trust(authority: Path) -> None:
    """
    Let *authority* be the only one that this machine trusts, for programs in the mount namespace of our own.
    """
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    if bundle.exists():
        subprocess.run([shutil.which("mount") or "mount", "--bind", str(authority), str(bundle)], check=True)


def _name_socket() -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 53))
    return listening


def _answer_names(listening: socket.socket) -> None:
    """
    Answer questions for an IPv4 address of a recorder's name, and all others with nothing.
    """
    while True:
        question, sender = listening.recvfrom(2048)
        if len(question) < 17:
            continue
        end = 12
        while question[end]:
            end += question[end] + 1
        kind = struct.unpack(">H", question[end + 1 : end + 3])[0]
        # NB: a label that is no text is no name of ours; the last one begins after its length.
        labels = question[12:end].lower()
        address = next((own for name, own in names.ADDRESSES.items() if labels.endswith(_label(name))), None)
        found = address is not None and kind == 1
        flags = 0x8183 if address is None else 0x8180
        head = question[:2] + struct.pack(">HHHHH", flags, 1, int(found), 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address or names.LOOPBACK)
        listening.sendto(head + question[12 : end + 5] + (answer if found else b""), sender)


def _label(name: str) -> bytes:
    return bytes([len(name)]) + name.encode("ascii")


def make_certificate(directory: Path) -> tuple[Path, Path, str]:
    """
    Make a throw-away authority and a certificate of it.

    Returns:
        The file with the server's certificate and key, the authority's certificate, and the base64 SHA-256 of the
        server's public key.

    NB: the names of runs are too many for one certificate; `certificate_for` makes one for each, with the same key,
    and browsers are told to accept this key for any name.
    """

    def openssl(*arguments: str) -> bytes:
        return _run_openssl(directory, *arguments)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req",
        "-x509",
        *new_key,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "30",
        "-subj",
        "/CN=recorder authority",
    )
    openssl("req", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=example.test")
    chain = certificate_for(
        directory, *(f"{name}.{suffix}" for suffix in ("test", "com") for name in ("example", "other", "third"))
    )
    public = openssl("pkey", "-in", "server.key", "-pubout", "-outform", "der")
    digest = subprocess.run([_OPENSSL, "dgst", "-sha256", "-binary"], input=public, capture_output=True, check=True)
    return chain, directory / "ca.pem", base64.b64encode(digest.stdout).decode()


def certificate_for(directory: Path, *domains: str) -> Path:
    """
    Make a certificate for *domains* and the hosts below, with the authority and the key that are in *directory*.

    Returns:
        The file with certificate and key.
    """
    name = domains[0]
    alternatives = ",".join(f"DNS:{domain},DNS:*.{domain}" for domain in domains)
    (directory / f"{name}.cnf").write_text(f"subjectAltName={alternatives}\n")
    _run_openssl(
        directory,
        *("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-days", "30", "-extfile", f"{name}.cnf", "-out", f"{name}.pem"),
    )
    chain = directory / f"{name}.chain.pem"
    chain.write_text("".join((directory / part).read_text() for part in (f"{name}.pem", "server.key")))
    return chain


def _run_openssl(directory: Path, *arguments: str) -> bytes:
    return subprocess.run([_OPENSSL, *arguments], cwd=directory, capture_output=True, check=True).stdout
