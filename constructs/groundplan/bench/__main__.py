"""`make bench`: measures synth at several sizes and prints one table with ratios, and the targets beside it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from groundplan.bench import peers
from groundplan.bench.measure import Cost, groundplan_command, measure
from groundplan.bench.sample import edit_one_image, write_sample

SIZES = (500, 1000, 2000)
"""The quick set; `--sizes 500,1000,2000,5000,20000` is the whole one."""

MOST_FOR_PEERS = 5000
"""Objects up to which peers take part: kustomize is quadratic, and 20,000 objects would take it a quarter of an hour."""

MANY = 100_000
"""Objects of the large repository; they lie in many environments, as they do where there are so many."""

IN_ONE = 2500
"""Objects of one of its environments."""

TARGET_MANY_MB = 400

TARGET_MS = 1.5
TARGET_MB = 300
TARGET_EDIT_SECONDS = 1.5
TARGET_CHAIN = 0.5
"""CPU of rendering and all gates over that of `kubectl kustomize` and the usual scanners, for the same objects."""

RUNS = 3
"""How often what takes a second is measured; what else a machine does only ever adds, so the least counts."""

TARGET_LINEARITY = 1.5
"""CPU per object at the largest size over that at the smallest."""


OUR_CHAIN = "chain: groundplan make"
LARGE = "groundplan synth, many environments"


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement of the table."""

    what: str
    """What ran."""

    objects: int
    """How many objects it produced or judged."""

    cost: Cost
    """What that took."""

    floor: float | None = None
    """CPU of the floor for the same objects; None where there is nothing to compare with."""

    start: tuple[int, float] | None = None
    """Objects and CPU of start-up alone, to be taken off; None where that makes no sense."""

    @property
    def per_object(self) -> float:
        """CPU in ms for each object, without start-up where that is known."""
        objects, cpu = self.start or (0, 0.0)
        return (self.cost.cpu - cpu) * 1000 / max(1, self.objects - objects)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m groundplan.bench", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="objects, e.g. 500,1000,2000,5000,20000")
    parser.add_argument(
        "--chain", type=int, default=2000, help="objects of the whole chain with gates; 0 leaves it out"
    )
    parser.add_argument(
        "--many",
        type=int,
        default=MANY,
        help=f"objects of the large repository, {IN_ONE} in each environment; 0 leaves it out",
    )
    parser.add_argument("--no-peers", action="store_true", help="measure ourselves alone")
    parser.add_argument("--output", choices=("human", "json"), default="human", help="form (default: human)")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="groundplan-bench-") as folder:
        lines, edit = _measure_all(Path(folder), arguments)
    verdicts = _verdicts(lines, edit)
    if arguments.output == "json":
        measured = [{**asdict(line), "ms_per_object": line.per_object} for line in lines]
        print(json.dumps({"ok": all(met for _, met in verdicts), "lines": measured, "edit_seconds": edit.wall}))
    else:
        _print(lines, verdicts)
    return int(not all(met for _, met in verdicts))


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _measure_all(folder: Path, arguments: argparse.Namespace) -> tuple[list[Line], Cost]:
    _synth(write_sample(folder / "warm-up", 1))
    start = _least_of(write_sample(folder / "start", 1), RUNS)
    lines = [Line("start-up and one service", *start)]
    edit = Cost(0, 0, 0, 0)
    for size in sorted(arguments.sizes):
        root = write_sample(folder / f"size-{size}", size)
        objects, cost = _least_of(root, RUNS if size == min(arguments.sizes) else 1)
        floor = peers.floor_cost(root, folder / f"floor-{size}")
        lines.append(Line("groundplan synth", objects, cost, floor.cpu, (start[0], start[1].cpu)))
        lines.append(Line("floor: libyaml dump", objects, floor, floor.cpu))
        if not arguments.no_peers and size <= MOST_FOR_PEERS:
            for name in peers.renderers():
                lines.append(Line(name, objects, peers.render(name, root, folder / f"{name}-{size}"), floor.cpu))
        if size == min(arguments.sizes):
            edit = min((_edited(root, number) for number in range(RUNS)), key=lambda cost: cost.wall)
            lines.append(Line("groundplan synth after an edit", objects, edit, floor.cpu))
    if arguments.many:
        root = write_sample(folder / "many", IN_ONE, max(1, round(arguments.many / IN_ONE)))
        cost = measure(groundplan_command(root, "synth"), root)
        lines.append(Line(LARGE, len(peers.manifests(root)), cost, start=(start[0], start[1].cpu)))
    if arguments.chain:
        lines += _chain(folder, arguments.chain, with_peers=not arguments.no_peers)
    return lines, edit


