"""First rows of the files of a case: a few at once, others on demand."""

from __future__ import annotations

import time
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.views.asking import ask

#: Files whose rows are shown unasked, and seconds after which no more are begun.
AT_ONCE, PATIENCE = 3, 4.0


def of_files(dataset: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return first rows by file, as ``opendata_ua_file_rows_show`` gives them.

    The address names one file by ``?rows=``, or the first few are read. Links are no
    files of ours: they are told of, and cost nothing.
    """
    wanted = tk.request.args.get("rows", "")
    files = [one for one in dataset["resources"] if wanted in ("", one["id"])]
    shown: dict[str, dict[str, Any]] = {}
    read, until = 0, time.monotonic() + PATIENCE
    for file in files:
        here = file.get("url_type") == "upload"
        if here and (read == AT_ONCE or time.monotonic() > until):
            continue
        read += here
        asked = {"resource_id": file["id"]}
        shown[file["id"]] = ask("opendata_ua_file_rows_show", asked)
    return shown
