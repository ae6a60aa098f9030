// made by scripts/make-golden.py with PyTorch 1.13.0a0; do not edit
// torchvision 0.14.1a0, Pillow 9.4.0
//
// torchvision.transforms on MNIST's training images, as PIL images of mode L, and
// torchvision.utils.make_grid. All are exact. sha256 is the SHA-256 of the pixels as bytes, image
// by image, row by row.
//
// golden_rotations, golden_flips: the first 100 images, all rotated by the same angle with
// functional.rotate (nearest neighbour, 0 outside the image), or all flipped.
// golden_changes: torch.manual_seed(seed), then the transforms, transform_count of them in this
// order, on the first 100 images one after another. next: all 64 bits of the next draw.
// golden_grids: torch.manual_seed(seed), then the first batch of DataLoader(batch_size=batch,
// shuffle=True) over the first train_limit images (0: all) with the transforms and ToTensor. sha256
// is that of make_grid's pixels as save_image writes them: height rows of width pixels, each as
// three equal bytes. next: all 64 bits of the next draw after the batch.
// clang-format off
#ifndef MNIST_TRAIN_TESTS_GOLDEN_TRANSFORMS_H
#define MNIST_TRAIN_TESTS_GOLDEN_TRANSFORMS_H

#include <stddef.h>
#include <stdint.h>

enum { GOLDEN_TURNED = 100 };

typedef struct {
    double degrees;
    const char *sha256;
} GoldenRotation;

typedef struct {
    const char *name; // torchvision's
    const char *sha256;
} GoldenFlip;

typedef struct {
    const char *name; // torchvision's
    double amount;    // degrees or probability
} GoldenTransform;

typedef struct {
    uint64_t seed;
    size_t transform_count;
    GoldenTransform transforms[3];
    const char *sha256;
    uint64_t next;
} GoldenChange;

typedef struct {
    uint64_t seed;
    size_t batch, train_limit;
    size_t transform_count;
    GoldenTransform transforms[3];
    size_t width, height;
    const char *sha256; // (height, width, 3)
    uint64_t next;
} GoldenGrid;

