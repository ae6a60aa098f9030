// Model files as other programs write them.
#include "train/model.h"
#include "base/byte_order.h"
#include "support/scratch.h"
#include "support/test.h"
#include "train/checkpoint.h"

#include <float.h>
#include <math.h>

static Safetensors file; // too large for the stack
static NetworkParameters written, loaded;

static const size_t shapes[4][2] = {{NETWORK_HIDDEN, MNIST_PIXELS},
                                    {NETWORK_HIDDEN},
                                    {MNIST_CLASSES, NETWORK_HIDDEN},
                                    {MNIST_CLASSES}};
static const size_t ranks[4] = {2, 1, 2, 1};

static void write_file(const Safetensors *tensors) {
    uint8_t *bytes;
    size_t size;
    Error error;
    if (!safetensors_encode(tensors, &bytes, &size, &error))
        fail_msg("%s", error.text);
    scratch_write("m", bytes, size);
    free(bytes);
}

static void check_loaded(void) {
    Error error;
    memset(&loaded, 0, sizeof loaded);
    if (!model_load(scratch_path("m"), &loaded, &error))
        fail_msg("%s", error.text);
}

static void check_refused(const char *expected) {
    Error error = {{0}};
    assert_false(model_load(scratch_path("m"), &loaded, &error));
    assert_memory_equal(error.text, scratch_path("m"), strlen(scratch_path("m")));
    text_after(error.text, expected);
}

static int begin(void **state) {
    file = (Safetensors){0};
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        ((float *)&written)[i] = (float)i / 1000 - 40;
    return scratch_create(state);
}

#define TEST_MODEL(name) TEST_WITH(begin, scratch_remove, name)

TEST_MODEL(a_common_prefix_of_the_names_is_taken_off) {
    static const char *const prefixes[] = {"",
                                           "module.",
                                           "_orig_mod.",
                                           "model.",
                                           "module._orig_mod.",
                                           "_orig_mod.module.model.",
                                           "state_dict.",
                                           "a.d1.weight.",
                                           "d1.weight."};
    static NetworkParameters parameters;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        file = (Safetensors){0};
        parameters = written;
        model_add_tensors(&file, prefixes[i], &parameters);
        write_file(&file);
        check_loaded();
        assert_memory_equal(&loaded, &written, sizeof written);
    }
}

TEST_MODEL(names_with_different_prefixes_are_refused) {
    model_add_tensors(&file, "module.", &written);
    strcpy(file.tensors[2].name, "d2.weight");
    write_file(&file);
    check_refused(": expected module.d1.weight (128, 784), module.d1.bias (128), module.d2.weight "
                  "(10, 128), module.d2.bias (10), found module.d1.weight (128, 784), "
                  "module.d1.bias (128), d2.weight (10, 128), module.d2.bias (10)");
}

// The network's tensors of one type, all values the same bits, little-endian.
static void write_of_type(const char *dtype, size_t size, uint64_t bits) {
    static const char *const names[] = {"d1.weight", "d1.bias", "d2.weight", "d2.bias"};
    static uint64_t values[NETWORK_HIDDEN * MNIST_PIXELS];
    byte_order_little(&bits, 1, sizeof bits);
    for (size_t i = 0; i < NETWORK_HIDDEN * MNIST_PIXELS; i++)
        memcpy((uint8_t *)values + i * size, &bits, size);
    file = (Safetensors){0};
    for (size_t i = 0; i < 4; i++)
        safetensors_add(&file, names[i], dtype, ranks[i], shapes[i], values);
    write_file(&file);
}

