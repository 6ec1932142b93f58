"""What a back-test has done so far, kept beside its results so that it can be gone on with.

A back-test takes an hour or more. Each forecast is written as soon as it is made, whole or not
at all, into a working folder beside the results. A back-test that was stopped goes on from
there, if it is still the same one: same input, program, seed, futures and openings. When the
results stand, the working folder is deleted, file by file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sufficiency.errors import InputError, Problem
from sufficiency.forecast.backtest import Unit, UnitForecast
from sufficiency.stopping import undisturbed

_MANIFEST = "manifest.json"
_DRAFT = ".draft"
_FORECASTS = "*-[0-9][0-9][0-9][0-9].json"
_WORDS = {
    "input": "the published tables",
    "version": "the version of this program",
    "program": "this program",
    "packages": "the packages it is built on",
    "seed": "the seed",
    "replications": "the number of futures",
    "origins": "the openings",
}


def part_folder_of(out: Path) -> Path:
    """The working folder of results that are to stand in a folder."""
    return out.with_name(out.name + ".part")


class PartFolder:
    """The working folder of one back-test.

    Attributes:
        path: Where it is.
        about: What the back-test is: input, version, seed and so on, by name.
    """

    def __init__(self, out: Path, about: Mapping[str, Any]) -> None:
        self.path = part_folder_of(out)
        self.about = json.loads(json.dumps(dict(about)))

    def check(self, resume: bool) -> None:
        """Make sure, before any work, that what stands there may be gone on with.

        Args:
            resume: Whether the user asked to go on with it.

        Raises:
            InputError: If another back-test's work is there, or this one's and it was not
                asked to go on with it.
        """
        if not self.path.exists() and not self.path.is_symlink():
            return
        if not self.path.is_dir():
            raise self._refused("this is not a folder", "move it, or give --out another folder")
        if not any(self.path.iterdir()):
            return
        before = self._manifest()
        if before is None:
            sentence = "work on a back-test is kept here, and this folder holds something else"
            raise self._refused(sentence, "move it, or give --out another folder")
        if not resume:
            done = len(list(self.path.glob(_FORECASTS)))
            raise self._refused(
                f"a back-test was stopped here; forecasts made so far: {done}",
                "add --resume to go on with it, or delete this folder to begin again",
            )
        changed = [
            words for name, words in _WORDS.items() if before.get(name) != self.about.get(name)
        ]
        if changed:
            are = "is" if len(changed) == 1 else "are"
            raise self._refused(
                f"a back-test was stopped here for which {', '.join(changed)} {are} not the same",
                "give the same again, or delete this folder and begin without --resume",
            )

    def open(self) -> None:
        """Make the folder and say in it what it is of."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._write(_MANIFEST, {"package": "sufficiency", "part_of": "backtest", **self.about})

    def done(self, units: Collection[Unit]) -> dict[Unit, UnitForecast]:
        """The forecasts that were made before. One that cannot be read is not among them."""
        found = {}
        for unit in units:
            try:
                kept = json.loads((self.path / _name(unit)).read_text(encoding="utf-8"))
                forecast = UnitForecast(Unit(**kept["unit"]), kept["refused"], tuple(kept["rows"]))
            except (OSError, ValueError, LookupError, TypeError):
                continue
            if forecast.unit == unit:
                found[unit] = forecast
        return found

    def keep(self, forecast: UnitForecast) -> None:
        """Write one forecast, whole or not at all."""
        self._write(_name(forecast.unit), asdict(forecast))

    def delete(self, units: Collection[Unit]) -> None:
        """Delete forecasts that are no longer needed, and the folder once no others are in it.

        Others are there when a back-test of many authorities was stopped and gone on with for
        a few of them.
        """
        with undisturbed():
            for unit in units:
                self._unlink(_name(unit))
            if not any(self.path.glob(_FORECASTS)):
                self._unlink(_MANIFEST)
            with suppress(OSError):
                self.path.rmdir()

    def _unlink(self, name: str) -> None:
        for file in (self.path / name, self.path / (name + _DRAFT)):
            with suppress(OSError):
                file.unlink()

    def _manifest(self) -> dict[str, Any] | None:
        """What the folder says it is of; None when it is no back-test's."""
        try:
            manifest = json.loads((self.path / _MANIFEST).read_text(encoding="utf-8"))
            is_ours = (manifest["package"], manifest["part_of"]) == ("sufficiency", "backtest")
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return dict(manifest) if is_ours else None

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        draft = self.path / (name + _DRAFT)
        draft.write_text(json.dumps(content) + "\n", encoding="utf-8", newline="\n")
        os.replace(draft, self.path / name)

    def _refused(self, sentence: str, remedy: str) -> InputError:
        return InputError([Problem(self.path.as_posix(), 1, 1, sentence, remedy)])


def _name(unit: Unit) -> str:
    return f"{re.sub('[^a-z0-9]+', '-', unit.authority.lower())}-{unit.origin}.json"
