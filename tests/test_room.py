"""A student's JupyterLab: its settings are ones that JupyterLab has."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from jupyterlab_server.config import get_federated_extensions, get_page_config

from grader.authoring.release.wheel import ROOM

SHARE = Path(sys.prefix) / "share" / "jupyter"
SCHEMAS = SHARE / "lab" / "schemas"
NBGRADER = SHARE / "labextensions" / "@jupyter" / "nbgrader"


def _read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


SETTINGS = _read(ROOM / "labconfig" / "default_setting_overrides.json")


@pytest.mark.parametrize("plugin", SETTINGS)
def test_settings(plugin):
    """Each is a setting of a plugin that is there."""
    package, name = plugin.split(":")
    schema = _read(SCHEMAS / package / f"{name}.json")
    assert SETTINGS[plugin].keys() <= schema["properties"].keys()


def test_nothing_for_instructors(monkeypatch):
    """JupyterLab is told to leave nbgrader's panels out, which have these names."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(ROOM))
    page = get_page_config([str(ROOM / "labextensions")])
    assert "@jupyter/nbgrader" in page["disabledExtensions"]
    (ours,) = get_federated_extensions([str(ROOM / "labextensions")]).values()
    scripts = "".join(p.read_text("utf-8") for p in NBGRADER.glob("static/*.js"))
    for plugin in ours["jupyterlab"]["disabledExtensions"]:
        assert plugin in page["disabledExtensions"]
        assert f'"{plugin}"' in scripts


def test_server_extensions():
    """What is switched off there are server extensions of nbgrader."""
    enabled = _read(ROOM / "jupyter_server_config.json")["ServerApp"]
    installed = Path(sys.prefix) / "etc/jupyter/jupyter_server_config.d/nbgrader.json"
    theirs = _read(installed)["ServerApp"]["jpserver_extensions"]
    assert enabled["jpserver_extensions"] == dict.fromkeys(theirs, False)
