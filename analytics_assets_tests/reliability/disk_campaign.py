"""Run the whole graph on a disk that fills up, and on one that may only be read.

``make reliability``, as root, since it mounts a small disk in memory. Each run must fail, say why,
and leave whole tables; with space again the next run must be as if nothing had been. Prints one
line a run; exits with 1 when anything was wrong.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from killed_runs import Shop

_DISK_MB = 200
_FREE_KB = (0, 100, 400, 1_000, 2_000, 3_000, 4_000, 6_000)
_WHY = re.compile(r"No space left on device|cannot be written|Read-only file system", re.IGNORECASE)
_STEP = re.compile(r"s  (\w+) \.\.\.$", re.MULTILINE)


def main() -> int:
    """Fill the disk to various degrees; return the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="disk_campaign_"))
    _mount("-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", folder)
    shop = Shop(folder)
    shop.learn()
    faults = 0
    print("| disk | last step | it says | old | new | neither | wrong after the next run |")
    print("|---|---|---|---:|---:|---|---|", flush=True)
    for number, free in enumerate(_FREE_KB):
        target = "AB"[number % 2]
        ballast = _ballast(folder, free)
        faults += _run(shop, target, f"{free:,} KiB free", ballast)
    _mount("-o", "remount,ro", folder)
    faults += _run(shop, "AB"[len(_FREE_KB) % 2], "read-only", None)
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()
    print(f"\n{len(_FREE_KB) + 1} runs, {faults} with a fault")
    return 1 if faults else 0


def _run(shop: Shop, target: str, disk: str, ballast: Path | None) -> bool:
    """Run once on the bad disk and once on the good one; return whether anything was wrong."""
    # Outside of the disk, which has no room for it.
    with tempfile.TemporaryDirectory() as outside:
        seen, text = shop.failing(target, Path(outside))
    if ballast:
        ballast.unlink()
    else:
        _mount("-o", "remount,rw", shop.folder)
    wrong = shop.recover(target)
    reasons = _WHY.findall(text)
    reason = reasons[-1] if reasons else "nothing of the disk"
    steps = _STEP.findall(text) or ["none"]
    finished = not seen.died
    print(
        f"| {disk} | {steps[-1]} | {'it came to its end' if finished else reason} | {seen.old} | "
        f"{seen.new} | {', '.join(seen.neither) or 'none'} | {', '.join(wrong) or 'none'} |",
        flush=True,
    )
    return bool(seen.neither or wrong or (not reasons and not finished))


def _ballast(folder: Path, free_kb: int) -> Path:
    """Fill the disk until only so much is free."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(max(size - free_kb * 1024, 0))
    return path


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
