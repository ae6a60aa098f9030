// made by scripts/make-golden.py with PyTorch 1.13.0a0; do not edit
// torchvision 0.14.1a0, Pillow 9.4.0
//
// torchvision.transforms of the training images in data/drawn, as PIL images of mode L, and
// torchvision.utils.make_grid; all exact. A SHA-256 is that of the pixels as bytes, image by image,
// row by row.
//
// golden_rotations, golden_flips: the first 100 images, each rotated by the same angle with
// functional.rotate (nearest neighbour, 0 outside the image), or flipped.
// golden_changes: torch.manual_seed(seed), then train_set[0] to train_set[99] with the
// transforms, transform_count of them in this order. next: all 64 bits of the next draw.
// golden_grids: torch.manual_seed(seed), then the first batch of DataLoader(batch_size=batch,
// shuffle=True) over the first train_limit images (0: all) with the transforms and ToTensor.
// batch_sha256 is that of its batch_images images. sha256 is that of make_grid's pixels as save_image
// writes them: height rows of width pixels, each as three equal bytes. next: all 64 bits of the draw
// after the batch.
// clang-format off
#ifndef MNIST_TRAIN_TESTS_GOLDEN_TRANSFORMS_H
#define MNIST_TRAIN_TESTS_GOLDEN_TRANSFORMS_H

#include <stddef.h>
#include <stdint.h>

enum { GOLDEN_TRANSFORMED = 100 };

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
    double parameter; // degrees or probability
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
    size_t batch_images;
    const char *batch_sha256; // (batch_images, 784)
    size_t width, height;
    const char *sha256; // (height, width, 3)
    uint64_t next;
} GoldenGrid;

