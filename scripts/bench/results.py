"""From the runs to medians, ratios and verdicts."""
import dataclasses
import statistics
from typing import Callable, Optional

from measure import BATCH, EPOCHS, STEPS

# Floating-point operations of a step: the 784x128 products forward and for the gradient, the 128x10
# ones for the gradient of their inputs too.
STEP_FLOP = 2 * BATCH * (2 * 784 * 128 + 3 * 128 * 10)


# --- Figures of a run -----------------------------------------------------------------------------


def floor_seconds(run):
    return EPOCHS * STEPS * STEP_FLOP / (1e9 * run["floor"]["gflops"])


def loop_seconds(name):
    return lambda run: run[name]["loop"] if name in run else None


def libtorch_seconds(run):
    return EPOCHS * min(run["libtorch"].values()) if "libtorch" in run else None


def tutorial_seconds(name):
    return lambda run: EPOCHS * run[name]["epoch"] if name in run else None


def kann_seconds(run):
    return min(run["kann"].values()) if "kann" in run else None


def ratio(above, below):
    """The quotient of two figures of the same run, or None where one was not measured."""
    def divide(run):
        sides = above(run), below(run)
        return None if None in sides else sides[0] / sides[1]

    return divide


def ratio_of_medians(above, below):
    """The quotient of medians over all runs, in each run: for a figure that one run has."""
    def divide(run, runs):
        sides = [summarise([side(other) for other in runs]) for side in (above, below)]
        if above(run) is None or None in sides:
            return None
        return sides[0]["median"] / sides[1]["median"]

    return divide


LOOP, LOOP_1, LOOP_2 = loop_seconds("loop"), loop_seconds("loop_1"), loop_seconds("loop_2")
BUSY, BUSY_1 = loop_seconds("loop_busy"), loop_seconds("loop_busy_1")
ORDERED, ORDERED_1 = loop_seconds("ordered"), loop_seconds("ordered_1")
PACKAGED_1 = loop_seconds("packaged_1")
HALF, HALF_ORDERED = loop_seconds("half"), loop_seconds("half_ordered")


def core_floor_seconds(run):
    """The floor at the rate of one core, if all cores were busy."""
    return floor_seconds(run) * run["floor"]["processors"]


# --- Rows of the tables ---------------------------------------------------------------------------


AVX512_KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")


@dataclasses.dataclass
class Row:
    """A measure, and its bounds if it has some: upper bounds, or lower ones if at_least is set."""

    measure: str
    value: Callable  # of a run; None where it was not measured
    unit: str = ""
    at_least: bool = False
    must: Optional[float] = None
    aim: Optional[float] = None
    must_avx2: Optional[float] = None  # for kernels without AVX-512, if it differs
    aim_avx2: Optional[float] = None
    of_all_runs: bool = False  # the value is of a run and the list of all

    def for_kernel(self, kernel):
        """The row with the bounds of this kernel of the BLAS library."""
        if self.must_avx2 is None or kernel in AVX512_KERNELS:
            return self
        return dataclasses.replace(self, must=self.must_avx2, aim=self.aim_avx2)

    def reaches(self, value, bound):
        return value >= bound if self.at_least else value <= bound

    def verdict(self, value):
        if self.must is None:
            return ""
        if not self.reaches(value, self.must):
            return "missed"
        return "aim reached" if self.aim and self.reaches(value, self.aim) else "holds"

    def summarise(self, runs):
        more = (runs,) if self.of_all_runs else ()
        summary = summarise([self.value(run, *more) for run in runs])
        summary = summary or {"median": None, "values": []}
        result = {"measure": self.measure, "unit": self.unit, **summary}
        if self.must is not None:
            verdict = self.verdict(summary["median"]) if summary["values"] else "not measured"
            result.update(bound=">=" if self.at_least else "<=", must=self.must, aim=self.aim,
                          verdict=verdict)
        return result


# For users: seconds of mnist-train and of its peers.
SECONDS = (
    Row("mnist-train, all cores", LOOP, "s"),
    Row("mnist-train --reproducible, all cores", ORDERED, "s"),
    Row("mnist-train --threads 1", LOOP_1, "s"),
    Row("mnist-train --reproducible --threads 1", ORDERED_1, "s"),
    Row("mnist-train, the whole process, from .gz", lambda run: run["gz"]["whole"], "s"),
    Row("KANN, best setting (RMSprop)", kann_seconds, "s"),
    Row("libtorch C++, best setting (1 epoch x 5)", libtorch_seconds, "s"),
    Row("tutorial's script, 2 workers (1 epoch x 5)", tutorial_seconds("tutorial"), "s"),
    Row("tutorial's script, 0 workers (1 epoch x 5)", tutorial_seconds("tutorial_0"), "s"),
)