static const GoldenRotation golden_rotations[] = {
    {.degrees = -45.0,
     .sha256 = "38d9132316da5f01d9346e6772e50b5505530f6757653aee6ede205700a7fc7d"},
    {.degrees = -37.5,
     .sha256 = "9a9eb98b5072a79565663eb20bff6f1fcf593bb03c74a277b8e8d34b415088a2"},
    {.degrees = -30.0,
     .sha256 = "15d095d0a62c976fb7de9a4cd351d80f6a019bc31e42500a8541468f1ed46d1f"},
    {.degrees = -22.5,
     .sha256 = "b686e611bfff5cf1a62c11c36d95d90e0fbdcbd2a9a223a44738023f57bf55c6"},
    {.degrees = -15.0,
     .sha256 = "d277adfaa6ef988665e945059949ebcee3c9ed8652b81dbaa05bf167a1d36dda"},
    {.degrees = -7.5,
     .sha256 = "bfcff82725120fc7ae1cfc48c66108cf7e7167d1922bc3447d8c367ac511c650"},
    {.degrees = 0.0,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = 7.5,
     .sha256 = "3a97f4e95c69ee60afd6c6e602c50626a292f7cc200656f2b5be69597b2d6cdc"},
    {.degrees = 15.0,
     .sha256 = "e2bb45246ef3543fce8bcbff86605e17633cb2625e6354301cfd23002ae8e9ee"},
    {.degrees = 22.5,
     .sha256 = "819db80a599f49c84071d812491120afd42d87a7be01307921235a0a9d911beb"},
    {.degrees = 30.0,
     .sha256 = "956ba74e173e4024f1f22e97da0e4cd3e760d3e5872b7c4bfa9a8ff5b7e3de93"},
    {.degrees = 37.5,
     .sha256 = "667faa695940c1666e2e22386b7cf6df38b2cbf3ae8bd5747b7c2e325074ca8d"},
    {.degrees = 45.0,
     .sha256 = "80015d14e4b4808117c753b8f36dd240b8e4a11236056b79c12b90fa43effe0d"},
    {.degrees = -720.0,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = -360.0,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = -270.0,
     .sha256 = "135cbec771b673234bf6e5bab9ee68e432760da0e2894a26b52dc28492a47912"},
    {.degrees = -180.0,
     .sha256 = "e08ebae334e71f1d1789e443b29dc2bc2d76196421b4c1f920bb630a2e94105a"},
    {.degrees = -90.0,
     .sha256 = "57bdeb0921b9b501973024670cecf95b5cb36616c2628094a83c038e2803900f"},
    {.degrees = 90.0,
     .sha256 = "135cbec771b673234bf6e5bab9ee68e432760da0e2894a26b52dc28492a47912"},
    {.degrees = 180.0,
     .sha256 = "e08ebae334e71f1d1789e443b29dc2bc2d76196421b4c1f920bb630a2e94105a"},
    {.degrees = 270.0,
     .sha256 = "57bdeb0921b9b501973024670cecf95b5cb36616c2628094a83c038e2803900f"},
    {.degrees = 360.0,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = 450.0,
     .sha256 = "135cbec771b673234bf6e5bab9ee68e432760da0e2894a26b52dc28492a47912"},
    {.degrees = 0.001,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = -0.001,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = 1e-14,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = -1e-20,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = 1.0,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
    {.degrees = -3.3,
     .sha256 = "80dcecaedcc42913a897dd4a0d6893f96504f66dd4d667af07d06ad57f6434d1"},
    {.degrees = 12.345678,
     .sha256 = "5aeb25950f81db4aa47958cebfe4281d049109671336a4b7ef029cbad4d97980"},
    {.degrees = 60.0,
     .sha256 = "22e3306ffcd89c406593001d87151705a758285644b225771d643b5a04b220df"},
    {.degrees = 89.99999,
     .sha256 = "135cbec771b673234bf6e5bab9ee68e432760da0e2894a26b52dc28492a47912"},
    {.degrees = 90.00001,
     .sha256 = "135cbec771b673234bf6e5bab9ee68e432760da0e2894a26b52dc28492a47912"},
    {.degrees = 123.456,
     .sha256 = "0cdccfd98b2d5185c833e92c685c34110adbc86034f5ade6415b51091754e36a"},
    {.degrees = 135.0,
     .sha256 = "1e8a2601eefb4e79ec615728666051a464758a3e25a8267917372d19748afab1"},
    {.degrees = -135.0,
     .sha256 = "92d5005cc8e54c0af391a6295aeb02deae035e766cb4b6f43e3c2c288947c3a0"},
    {.degrees = 179.99998474121094,
     .sha256 = "e08ebae334e71f1d1789e443b29dc2bc2d76196421b4c1f920bb630a2e94105a"},
    {.degrees = 225.0,
     .sha256 = "92d5005cc8e54c0af391a6295aeb02deae035e766cb4b6f43e3c2c288947c3a0"},
    {.degrees = 300.0,
     .sha256 = "31acde7a0068009434886f19f3831a692755da6e7ae68b04e4fe96eda5a94021"},
    {.degrees = 359.9,
     .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3"},
};

static const GoldenFlip golden_flips[] = {
    {.name = "RandomVerticalFlip",
     .sha256 = "5f8bd9a08b316a9cd1ea86812c8c595cb2d3185169585d50f63742db013f3b1a"},
    {.name = "RandomHorizontalFlip",
     .sha256 = "ef4762242950a1c3c059ac8034b00e35bdb957616802c8897928e66a0142728d"},
};

static const GoldenChange golden_changes[] = {
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "fde42555dc26786ae213bb06a8ff5424d8a0ecd16623ca93a76cf9769aa953ef",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "2e5920c2d8b8805dfefd6f2d47e75d4e30b03a2a67e51b3e51ccba8eb83c3c40",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "8a8874a5a33033210cbad54887186adecaa1ae4bcac001c4e431e0042d0d3ae7",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "e8ec0378f43e257bd47fc040c65a73b9d6a8a05cdf6338d8afdb150bab8a710a",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "eb876f36848edcd3e91c2133b6e99b1c4241ca40282a9865261a3786508dd4c2",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "5bd3299494b26be5e3ba596e86ac941328f6fd465c9f69a1f8bfee20e379029f",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3",
        .next = UINT64_C(10518273997812416426),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3",
        .next = UINT64_C(357257325660623161),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "c8d7b3ac57a59fa463cbbcdc21a53485e2990f12ca46d0fef62dd86cadfd67a3",
        .next = UINT64_C(10038868570448551955),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "ecd389b49162a66deff7a46b6f47142f9febea3c527e71b2a0c20ac20e3a964b",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "a1395c9e3dd46063ab2c0c882f1fdb88f9655cf23ed512755ab2c384a144c3ef",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "45b4bb8fbe9ddd5efa75e74eaa7e5a8aaf14c2574e22409feb4f588adbd5d09d",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "5f8bd9a08b316a9cd1ea86812c8c595cb2d3185169585d50f63742db013f3b1a",
        .next = UINT64_C(12503508231920976642),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "5f8bd9a08b316a9cd1ea86812c8c595cb2d3185169585d50f63742db013f3b1a",
        .next = UINT64_C(6025534914829572726),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "5f8bd9a08b316a9cd1ea86812c8c595cb2d3185169585d50f63742db013f3b1a",
        .next = UINT64_C(14351717377642604465),
    },
};

static const GoldenGrid golden_grids[] = {
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 0,
        .width = 242,
        .height = 122,
        .sha256 = "12aa363f80d9207ca2cd8beb2cd0f6f8b5236c93983b0fc009660ef3ff91f881",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(1),
        .batch = 32,
        .train_limit = 0,
        .width = 242,
        .height = 122,
        .sha256 = "3117dde3644b0dfebddebfdc06656bf10bb2fd61251e031831d4851f6d6a76fe",
        .next = UINT64_C(2109959069025161),
    },
    {
        .seed = UINT64_C(2),
        .batch = 32,
        .train_limit = 0,
        .width = 242,
        .height = 122,
        .sha256 = "736ead0f62b8db5211ed94dbfe3317ea1a611dd480499834afeedf9b66f737b5",
        .next = UINT64_C(10139483024654235947),
    },
    {
        .seed = UINT64_C(0),
        .batch = 1,
        .train_limit = 0,
        .width = 28,
        .height = 28,
        .sha256 = "c0f8bd4c3e960e3e8feb33aae0a031a48b0a29730856eedf44d3bcc684c9915e",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 2,
        .train_limit = 0,
        .width = 62,
        .height = 32,
        .sha256 = "2098673e300b64e4de509010f8760eb61e63f88e4372b3bfa4f05827063a1692",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 5,
        .train_limit = 0,
        .width = 152,
        .height = 32,
        .sha256 = "c99f814d3df9d61743fceb5386ac978c96835b038b2411a36a9534e18a491aba",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 7,
        .train_limit = 0,
        .width = 212,
        .height = 32,
        .sha256 = "7981f8f8f9af769868dc6d917b8a5af9dffdc864b8eaa3835b63feb377cc3355",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 8,
        .train_limit = 0,
        .width = 242,
        .height = 32,
        .sha256 = "4ee484a6cbedd8d71b88923dd473f79afb1e05d5a30f70fcb0634a7e00f0559f",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 9,
        .train_limit = 0,
        .width = 242,
        .height = 62,
        .sha256 = "bccb61cca3221a5fc704860f2035be69b67363107d0945f900ca65f75af1e575",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 100,
        .train_limit = 0,
        .width = 242,
        .height = 392,
        .sha256 = "4c5d00b42a845a7396697750e7033b6c4f411baa7ce68a2ebf4a7e5f12a30175",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 20,
        .width = 242,
        .height = 92,
        .sha256 = "c473dee14cf17cc13c13d8b8aa2dad7d7a08536415bbc29bb37df97e5bc14c10",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 1,
        .width = 28,
        .height = 28,
        .sha256 = "8b0520fc2839d1fd9d35d159bc7773dd1af853b5af851ddb96443f2bcd0b36b9",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 0,
        .transform_count = 2,
        .transforms = {
            {"RandomRotation", 15.0}, {"RandomHorizontalFlip", 0.5},
        },
        .width = 242,
        .height = 122,
        .sha256 = "90b954f5314abc6bcd9c39259da42e940f27803d41abe4aeef3b4e9a39c23c7b",
        .next = UINT64_C(346610596688095140),
    },
    {
        .seed = UINT64_C(1),
        .batch = 32,
        .train_limit = 0,
        .transform_count = 2,
        .transforms = {
            {"RandomRotation", 15.0}, {"RandomHorizontalFlip", 0.5},
        },
        .width = 242,
        .height = 122,
        .sha256 = "3102ed32964efbade591694c8c1f7eda66c98f8046ccab2a4932c1356d0583c4",
        .next = UINT64_C(12762880030118587160),
    },
    {
        .seed = UINT64_C(2),
        .batch = 5,
        .train_limit = 0,
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .width = 152,
        .height = 32,
        .sha256 = "386bbbf9d5e9ed1f3380bbb5d3c1daea091225263520f7a57415f5c64e6acd51",
        .next = UINT64_C(11671950985374376060),
    },
};

#endif