static const GoldenRotation golden_rotations[] = {
    {.degrees = -45.0,
     .sha256 = "3bf46f591bc298fb635004fbcd14363ca7f2efd2af0c2ff37c8bff593ef783c0"},
    {.degrees = -37.5,
     .sha256 = "ffd9a741f8e90c17a1ef76bda4e7f28bc9ee38f4bb1d80ff7163401a035701ba"},
    {.degrees = -30.0,
     .sha256 = "5b03c962da2da565a2af04157f31b26556ae2c5fc56a6655d9adc663dd4273aa"},
    {.degrees = -22.5,
     .sha256 = "dab14996c21917b3c2a00a23e29ff86c369b821b27a89e1a2dcaf00a59300ccf"},
    {.degrees = -15.0,
     .sha256 = "e13fec81a940dd587d2daad8907a7bbb4db2dbd0a63fb8cfde68f1d4a89fa4fc"},
    {.degrees = -7.5,
     .sha256 = "36335297f12b81fc38f20f303d39687a3e95a7a16f1be64354d95227a3442484"},
    {.degrees = 0.0,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = 7.5,
     .sha256 = "f8bc6283f8df5ab95b5996cf37d31260cf240a171d1d23087db138996312be37"},
    {.degrees = 15.0,
     .sha256 = "eda774241824ff92db2510426aca740eac28038febe7378cc1b427debd5525d3"},
    {.degrees = 22.5,
     .sha256 = "a266d1bce9233268347e35ed133088896dca0b8da3d2f25dc46a5e6fa0f6f717"},
    {.degrees = 30.0,
     .sha256 = "051e5a4f9aa2d43551c61af7036631853ea43f6255a53f9422b30edbd86930b1"},
    {.degrees = 37.5,
     .sha256 = "89e9750d9736035a1f600bc4bd6b11142fceb0bb3ed20344cb3884f18b856665"},
    {.degrees = 45.0,
     .sha256 = "731e27b4b811f11dd4fe61ccfaed28bcda4dba4a6799ea903a7b5054d69b7ec5"},
    {.degrees = -720.0,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = -360.0,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = -270.0,
     .sha256 = "396dfe24875272f9b48733590a2c936967c9050ae65c64c102caa74d577ce068"},
    {.degrees = -180.0,
     .sha256 = "f8fa849c868ae1935d0b2f1bfb84d7e843d177408dfa15e8f65ce4c9fa55683b"},
    {.degrees = -90.0,
     .sha256 = "f52f53ed514bb3660d67c2101dfc1c30cfa18eea80015e4a9ac62c2a5e583892"},
    {.degrees = 90.0,
     .sha256 = "396dfe24875272f9b48733590a2c936967c9050ae65c64c102caa74d577ce068"},
    {.degrees = 180.0,
     .sha256 = "f8fa849c868ae1935d0b2f1bfb84d7e843d177408dfa15e8f65ce4c9fa55683b"},
    {.degrees = 270.0,
     .sha256 = "f52f53ed514bb3660d67c2101dfc1c30cfa18eea80015e4a9ac62c2a5e583892"},
    {.degrees = 360.0,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = 450.0,
     .sha256 = "396dfe24875272f9b48733590a2c936967c9050ae65c64c102caa74d577ce068"},
    {.degrees = 0.001,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = -0.001,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = 1e-14,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = -1e-20,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = 1.0,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
    {.degrees = -3.3,
     .sha256 = "9fc3760b2c29b3ba09fabbae1fcf513b4f1382e8b05f8869e3ef497cb71b6d7f"},
    {.degrees = 12.345678,
     .sha256 = "c9db44e934cf21a89986594f6e4af17d108cc5b08f3441ac4021f6b0f0fc9bb3"},
    {.degrees = 60.0,
     .sha256 = "bb0df32ef88b1b3327e779efdac30978173483597ec483c53bfb3b2bc9c7fd87"},
    {.degrees = 89.99999,
     .sha256 = "396dfe24875272f9b48733590a2c936967c9050ae65c64c102caa74d577ce068"},
    {.degrees = 90.00001,
     .sha256 = "396dfe24875272f9b48733590a2c936967c9050ae65c64c102caa74d577ce068"},
    {.degrees = 123.456,
     .sha256 = "fd4e7c13dda3d2ef2f6e6b4d7e77882b4afea71e55d923f4a56d2cd9a6d3ec54"},
    {.degrees = 135.0,
     .sha256 = "60505e5e574f8a6105f0f355300ef9e68ed5d8069adef21af0ea79b4b5e592be"},
    {.degrees = -135.0,
     .sha256 = "fcac8ffce43a72216f52498ca7c7512b0638b8bcb3781a262391777caea28dff"},
    {.degrees = 179.99998474121094,
     .sha256 = "f8fa849c868ae1935d0b2f1bfb84d7e843d177408dfa15e8f65ce4c9fa55683b"},
    {.degrees = 225.0,
     .sha256 = "fcac8ffce43a72216f52498ca7c7512b0638b8bcb3781a262391777caea28dff"},
    {.degrees = 300.0,
     .sha256 = "50fdac8729d0df0e412b98b000ca03c89c221693eac01abc5fcf9342024644b7"},
    {.degrees = 359.9,
     .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22"},
};

static const GoldenFlip golden_flips[] = {
    {.name = "RandomVerticalFlip",
     .sha256 = "3e996f3cdc68698866c9219ec4f01476e48ace5a6cd62c76a893eec828387aec"},
    {.name = "RandomHorizontalFlip",
     .sha256 = "bed63ccb09ac79e592b786f48058f768b8fccc7262dab74156429bdcbedb7810"},
};

static const GoldenChange golden_changes[] = {
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "cbad42e104f94866aca2782baeb0ec9d897d45d69c3ef11a9830ecca99c540b3",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "a4a9009f5ea046a32156a8100ff963e133168c511c4f708eb91d19fcf6a6da02",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomRotation", 30.0}, {"RandomVerticalFlip", 0.3}, {"RandomHorizontalFlip", 0.5},
        },
        .sha256 = "ddfd9bcb535f79c37965a35553a7c74675ac1606998387b1760cebea3c701551",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "49370ca13a8d6d28179569e0ee0d3658e317a6742ccb02e461fce3f07a1bc659",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "6b5f82c81dfba4ea246da62234848398913deadbdeda9d8937f2461a7bbf2846",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomHorizontalFlip", 0.5}, {"RandomVerticalFlip", 0.3}, {"RandomRotation", 30.0},
        },
        .sha256 = "ed034ed86d41b9be1be0d2f0f17b91127d795c35dc625b37e3248ed0598533c6",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22",
        .next = UINT64_C(10518273997812416426),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22",
        .next = UINT64_C(357257325660623161),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 1,
        .transforms = {
            {"RandomRotation", 0.0},
        },
        .sha256 = "7d2e044e5ca4bed26634547be9e6cc6d3145a3fcf4a009ff849b9de2bc5ead22",
        .next = UINT64_C(10038868570448551955),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "70b2a41680f8babcb95b3931bfa1993468fc5737c73f1eec5badf50f7a36bde1",
        .next = UINT64_C(2756834632381431452),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "fe0226c34541b9b43d49c37e7a224737b4ed2d9158fe4950348135332f563401",
        .next = UINT64_C(1327691181208577137),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 3,
        .transforms = {
            {"RandomVerticalFlip", 0.5}, {"RandomRotation", 180.0}, {"RandomHorizontalFlip", 0.1},
        },
        .sha256 = "9a68f58e8e7bfd743222ca2fbdbd6c1f50291307e342feddaf54cd0380d8ac05",
        .next = UINT64_C(1615243196145585510),
    },
    {
        .seed = UINT64_C(0),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "3e996f3cdc68698866c9219ec4f01476e48ace5a6cd62c76a893eec828387aec",
        .next = UINT64_C(12503508231920976642),
    },
    {
        .seed = UINT64_C(1),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "3e996f3cdc68698866c9219ec4f01476e48ace5a6cd62c76a893eec828387aec",
        .next = UINT64_C(6025534914829572726),
    },
    {
        .seed = UINT64_C(2),
        .transform_count = 2,
        .transforms = {
            {"RandomHorizontalFlip", 0.0}, {"RandomVerticalFlip", 1.0},
        },
        .sha256 = "3e996f3cdc68698866c9219ec4f01476e48ace5a6cd62c76a893eec828387aec",
        .next = UINT64_C(14351717377642604465),
    },
};