// The bits of the numbers are from NumPy, and of bfloat16 from PyTorch.
TEST_MODEL(numbers_of_other_types_become_float) {
    static const struct {
        const char *dtype;
        size_t size;
        uint64_t bits;
        float value;
    } rows[] = {
        {"F16", 2, 0x3c00, 1.0F},
        {"F16", 2, 0xc000, -2.0F},
        {"F16", 2, 0x3555, 0.333251953125F},
        {"F16", 2, 0x7bff, 65504.0F},
        {"F16", 2, 0x0400, 6.103515625e-05F},
        {"F16", 2, 0x03ff, 6.097555160522461e-05F},
        {"F16", 2, 0x8001, -5.960464477539063e-08F},
        {"F16", 2, 0x8000, -0.0F},
        {"BF16", 2, 0x3f80, 1.0F},
        {"BF16", 2, 0xc049, -3.140625F},
        {"BF16", 2, 0x7f7f, 3.3895313892515355e+38F},
        {"BF16", 2, 0x0001, 9.183549615799121e-41F},
        {"F64", 8, 0x3fb999999999999a, 0.1F},
        {"F64", 8, 0xbff0000010000000, -1.0F},        // halfway: to the even one
        {"F64", 8, 0x3ff0000010000001, 1.00000012F},  // above it
        {"F64", 8, 0x36a0000000000000, FLT_TRUE_MIN}, // 2^-149
        {"F64", 8, 0x3690000000000000, 0.0F},         // half of it
        {"F64", 8, 0x47efffffe0000000, FLT_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_of_type(rows[i].dtype, rows[i].size, rows[i].bits);
        check_loaded();
        const float *values = (const float *)&loaded;
        for (size_t j = 0; j < NETWORK_PARAMETERS; j++) {
            if (memcmp(&values[j], &rows[i].value, sizeof *values) != 0)
                fail_msg("row %zu: expected %a, found %a", i, (double)rows[i].value,
                         (double)values[j]);
        }
    }
}

TEST_MODEL(numbers_that_no_float_has_are_refused) {
    write_of_type("F16", 2, 0x7c00);
    check_refused(": tensor d1.weight: expected finite numbers, found inf");
    write_of_type("F16", 2, 0x7e00);
    check_refused(": tensor d1.weight: expected finite numbers, found nan");
    write_of_type("BF16", 2, 0xff80);
    check_refused(": tensor d1.weight: expected finite numbers, found -inf");
    write_of_type("F64", 8, 0x47f0000000000000); // 2^128
    check_refused(": tensor d1.weight: expected finite numbers, found inf");
    write_of_type("I32", 4, 1);
    check_refused(": tensor d1.weight: expected F32, F64, F16 or BF16, found I32");
}

TEST_MODEL(a_checkpoint_gives_its_weights) {
    static TrainState run;
    Error error;
    run = (TrainState){.parameters = written, .config = {.batch_size = 32}};
    run.first_moments.d1_bias[3] = 1.0F;
    assert_true(checkpoint_save(scratch_path("m"), &run, &error));
    check_loaded();
    assert_memory_equal(&loaded, &written, sizeof written);
    // one of version 0.2.0, whose weights are zero
    loaded = written;
    assert_true(model_load("tests/golden/checkpoint-3.safetensors.gz", &loaded, &error));
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        assert_true(((float *)&loaded)[i] == 0.0F);
}

#define EXPECTED                                                                                   \
    ": expected d1.weight (128, 784), d1.bias (128), d2.weight (10, 128), d2.bias (10), found "

TEST_MODEL(other_networks_are_refused_with_the_names_and_shapes_that_they_have) {
    static const char *const others[4] = {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"};
    write_file(&file);
    check_refused(EXPECTED "no tensors");
    for (int damage = 0; damage < 5; damage++) {
        static const char *const expected[] = {
            EXPECTED "d1.weight (784, 128), d1.bias (128), d2.weight (10, 128), d2.bias (10)",
            EXPECTED "d1.weight (128, 784), d1.bias (128), d2.weight (10, 128)",
            EXPECTED "d1.weight (128, 784), d1.bias (128), d2.weight (10, 128), d2.bias (10), "
                     "aux (3, 1, 2)",
            EXPECTED "d1.weight (128, 784), d1.bias (128), d2.weight (10, 128), d2.bias (10, 1)",
            EXPECTED "fc1.weight (128, 784), fc1.bias (128), fc2.weight (10, 128), fc2.bias (10)"};
        file = (Safetensors){0};
        model_add_tensors(&file, "", &written);
        if (damage == 0) {
            file.tensors[0].shape[0] = MNIST_PIXELS;
            file.tensors[0].shape[1] = NETWORK_HIDDEN;
        }
        if (damage == 1)
            file.tensor_count--;
        if (damage == 2)
            safetensors_add(&file, "aux", "F32", 3, (size_t[]){3, 1, 2}, &written);
        if (damage == 3) {
            file.tensors[3].rank = 2;
            file.tensors[3].shape[1] = 1;
        }
        for (size_t i = 0; i < 4 && damage == 4; i++)
            strcpy(file.tensors[i].name, others[i]);
        write_file(&file);
        check_refused(expected[damage]);
    }
}

// Names and shapes as long as a file can have them; those that are not listed are counted.
TEST_MODEL(the_error_of_a_large_network_is_short) {
    static const size_t shape[] = {0,        SIZE_MAX, SIZE_MAX, SIZE_MAX,
                                   SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    Error error = {{0}};
    for (int i = 0; i < 314; i++) {
        char name[96];
        snprintf(name, sizeof name, "%03d%070d", i, 0);
        safetensors_add(&file, name, "F32", 8, shape, "");
    }
    write_file(&file);
    check_refused(EXPECTED "000000000");
    assert_false(model_load(scratch_path("m"), &loaded, &error));
    text_after(error.text, ") and 308 more");
    assert_in_range(strlen(error.text), 100, 2000);
}
