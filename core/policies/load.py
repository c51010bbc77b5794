"""Finds a policy pack, reads it and hands it out checked, or says everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import PolicyError
from core.policies.crosscheck import sound_sections_problems
from core.policies.faults import Problem, file_fault, from_validation, in_words
from core.policies.policy import Policy

PACK_FOLDER = resources.files("core.policies")
NOT_PACKS = {"errors"}
LARGEST_BYTES = 512 * 1024
PACK_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def packs() -> list[str]:
    """The ids of the packs that come with the product, sorted."""
    names = (entry.name for entry in PACK_FOLDER.iterdir() if entry.name.endswith(".toml"))
    return sorted(name.removesuffix(".toml") for name in names if name.removesuffix(".toml") not in NOT_PACKS)


def load(id_or_path: str) -> Policy:
    """The pack with this id, or the one in the operator's own file. Raises PolicyError with one line per problem."""
    if id_or_path in packs():
        return read_pack(f"{id_or_path}.toml", PACK_FOLDER.joinpath(f"{id_or_path}.toml").read_bytes())
    if PACK_NAME.fullmatch(id_or_path) and not Path(id_or_path).is_file():
        raise PolicyError(file_fault("unknown", name=id_or_path, known=", ".join(packs())))
    return read_file(id_or_path)


def read_file(path: str) -> Policy:
    """The checked policy in a file, even where it is named like a pack of the product."""
    return read_pack(path, content_of(Path(path)))


def read_pack(file: str, content: bytes) -> Policy:
    """A checked policy from the bytes of a pack; ``file`` is only what messages call it."""
    raw = parsed(file, content)
    problems = problems_of(raw)
    if problems:
        raise PolicyError("\n".join(in_words(problem, raw, file) for problem in problems))
    return Policy.model_validate(raw, strict=True)


def problems_of(raw: dict[str, Any]) -> list[Problem]:
    """Everything wrong with a parsed pack: mistakes of shape first, then what does not fit together in the sound parts."""
    try:
        Policy.model_validate(raw, strict=True)
        misshapen: list[Problem] = []
    except ValidationError as error:
        misshapen = from_validation(error)
    return misshapen + sound_sections_problems(raw, {str(problem.at[0]) for problem in misshapen})


def content_of(path: Path) -> bytes:
    """What is in an operator's own file. Raises PolicyError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise PolicyError(file_fault("missing", file=str(path))) from None
    except (OSError, ValueError) as error:
        raise PolicyError(file_fault("unreadable", file=str(path), reason=str(error))) from error
    if len(content) > LARGEST_BYTES:
        raise PolicyError(file_fault("too_large", file=str(path), limit=LARGEST_BYTES // 1024))
    return content


def parsed(file: str, content: bytes) -> dict[str, Any]:
    """The tables of a pack as they were written, lists as tuples. Raises PolicyError."""
    try:
        return {name: _frozen(value) for name, value in tomllib.loads(content.decode("utf-8-sig")).items()}
    except UnicodeDecodeError:
        raise PolicyError(file_fault("not_utf8", file=file)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(file_fault("not_toml", file=file, reason=str(error))) from error


def _frozen(value: Any) -> Any:
    """Lists become tuples, so that the strict check, where "9" is no number and 9 no time of day, takes them."""
    if isinstance(value, dict):
        return {name: _frozen(part) for name, part in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
