"""Guards over the whole tree: sizes, names, order, settings, templates. Each shows first that it can fail."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Template

from teilhabe.core.environment import VARIABLES
from tests.guards.test_tiers import our_models

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "teilhabe"
MODULE_LINES, FUNCTION_LINES = 500, 60
NAMELESS = {"utils", "helpers", "common", "misc", "services"}


def modules() -> list[Path]:
    left_out = {"migrations", "assets"}
    return [path for path in sorted(SRC.rglob("*.py")) if not left_out & set(path.parts)]


def too_large(path: Path, text: str) -> list[str]:
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    found = [f"{path.name}:{f.name}" for f in functions if (f.end_lineno or 0) - f.lineno >= FUNCTION_LINES]
    return [*found, f"{path.name}: {text.count(chr(10))} lines"] if text.count("\n") > MODULE_LINES else found


def test_modules_and_functions_stay_small():
    assert too_large(Path("x.py"), "def f():\n" + "    pass\n" * 60) == ["x.py:f"]
    assert [fault for path in modules() for fault in too_large(path, path.read_text())] == []


def test_names_say_something():
    assert [path for path in modules() if path.stem in NAMELESS or path.parent.name in NAMELESS] == []


def test_every_list_has_an_order():
    unordered = [m.__name__ for m in our_models() if not m._meta.ordering and "_" not in m.__name__]
    assert unordered == []


def undocumented(text: str) -> list[str]:
    return [v.name for v in VARIABLES if f"`{v.name}`" not in text]


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "operate.md").read_text()
    assert undocumented(text.replace("`DATABASE_URL`", "")) == ["DATABASE_URL"]
    assert undocumented(text) == []


def test_the_environment_is_read_in_one_place():
    """settings.py sets one variable of a library; serve.py hands the environment on to its children."""
    readers = {path.name for path in modules() if re.search(r"os\.environ|getenv", path.read_text())}
    assert readers == {"environment.py", "settings.py", "commandline.py", "wsgi.py", "serve.py"}


def templates() -> dict[str, Path]:
    return {
        str(path.relative_to(folder)): path
        for folder in SRC.glob("*/templates")
        for path in folder.rglob("*")
        if path.is_file()
    }


def unused(names: dict[str, Path], sources: str) -> list[str]:
    # the library of logins names its own templates; ours stand in their place
    return [n for n in names if n not in sources and not n.startswith(("account/", "allauth/"))]


def test_every_template_is_used():
    sources = "\n".join(p.read_text() for p in [*modules(), *templates().values()])
    assert templates()
    assert unused({"portal/nobody.html": ROOT}, sources) == ["portal/nobody.html"]
    assert unused(templates(), sources) == []


def test_every_template_compiles():
    for name in templates():
        assert isinstance(engines["django"].get_template(name).template, Template), name


FORBIDDEN_HOSTS = "|".join(
    ["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "deb" + r"ian\.org"]
)


def test_no_committed_file_names_a_registry_or_this_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong = []
    for name in listed.splitlines():
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 2_000_000:
            text = path.read_text(errors="ignore")
            if re.search(FORBIDDEN_HOSTS, text) or str(ROOT) + "/" in text:
                wrong.append(name)
    if not listed:
        pytest.fail("git lists no files: the guard saw nothing")
    assert wrong == []