def _least_of(root: Path, runs: int) -> tuple[int, Cost]:
    return min((_synth(root) for _ in range(runs)), key=lambda found: found[1].cpu)


def _edited(root: Path, number: int) -> Cost:
    edit_one_image(root, number)
    return measure(groundplan_command(root, "synth"), root)


def _synth(root: Path) -> tuple[int, Cost]:
    cost = measure(groundplan_command(root, "synth", "--workers", "1"), root)
    return len(peers.manifests(root)), cost


def _chain(folder: Path, size: int, *, with_peers: bool) -> list[Line]:
    """Render and judge: our gates, against a renderer followed by the usual scanners."""
    root = write_sample(folder / "chain", size)
    # without schemas of custom resources nothing fails; strictness would measure what a machine has
    # 1 is fine too: hundreds of services in one environment outgrow the one dashboard they share, and a gate says so
    ours = measure(groundplan_command(root, "make"), root, accepted=(0, 1))
    objects = len(peers.manifests(root))
    lines = [Line(OUR_CHAIN, objects, ours)]
    for name in peers.renderers() if with_peers else ():
        work = folder / f"chain-{name}"
        cost = peers.render(name, root, work)
        judged, ran = peers.judge(work)
        lines.append(Line(f"chain: {', '.join([name, *ran])}", objects, cost + judged))
    return lines


def _verdicts(lines: Sequence[Line], edit: Cost) -> list[tuple[str, bool]]:
    synths = [line for line in lines if line.what == "groundplan synth"]
    slowest, peak = max(line.per_object for line in synths), max(line.cost.peak for line in synths)
    growth = synths[-1].per_object / synths[0].per_object
    return [
        (f"{slowest:.2f} ms CPU per object after start-up, at most {TARGET_MS}", slowest <= TARGET_MS),
        (f"{peak:.0f} MB in the largest process, below {TARGET_MB}", peak < TARGET_MB),
        (
            f"{edit.wall:.2f} s from an edit to written files, below {TARGET_EDIT_SECONDS}",
            edit.wall < TARGET_EDIT_SECONDS,
        ),
        (
            f"{growth:.2f} times the CPU per object at {synths[-1].objects} objects as at {synths[0].objects}, at most "
            f"{TARGET_LINEARITY}",
            growth <= TARGET_LINEARITY,
        ),
        *_verdicts_of_chain(lines),
        *(verdict for line in lines if line.what == LARGE for verdict in _verdicts_of_many(line, synths[0])),
    ]


def _verdicts_of_chain(lines: Sequence[Line]) -> Iterator[tuple[str, bool]]:
    """Against kustomize, which layers environments as we do; what a chart's templates take is shown beside it."""
    ours = next((line.cost.cpu for line in lines if line.what == OUR_CHAIN), 0.0)
    for line in lines:
        if line.what.startswith("chain: kubectl") and "checkov" in line.what:
            share = ours / line.cost.cpu
            text = f"{share:.2f} times the CPU of {line.what.removeprefix('chain: ')}, at most {TARGET_CHAIN}"
            yield f"rendering and all gates take {text}", share <= TARGET_CHAIN


def _verdicts_of_many(many: Line, smallest: Line) -> list[tuple[str, bool]]:
    growth = many.per_object / smallest.per_object
    return [
        (
            f"{many.cost.peak:.0f} MB in the largest process of {many.objects} objects, below {TARGET_MANY_MB}",
            many.cost.peak < TARGET_MANY_MB,
        ),
        (
            f"{growth:.2f} times the CPU per object at {many.objects} objects in many environments, at most "
            f"{TARGET_LINEARITY}",
            growth <= TARGET_LINEARITY,
        ),
    ]


def _print(lines: Sequence[Line], verdicts: Sequence[tuple[str, bool]]) -> None:
    table = Table(
        title="one environment, one process at work, but for the large repository; CPU of every process that is waited for"
    )
    table.add_column("what", no_wrap=True)
    for column in ("objects", "wall s", "CPU s", "objects/s", "ms CPU/object", "peak MB", "x floor"):
        table.add_column(column, justify="right")
    for line in lines:
        ratio = f"{line.cost.cpu / line.floor:.1f}" if line.floor else ""
        table.add_row(
            line.what,
            str(line.objects),
            f"{line.cost.wall:.2f}",
            f"{line.cost.cpu:.2f}",
            f"{line.objects / line.cost.wall:.0f}",
            f"{line.per_object:.2f}",
            f"{line.cost.peak:.0f}",
            ratio,
        )
    console = Console(width=max(120, Console().width), highlight=False)
    console.print(table)
    for text, met in verdicts:
        console.print(f"{'met   ' if met else 'missed'}  {text}")


if __name__ == "__main__":
    sys.exit(main())
