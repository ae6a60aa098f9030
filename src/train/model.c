#include "train/model.h"

#include "base/byte_order.h"
#include "base/error.h"
#include "base/number.h"
#include "io/atomic_file.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    size_t rank;
    size_t shape[2];
    size_t offset; // in NetworkParameters
} layout[] = {
    {"d1.weight", 2, {NETWORK_HIDDEN, MNIST_PIXELS}, offsetof(NetworkParameters, d1_weight)},
    {"d1.bias", 1, {NETWORK_HIDDEN, 1}, offsetof(NetworkParameters, d1_bias)},
    {"d2.weight", 2, {MNIST_CLASSES, NETWORK_HIDDEN}, offsetof(NetworkParameters, d2_weight)},
    {"d2.bias", 1, {MNIST_CLASSES, 1}, offsetof(NetworkParameters, d2_bias)},
};

enum { TENSORS = sizeof layout / sizeof *layout };

static size_t count_values(size_t tensor) {
    return layout[tensor].shape[0] * layout[tensor].shape[1];
}

static void name_tensor(const char *prefix, size_t tensor, char name[SAFETENSORS_NAME_SIZE]) {
    snprintf(name, SAFETENSORS_NAME_SIZE, "%s%s", prefix, layout[tensor].name);
}

void model_add_tensors(Safetensors *tensors, const char *prefix, NetworkParameters *parameters) {
    byte_order_little(parameters, NETWORK_PARAMETERS, sizeof(float));
    for (size_t i = 0; i < TENSORS; i++) {
        char name[SAFETENSORS_NAME_SIZE];
        name_tensor(prefix, i, name);
        safetensors_add(tensors, name, "F32", layout[i].rank, layout[i].shape,
                        (const char *)parameters + layout[i].offset);
    }
}

// " (128, 784)"
static size_t put_shape(char *text, size_t size, const size_t *shape, size_t rank) {
    size_t used = (size_t)snprintf(text, size, " (");
    for (size_t i = 0; i < rank; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%zu", i > 0 ? ", " : "", shape[i]);
    return used + (size_t)snprintf(text + used, size - used, ")");
}

// The error of a file without the network: the tensors that it should have and those that it has.
static bool error_other_network(const char *path, const Safetensors *file, const char *prefix,
                                Error *error) {
    enum { MAX_LISTED = 6, TENSOR_TEXT = SAFETENSORS_NAME_SIZE + SAFETENSORS_MAX_RANK * 22 + 8 };
    char expected[TENSORS * TENSOR_TEXT], found[(MAX_LISTED + 1) * TENSOR_TEXT] = "no tensors";
    size_t used = 0;
    for (size_t i = 0; i < TENSORS; i++) {
        used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s%s",
                                 i > 0 ? ", " : "", prefix, layout[i].name);
        used += put_shape(expected + used, sizeof expected - used, layout[i].shape, layout[i].rank);
    }
    used = 0;
    for (size_t i = 0; i < file->tensor_count && i < MAX_LISTED; i++) {
        const Tensor *tensor = &file->tensors[i];
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? ", " : "",
                                 tensor->name);
        used += put_shape(found + used, sizeof found - used, tensor->shape, tensor->rank);
    }
    if (file->tensor_count > MAX_LISTED)
        snprintf(found + used, sizeof found - used, " and %zu more",
                 file->tensor_count - MAX_LISTED);
    return error_set(error, "%s: expected %s, found %s", path, expected, found);
}

static float read_f64(const uint8_t *bytes) {
    double value;
    memcpy(&value, bytes, sizeof value);
    byte_order_little(&value, 1, sizeof value);
    return (float)value;
}

static float read_f32(const uint8_t *bytes) {
    float value;
    memcpy(&value, bytes, sizeof value);
    byte_order_little(&value, 1, sizeof value);
    return value;
}

// bfloat16 is the upper half of a float.
static float read_bf16(const uint8_t *bytes) {
    return read_f32((const uint8_t[]){0, 0, bytes[0], bytes[1]});
}

// IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction.
static float read_f16(const uint8_t *bytes) {
    const int exponent = bytes[1] >> 2 & 31;
    const int fraction = (bytes[1] & 3) << 8 | bytes[0];
    float value = ldexpf((float)(1024 + fraction), exponent - 25);
    if (exponent == 0)
        value = ldexpf((float)fraction, -24);
    if (exponent == 31)
        value = fraction ? NAN : INFINITY;
    return bytes[1] & 0x80 ? -value : value;
}

// Converts a tensor's values to float. Returns false if they are of another type.
static bool read_values(const Tensor *tensor, size_t count, float *values) {
    static const struct {
        const char *dtype;
        float (*read)(const uint8_t *bytes);
    } readers[] = {{"F32", read_f32}, {"F64", read_f64}, {"F16", read_f16}, {"BF16", read_bf16}};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(tensor->dtype, readers[i].dtype) != 0)
            continue;
        for (size_t j = 0; j < count; j++)
            values[j] = readers[i].read(tensor->bytes + j * (tensor->size / count));
        return true;
    }
    return false;
}

