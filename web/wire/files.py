"""Where the generated files stand, and whether they are what would be written now."""

from pathlib import Path

from web.wire import model, reference, typescript

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[Path, str]:
    """The text that belongs in each generated file."""
    wire = model.read()
    return {
        ROOT / "web/front/src/client/wire.gen.ts": typescript.write(wire),
        ROOT / "chat/protocol/REFERENCE.md": reference.write(wire),
    }


def stale(texts: dict[Path, str]) -> list[Path]:
    """The files that are missing or hold other text."""
    return [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]


def write(texts: dict[Path, str]) -> list[Path]:
    """Write what is stale, and say which files those were."""
    changed = stale(texts)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], "utf-8")
    return changed
