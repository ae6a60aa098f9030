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
                        (const char *)parameters + layout[i].offset,
                        count_values(i) * sizeof(float));
    }
}

static bool check_layout(const char *path, const Tensor *tensor, size_t index, Error *error) {
    const size_t *shape = layout[index].shape;
    if (strcmp(tensor->dtype, "F32") != 0)
        return error_set(error, "%s: tensor %s: expected F32, found %s", path, tensor->name,
                         tensor->dtype);
    if (tensor->rank == layout[index].rank &&
        memcmp(tensor->shape, shape, tensor->rank * sizeof *shape) == 0)
        return true;
    char expected[32];
    if (layout[index].rank == 2)
        snprintf(expected, sizeof expected, "(%zu, %zu)", shape[0], shape[1]);
    else
        snprintf(expected, sizeof expected, "(%zu)", shape[0]);
    return error_set(error, "%s: tensor %s: expected shape %s, found another", path, tensor->name,
                     expected);
}

static bool check_numbers(const char *path, const char *prefix, const NetworkParameters *parameters,
                          float min, const char *expected, Error *error) {
    for (size_t i = 0; i < TENSORS; i++) {
        const float *values =
            (const float *)(const void *)((const char *)parameters + layout[i].offset);
        for (size_t j = 0; j < count_values(i); j++) {
            if (!isfinite(values[j]) || values[j] < min)
                return error_set(error, "%s: tensor %s%s: expected %s, found %g", path, prefix,
                                 layout[i].name, expected, (double)values[j]);
        }
    }
    return true;
}

bool model_check_finite(const char *path, const char *prefix, const NetworkParameters *parameters,
                        Error *error) {
    return check_numbers(path, prefix, parameters, -FLT_MAX, "finite numbers", error);
}

bool model_check_not_negative(const char *path, const char *prefix,
                              const NetworkParameters *parameters, Error *error) {
    return check_numbers(path, prefix, parameters, 0.0F, "numbers of at least 0", error);
}

bool model_read_tensors(const char *path, const Safetensors *tensors, const char *prefix,
                        NetworkParameters *parameters, Error *error) {
    for (size_t i = 0; i < TENSORS; i++) {
        char name[SAFETENSORS_NAME_SIZE];
        name_tensor(prefix, i, name);
        const Tensor *tensor = safetensors_find(tensors, name);
        if (!tensor)
            return error_set(error, "%s: expected tensor %s, found none", path, name);
        if (!check_layout(path, tensor, i, error))
            return false;
        float *values = (float *)(void *)((char *)parameters + layout[i].offset);
        memcpy(values, tensor->bytes, tensor->size);
        byte_order_little(values, count_values(i), sizeof *values);
    }
    return model_check_finite(path, prefix, parameters, error);
}

void model_add_settings(Safetensors *file, const TrainConfig *config) {
    char text[SETTING_TEXT];
    for (size_t i = 0; i < SETTINGS; i++)
        safetensors_add_metadata(file, settings[i].key, setting_format(&settings[i], config, text));
}

static void add_metadata(Safetensors *file, const TrainConfig *config, const Metrics *test) {
    char text[64];
    safetensors_add_metadata(file, "format", "pt");
    safetensors_add_metadata(file, "program", "mnist-train");
    safetensors_add_metadata(file, "version", VERSION);
    model_add_settings(file, config);
    safetensors_add_metadata(file, "test_accuracy",
                             number_format(metrics_accuracy(test) / 100.0, text));
    snprintf(text, sizeof text, "%zu of %zu", test->correct, test->images);
    safetensors_add_metadata(file, "test_right", text);
}

bool model_save(const char *path, const NetworkParameters *parameters, const TrainConfig *config,
                const Metrics *test, Error *error) {
    if (!model_check_finite(path, "", parameters, error))
        return false;
    NetworkParameters *copy = memory_alloc(1, sizeof *copy, path, error);
    Safetensors *tensors = memory_alloc(1, sizeof *tensors, path, error);
    uint8_t *bytes = NULL;
    size_t size;
    bool saved = copy && tensors;
    if (saved) {
        *copy = *parameters;
        model_add_tensors(tensors, "", copy);
        add_metadata(tensors, config, test);
        saved = safetensors_encode(tensors, &bytes, &size, error) &&
                atomic_file_write(path, bytes, size, error);
    }
    free(bytes);
    free(tensors);
    free(copy);
    return saved;
}

// Returns true and sets *error if the file has a tensor that the network has not.
static bool find_unknown(const char *path, const Safetensors *tensors, Error *error) {
    for (size_t i = 0; i < tensors->tensor_count; i++) {
        bool known = false;
        for (size_t j = 0; j < TENSORS; j++)
            known |= strcmp(tensors->tensors[i].name, layout[j].name) == 0;
        if (!known)
            return !error_set(error,
                              "%s: expected only the tensors of d1 and d2, found tensor %s too",
                              path, tensors->tensors[i].name);
    }
    return false;
}

bool model_load(const char *path, NetworkParameters *parameters, Error *error) {
    Safetensors *tensors = memory_alloc(1, sizeof *tensors, path, error);
    if (!tensors)
        return false;
    bool loaded = safetensors_read(path, tensors, error) &&
                  model_read_tensors(path, tensors, "", parameters, error) &&
                  !find_unknown(path, tensors, error);
    safetensors_free(tensors);
    free(tensors);
    return loaded;
}
