"""`python -m store.backup.passphrase encrypt|decrypt`: seals or opens a few bytes.

On standard input: the passphrase's length in four bytes, the passphrase, the data; printed: the
result. Neither the command line nor the environment shows a secret.
"""

import sys

from pyrage import passphrase


def main() -> None:
    """Do what the argument says."""
    given = sys.stdin.buffer.read()
    length = int.from_bytes(given[:4])
    secret, data = given[4 : 4 + length].decode(), given[4 + length :]
    act = {"encrypt": passphrase.encrypt, "decrypt": passphrase.decrypt}[sys.argv[1]]
    sys.stdout.buffer.write(act(data, secret))


if __name__ == "__main__":
    main()
