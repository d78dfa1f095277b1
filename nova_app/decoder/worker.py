"""The process that decodes: one job after another, each with its share of time, until its input ends.

A job and its answer are a line of JSON each::

    {"received": path, "stored": path, "thumbnail": path}
    {"found": [type, bytes, width, height]} | {"refused": text, "is_too_large": ..., "cause": ..., "at": ...}
        | {"errno": number}

    {"page": base64, "charset": text}
    {"head": [title, description]}
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
import traceback
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from nova_app.decoder.heads import read_head
from nova_app.decoder.pictures import PictureRefused, inspect

MEMORY_MAX_BYTES = 1_536 * 1024 * 1024
"""Of address space: a picture of the most pixels needs about half of it."""
CPU_MAX_SECONDS = 20
"""For one file. The system ends the process that takes longer."""
CPU_MAX_SECONDS_OF_PAGE = 2
"""A real page takes a hundredth of it."""
FILE_MAX_BYTES = 512 * 1024 * 1024
OPEN_FILES_MAX = 64


def main() -> None:
    """Serve jobs until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # What a library prints is no answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit(resource.RLIMIT_AS, MEMORY_MAX_BYTES)
    _limit(resource.RLIMIT_FSIZE, FILE_MAX_BYTES)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES_MAX)
    _limit(resource.RLIMIT_CORE, 0)
    for line in sys.stdin:
        job = json.loads(line)
        _allow_more_time(CPU_MAX_SECONDS_OF_PAGE if "page" in job else CPU_MAX_SECONDS)
        answers.write(json.dumps(answer(job)) + "\n")
        answers.flush()


def answer(job: Mapping[str, str]) -> Mapping[str, Any]:
    """Do one job; whatever is raised about it is part of the answer."""
    if "page" in job:
        return {"head": read_head(base64.b64decode(job["page"]), job["charset"])}
    try:
        found = inspect(Path(job["received"]), Path(job["stored"]), Path(job["thumbnail"]))
    except PictureRefused as refusal:
        return {"refused": str(refusal), "is_too_large": refusal.is_too_large, **_origin_of(refusal)}
    except OSError as fault:
        return {"errno": fault.errno}
    return {"found": astuple(found)}


def _origin_of(refusal: PictureRefused) -> Mapping[str, str]:
    cause = refusal.__cause__
    if not refusal.is_unexpected or cause is None:
        return {}
    frames = traceback.extract_tb(cause.__traceback__)
    at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"cause": type(cause).__name__, "at": at}


def _allow_more_time(at_most: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + at_most
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
