"""The configuration of the documentation site, see ``build.py``."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

_setup = configparser.ConfigParser()
_setup.read(HERE.parents[1] / "setup.cfg", encoding="utf-8")

project = "deterrence"
author = "The deterrence developers"
copyright = author
version = release = _setup["metadata"]["version"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "model_pages",
    "gallery",
]
exclude_patterns: list[str] = []
#: The models whose pages have what takes time to work out; all of them by default.
site_models = [name for name in os.environ.get("SITE_MODELS", "").split(",") if name]
root_doc = "index"
# `--option` and quoted commands stay what they are.
smartquotes = False
templates_path = [str(HERE / "_templates")]

# ---- Markdown ------------------------------------------------------------------------------
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

# ---- API -----------------------------------------------------------------------------------
autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
toc_object_entries_show_parents = "hide"

# ---- HTML ----------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
# The front page and the gallery have the whole width.
html_sidebars = {"index": [], "models": []}
html_favicon = "_static/icon.svg"
html_show_sourcelink = False
html_copy_source = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": project,
        "image_light": "_static/icon.svg",
        "image_dark": "_static/icon.svg",
        "alt_text": "",
    },
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}