# For developers: times that bounds refer to.
DETAILS = (
    Row("floor", floor_seconds, "s"),
    Row("loop on 2 threads", LOOP_2, "s"),
    Row("loop beside busy processes", BUSY, "s"),
    Row("loop on 1 thread beside busy processes", BUSY_1, "s"),
)

# For developers: bounds of the median.
BOUNDS = (
    Row("loop / floor, all cores", ratio(LOOP, floor_seconds), must=1.15, aim=0.9,
        must_avx2=1.5, aim_avx2=1.2),
    Row("loop on 1 thread / on 2 threads", ratio(LOOP_1, LOOP_2), at_least=True, must=1.7, aim=1.9),
    Row("libtorch C++ / loop", ratio(libtorch_seconds, LOOP), at_least=True, must=10, aim=14,
        must_avx2=6, aim_avx2=8),
    Row("tutorial in PyTorch / loop", ratio_of_medians(tutorial_seconds("tutorial"), LOOP),
        of_all_runs=True, at_least=True, must=70, aim=100, must_avx2=65, aim_avx2=100),
    Row("KANN / loop", ratio(kann_seconds, LOOP), at_least=True, must=3, aim=4,
        must_avx2=2.5, aim_avx2=3.5),
    Row("loop beside busy processes / alone", ratio(BUSY, LOOP), must=2.6, aim=2.2),
    Row("beside busy processes: loop / on 1 thread", ratio(BUSY, BUSY_1), must=1.15, aim=0.9),
    Row("whole process from .gz / loop", ratio(lambda run: run["gz"]["whole"], LOOP),
        must=1.6, aim=1.4, must_avx2=1.35, aim_avx2=1.2),
    Row("reproducible / floor, all cores", ratio(ORDERED, floor_seconds), must=1.0, aim=0.7,
        must_avx2=0.85, aim_avx2=0.6),
    Row("reproducible on 1 thread / one core's floor", ratio(ORDERED_1, core_floor_seconds),
        must=1.0, must_avx2=0.9),
    Row("loop / reproducible", ratio(LOOP, ORDERED), at_least=True, must=1.0, must_avx2=1.3),
    Row("libtorch C++ / reproducible", ratio(libtorch_seconds, ORDERED), at_least=True, must=10),
    Row("KANN / reproducible", ratio(kann_seconds, ORDERED), at_least=True, must=4),
    Row("tutorial in PyTorch / reproducible",
        ratio_of_medians(tutorial_seconds("tutorial"), ORDERED), of_all_runs=True, at_least=True, must=100),
    Row("half of the pixels nonzero: reproducible / loop", ratio(HALF_ORDERED, HALF), must=1.2),
    Row("1 thread: this build / make ARCH=", ratio(LOOP_1, PACKAGED_1), at_least=True, must=0.9),
    Row("start to first step, .gz", lambda run: run["gz"]["first_step"], "s", must=0.35, aim=0.2),
    Row("start to first step, raw", lambda run: run["raw"]["first_step"], "s", must=0.06, aim=0.03),
    Row("test of 10,000 images", lambda run: 1e3 * run["loop"]["test"], "ms", must=25, aim=10),
    Row("peak memory, .gz", lambda run: run["gz"]["peak"], "MB", must=150, aim=100),
    Row("epoch 5 / epoch 1", lambda run: run["loop"]["epochs"][-1] / run["loop"]["epochs"][0],
        must=1.05),
)

# The same of measure_growth's results.
GROWTH_BOUNDS = (
    Row("time for an image: 600,000 images / 60,000",
        lambda growth: growth["images"][600_000] / growth["images"][60_000], must=1.1, aim=1.0),
)


# --- Summaries ------------------------------------------------------------------------------------


def summarise(values):
    """Median and range; None without values."""
    values = [value for value in values if value is not None]
    if not values:
        return None
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "values": values}


def summarise_by_key(results):
    return {key: summarise([result[key] for result in results]) for key in results[0]}


def summarise_growth(growth):
    """By parameter and value, of measure_growth's results."""
    if not growth:
        return {}
    return {parameter: summarise_by_key([result[parameter] for result in growth])
            for parameter in growth[0]}


def step_microseconds(runs, loop):
    return summarise([1e6 * loop(run) / (EPOCHS * STEPS) for run in runs if loop(run)])


def summarise_stages(runs):
    """Of one thread that has all shards and never waits, and of one of two threads."""
    def of(key, loop):
        stages = [dict(run[key]) for run in runs]
        for measured in stages:
            if not key.endswith("2"):
                del measured["barrier"]
            measured["sum"] = sum(measured.values())
        return {**summarise_by_key(stages), "step of the loop": step_microseconds(runs, loop)}

    return {"one thread": of("stages_4", LOOP_1), "one of two": of("stages_2", LOOP_2),
            "reproducible, one thread": of("ordered_stages_4", ORDERED_1)}