static const GoldenGrid golden_grids[] = {
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 0,
        .batch_images = 32,
        .batch_sha256 = "01c719803701906dc69060310b7804eb0e1bd6edc04b6193224d96751272c2c9",
        .width = 242,
        .height = 122,
        .sha256 = "3e37f2b24f741d8c126e13bc6bfe508b024f7da228b7f1f25f5eeb1ce47a6d4d",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(1),
        .batch = 32,
        .train_limit = 0,
        .batch_images = 32,
        .batch_sha256 = "5653393dd709f86c61b36b3a064bb0f3212c1f29dae94a41d143b416a162c580",
        .width = 242,
        .height = 122,
        .sha256 = "4997a74432ede4b27585f78b6bc71aaa0366a49a2feb4800ac40e5185f35ef67",
        .next = UINT64_C(2109959069025161),
    },
    {
        .seed = UINT64_C(2),
        .batch = 32,
        .train_limit = 0,
        .batch_images = 32,
        .batch_sha256 = "c1775465f2f8988f5686fea80cca28169277bc170505452fc2059f441fce151b",
        .width = 242,
        .height = 122,
        .sha256 = "6105deb799e0a3460191e4bfed7c5dd6cdb35a1f4fc7330e80fe6522ad9361f6",
        .next = UINT64_C(10139483024654235947),
    },
    {
        .seed = UINT64_C(0),
        .batch = 1,
        .train_limit = 0,
        .batch_images = 1,
        .batch_sha256 = "73251d2aad5659f28a09b74443a906d1b9eee0e963b8d745904c0ab99ba38f13",
        .width = 28,
        .height = 28,
        .sha256 = "bcb75b9c7b58cf84871c94faaa2f3fc3ff861431ccc7edddb31e0a6758ec0e65",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 2,
        .train_limit = 0,
        .batch_images = 2,
        .batch_sha256 = "d04c20786ff6e349c89c7bfe19d3a4dfad9b3eaa2e376d9275865d83ffbe5a5f",
        .width = 62,
        .height = 32,
        .sha256 = "ff67f473be39538d0846db559c3cdc78ef59ac82dcb9dbb619bd24e393e456bb",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 5,
        .train_limit = 0,
        .batch_images = 5,
        .batch_sha256 = "31c34736a9df6aad2dd55af02bb17a44fb19c3438ab75647bfc1473ec2a5095d",
        .width = 152,
        .height = 32,
        .sha256 = "ab22d2bf966f0a3029ce1afe6a69f23513fdfe646d77612f5c648e37fe2b4199",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 7,
        .train_limit = 0,
        .batch_images = 7,
        .batch_sha256 = "3568e9bbffcbf3dfc230b2c44f24ebd982024ce33b0f9c9df4064bb539585741",
        .width = 212,
        .height = 32,
        .sha256 = "8ad56feebab6530d09eb20a9ca790f65db49575e785e30d6913c3d804fbdedaa",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 8,
        .train_limit = 0,
        .batch_images = 8,
        .batch_sha256 = "7a70950a57ce15f6f5fe931cdccb3eb5e6f9378a43e03ae12ed4f2f8d6284470",
        .width = 242,
        .height = 32,
        .sha256 = "b68819c737075fa48be1a3e378231e747e086c068cd8bc9ca36f076f97445fd8",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 9,
        .train_limit = 0,
        .batch_images = 9,
        .batch_sha256 = "b80b666e4e6f837bce0ce7a60a62da0d4c6979efd81541322f70d13eabfec92e",
        .width = 242,
        .height = 62,
        .sha256 = "ee9e9cb8b7ac303916fb47d5a809bde99c5570fd28b94f557cf8896a2b189588",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 100,
        .train_limit = 0,
        .batch_images = 100,
        .batch_sha256 = "d5a870539095d29bae6d5b658f4d307682f927885d1af2fd87d0baa67973cc68",
        .width = 242,
        .height = 392,
        .sha256 = "69975104b7503b7165964742cbee9d039304207c5f7538212d32aaa36753ad5a",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 20,
        .batch_images = 20,
        .batch_sha256 = "c0a77ed0d0fcadc702cdfc51046f4a9296e70fa9cdf7dda92b5226c7438b401a",
        .width = 242,
        .height = 92,
        .sha256 = "09559e6e936cf23ae403f071512945b719609ae568dbf7d175b023895b1d008d",
        .next = UINT64_C(11119021634053362427),
    },
    {
        .seed = UINT64_C(0),
        .batch = 32,
        .train_limit = 1,
        .batch_images = 1,
        .batch_sha256 = "11b5147dfb2b34e6ff3d4881eb2914ead130abcff8d6c90f086f6d51855eac59",
        .width = 28,
        .height = 28,
        .sha256 = "ee7c2329678b9af31553ba30d778a8fd9a4bcfce140d83ab85827a278d8dc2eb",
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
        .batch_images = 32,
        .batch_sha256 = "95bbbec4c69e74a27d9615bc2d69693f2f1b889ee96adab5e9a65da0c7ae40e4",
        .width = 242,
        .height = 122,
        .sha256 = "3844d6930a23b9f6d6f132fb2d5e023fd9c05afc411324d88a47355e31059278",
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
        .batch_images = 32,
        .batch_sha256 = "f741471596761ccd383aa6db0f2e864487db8d49e8f1e881b73925071e4753fb",
        .width = 242,
        .height = 122,
        .sha256 = "671a06c27f1d4cac0217508b2312e1093c90312eb87a1cb469ba06582501c833",
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
        .batch_images = 5,
        .batch_sha256 = "2569170a2f7f0527ff15fc4d978cc918b167ea6922d7f9192b97d99d1bcf5038",
        .width = 152,
        .height = 32,
        .sha256 = "69ffc034c17a583a9383fe91fefb638c1ee9c6d2c56dbcfce6bcc6dad02d62a4",
        .next = UINT64_C(11671950985374376060),
    },
};

#endif
