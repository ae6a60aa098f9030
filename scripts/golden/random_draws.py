"""random.h: PyTorch's random numbers on the CPU."""
import numpy as np
import torch
from torch.nn import functional as F

from .c_source import FIRST, c_arrays, c_first, c_float, c_list, c_seed, c_string, header, sha256
from .tutorial import DROPOUT, HIDDEN, PIXELS

SEEDS = (0, 1, 2, 42, 2**32 - 1, 2**32, 2**32 + 7, 2**63 - 1, 2**64 - 1)

RANDOM_COMMENT = f"""
PyTorch's random numbers on the CPU. All are exact. Each case starts with
torch.manual_seed(seed); a permutation with a torch.Generator of that seed. sha256 is the SHA-256
of all values as little-endian numbers of their type, row by row. first has the first {FIRST}
values; zeros follow if there are fewer.

golden_draws64: all 64 bits of each draw, random_(-2**63, None) on int64; hashed as uint64.
golden_uniforms: torch.empty(count).uniform_(low, high), float32. PyTorch's kernels compute
unit * (high - low) + low with a fused multiply-add: high - low is rounded to float32, the result
is rounded once. (On x86 without AVX2 the product is rounded too.)
golden_permutations: torch.randperm(count, generator); hashed as uint32.
golden_masks: F.dropout(torch.ones(rows, {HIDDEN}), {DROPOUT}), float32, after words_before 32-bit
draws (torch.empty(words_before).uniform_()) and then masks_before masks of 32 rows. kept is the
number of values that are not zero.
"""

RANDOM_TYPES = f"""
typedef struct {{
    uint64_t seed;
    size_t count;
    const char *sha256;
    uint64_t first[{FIRST}];
}} GoldenDraws;

typedef struct {{
    uint64_t seed;
    size_t count;
    float low, high;
    const char *sha256;
    float first[{FIRST}];
}} GoldenUniform;

typedef struct {{
    uint64_t seed;
    size_t count;
    const char *sha256;
    uint32_t first[{FIRST}];
}} GoldenPermutation;

typedef struct {{
    uint64_t seed;
    size_t words_before, masks_before, rows;
    const char *sha256;
    float first[{FIRST}];
    size_t kept;
}} GoldenMask;
"""

BOUND_D1, BOUND_D2 = PIXELS**-0.5, HIDDEN**-0.5
UNIFORMS = tuple((seed, count, low, high) for seed, counts in
                 ((0, (1, 2, 3, 7, 8, 15, 16, 17, 623, 624, 625, 1001, HIDDEN * PIXELS)),
                  (1, (9, 1249)), (2**32 + 7, (33,)), (2**64 - 1, (1000,)))
                 for count in counts
                 for low, high in ((0.0, 1.0), (-BOUND_D1, BOUND_D1), (-BOUND_D2, BOUND_D2)))
PERMUTATIONS = tuple((seed, count) for count in (1, 2, 3, 10, 624, 625, 1000, 60000)
                     for seed in (0, 1, 2, 2**32 + 7, 2**63 - 1))
MASKS = (tuple((seed, 0, 0, 32) for seed in SEEDS) + tuple((seed, 0, 0, 16) for seed in (0, 1, 2)) +
         tuple((0, 0, before, 32) for before in (1, 2, 3, 100)) +
         tuple((0, 0, before, 16) for before in (1, 1874)) +
         tuple((seed, words, 0, rows) for seed, words, rows in
               ((0, 1, 32), (0, 3, 16), (0, 623, 32), (0, 625, 1), (1, 101770, 32), (1, 1, 32))) +
         tuple((seed, 3, before, 32) for seed, before in ((0, 1), (5, 7))) + ((0, 0, 0, 1),))


def full_draws64(count):
    """64-bit draws of PyTorch's main generator; random_() alone clears the highest bit."""
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None).numpy().astype(np.uint64)


def make_draws64(seed):
    torch.manual_seed(seed)
    values = full_draws64(1000)
    return (f"    {{.seed = {c_seed(seed)}, .count = {values.size},\n"
            f'     .sha256 = {c_string(sha256(values, "<u8"))},\n'
            f'     .first = {c_list(values[:FIRST].tolist(), c_seed, " " * 9)}}},\n')


def make_uniform(seed, count, low, high):
    torch.manual_seed(seed)
    values = torch.empty(count).uniform_(low, high).numpy()
    return (f"    {{.seed = {c_seed(seed)}, .count = {count},\n"
            f"     .low = {c_float(low)}, .high = {c_float(high)},\n"
            f'     .sha256 = {c_string(sha256(values, "<f4"))},\n'
            f"     .first = {c_first(values, c_float)}}},\n")


def make_permutation(seed, count):
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).numpy()
    return (f"    {{.seed = {c_seed(seed)}, .count = {count},\n"
            f'     .sha256 = {c_string(sha256(order, "<u4"))},\n'
            f"     .first = {c_first(order, str)}}},\n")


def make_mask(seed, words_before, masks_before, rows):
    torch.manual_seed(seed)
    torch.empty(words_before).uniform_()
    for _ in range(masks_before):
        F.dropout(torch.ones(32, HIDDEN), DROPOUT)
    mask = F.dropout(torch.ones(rows, HIDDEN), DROPOUT).numpy()
    return (f"    {{.seed = {c_seed(seed)}, .words_before = {words_before}, "
            f".masks_before = {masks_before}, .rows = {rows},\n"
            f'     .sha256 = {c_string(sha256(mask, "<f4"))},\n'
            f"     .first = {c_first(mask, c_float)},\n"
            f"     .kept = {np.count_nonzero(mask)}}},\n")


def make_random(_):
    arrays = (("GoldenDraws golden_draws64", make_draws64, [(s,) for s in SEEDS]),
              ("GoldenUniform golden_uniforms", make_uniform, UNIFORMS),
              ("GoldenPermutation golden_permutations", make_permutation, PERMUTATIONS),
              ("GoldenMask golden_masks", make_mask, MASKS))
    body = c_arrays(arrays)
    return header("random", RANDOM_COMMENT, f"{RANDOM_TYPES}\n{body}")
