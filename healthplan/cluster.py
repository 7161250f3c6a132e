"""A Dask cluster that somebody else started: its scheduler, or why it cannot be reached, within seconds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from healthplan.errors import Fault, UsageError, system_words, wrong_value
from healthplan.messages import LANGUAGES, both

if TYPE_CHECKING:
    from distributed import Client

ANSWER = 6  # seconds within which a scheduler answers
ADDRESS = "tcp://host:8786"


def client(address: str) -> Client:
    """A client of the scheduler at this address. Raises UsageError for one where none answers: a client that has begun to
    connect goes on for a minute, and not quietly, so that the scheduler is greeted first."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(Fault("NEEDS-EXTRA", column="--scheduler", fields={"packages": "healthplan[dask]"})) from error
    if why := _unreached(address):
        wrong_value("--scheduler", address, ADDRESS, why)
    return Client(address, timeout="30s", set_as_default=False)


def _unreached(address: str) -> object:
    """Why no scheduler answers at this address; nothing where one does."""
    try:
        where = urlsplit(address if "://" in address else f"tcp://{address}")
        if not (where.hostname and where.port):
            return address
        socket.create_connection((where.hostname, where.port), ANSWER).close()
        asyncio.run(_greeted(address))
    except TimeoutError:
        return both("errors.ETIMEDOUT")
    except socket.gaierror:
        return both("errors.no_host")
    except OSError as error:
        told = {lang: system_words(error, lang) for lang in LANGUAGES}
        return told if error.errno else both("errors.no_scheduler")
    except (ValueError, RuntimeError):  # the port is no number, or nobody speaks so
        return address
    return None


async def _greeted(address: str) -> None:
    from distributed import Security
    from distributed.comm import connect

    how = Security().get_connection_args("client")
    (await asyncio.wait_for(connect(address, timeout=ANSWER, **how), ANSWER)).abort()


def results(client: Client, tasks: list[Any]) -> Iterator[int]:
    """The numbers that tasks give, as they are ready."""
    from distributed import as_completed

    for _, numbers in as_completed(tasks, loop=client.loop, with_results=True):
        yield from numbers