bool model_check_numbers(const char *path, const char *prefix, const NetworkParameters *parameters,
                         float min, Error *error) {
    for (size_t i = 0; i < TENSORS; i++) {
        const float *values =
            (const float *)(const void *)((const char *)parameters + layout[i].offset);
        for (size_t j = 0; j < count_values(i); j++) {
            if (!isfinite(values[j]) || values[j] < min)
                return error_set(
                    error, "%s: tensor %s%s: expected %s, found %g", path, prefix, layout[i].name,
                    min < 0 ? "finite numbers" : "numbers of at least 0", (double)values[j]);
        }
    }
    return true;
}

bool model_read_tensors(const char *path, const Safetensors *tensors, const char *prefix,
                        NetworkParameters *parameters, Error *error) {
    for (size_t i = 0; i < TENSORS; i++) {
        char name[SAFETENSORS_NAME_SIZE];
        name_tensor(prefix, i, name);
        const Tensor *tensor = safetensors_find(tensors, name);
        if (!tensor || tensor->rank != layout[i].rank ||
            memcmp(tensor->shape, layout[i].shape, tensor->rank * sizeof *tensor->shape) != 0)
            return error_other_network(path, tensors, prefix, error);
        if (!read_values(tensor, count_values(i),
                         (float *)(void *)((char *)parameters + layout[i].offset)))
            return error_set(error, "%s: tensor %s: expected F32, F64, F16 or BF16, found %s", path,
                             name, tensor->dtype);
    }
    return model_check_numbers(path, prefix, parameters, -FLT_MAX, error);
}

void model_add_settings(Safetensors *file, const TrainConfig *config) {
    char text[SETTING_TEXT];
    for (size_t i = 0; i < SETTINGS; i++)
        safetensors_add_metadata(file, settings[i].key, setting_format(&settings[i], config, text));
}

bool model_save(const char *path, const NetworkParameters *parameters, const TrainConfig *config,
                const Metrics *test, Error *error) {
    uint8_t *bytes = NULL;
    size_t size;
    if (!model_check_numbers(path, "", parameters, -FLT_MAX, error))
        return false;
    NetworkParameters *copy = memory_alloc(1, sizeof *copy, path, error);
    Safetensors *file = memory_alloc(1, sizeof *file, path, error);
    bool saved = copy && file;
    if (saved) {
        char text[64];
        *copy = *parameters;
        model_add_tensors(file, "", copy);
        safetensors_add_metadata(file, "format", "pt");
        safetensors_add_metadata(file, "program", "mnist-train");
        safetensors_add_metadata(file, "version", VERSION);
        model_add_settings(file, config);
        safetensors_add_metadata(file, "test_accuracy",
                                 number_format(metrics_accuracy(test) / 100.0, text));
        snprintf(text, sizeof text, "%zu of %zu", test->correct, test->images);
        safetensors_add_metadata(file, "test_right", text);
        saved = safetensors_encode(file, &bytes, &size, error) &&
                atomic_file_write(path, bytes, size, error);
    }
    free(bytes);
    free(file);
    free(copy);
    return saved;
}

// Writes what precedes the names of the network's tensors: "module." in a file of DataParallel.
static void find_prefix(const Safetensors *file, char prefix[SAFETENSORS_NAME_SIZE]) {
    const size_t tail = strlen(layout[0].name);
    *prefix = '\0';
    for (size_t i = 0; i < file->tensor_count; i++) {
        const char *name = file->tensors[i].name;
        const size_t length = strlen(name);
        if (length > tail && name[length - tail - 1] == '.' &&
            strcmp(name + length - tail, layout[0].name) == 0)
            snprintf(prefix, SAFETENSORS_NAME_SIZE, "%.*s", (int)(length - tail), name);
    }
}

// A checkpoint has the moments too; any other file has the network alone.
static bool read_network(const char *path, const Safetensors *file, NetworkParameters *parameters,
                         Error *error) {
    const char *form = safetensors_find_metadata(file, "form");
    char prefix[SAFETENSORS_NAME_SIZE];
    if (form && strncmp(form, MODEL_CHECKPOINT_FORM, strlen(MODEL_CHECKPOINT_FORM)) == 0)
        return model_read_tensors(path, file, "", parameters, error);
    find_prefix(file, prefix);
    return file->tensor_count == TENSORS ? model_read_tensors(path, file, prefix, parameters, error)
                                         : error_other_network(path, file, prefix, error);
}

bool model_load(const char *path, NetworkParameters *parameters, Error *error) {
    Safetensors *file = memory_alloc(1, sizeof *file, path, error);
    if (!file)
        return false;
    bool loaded =
        safetensors_read(path, file, error) && read_network(path, file, parameters, error);
    safetensors_free(file);
    free(file);
    return loaded;
}
