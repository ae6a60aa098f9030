#include "io/safetensors.h"

#include "base/error.h"
#include "base/text.h"
#include "io/file_kind.h"
#include "io/gzip_reader.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The header's size comes first; the tensors' bytes start at a multiple of ALIGNMENT.
enum { SIZE_BYTES = 8, ALIGNMENT = 8 };

#define KEY_METADATA "__metadata__"

// Returns the bytes of a value, 0 for an unknown dtype. The number in its name is that of the bits.
static size_t dtype_size(const char *name) {
    const char *bits = strpbrk(name, "123456789");
    return bits && strchr("BCFIU", name[0]) ? strtoul(bits, NULL, 10) / 8
                                            : strcmp(name, "BOOL") == 0;
}

// Returns the bytes of a tensor by its dtype and shape, SIZE_MAX if there are more.
static size_t tensor_size(const Tensor *tensor) {
    size_t size = dtype_size(tensor->dtype);
    for (size_t i = 0; i < tensor->rank; i++) {
        const size_t length = tensor->shape[i];
        size = length > 0 && size > SIZE_MAX / length ? SIZE_MAX : size * length;
    }
    return size;
}

// The header is JSON (RFC 8259). Each function that reads a token skips white space first, and sets
// is_malformed if the token is of another kind.
typedef struct {
    const char *path;
    const uint8_t *next, *end; // of the header
    bool is_malformed;
    const uint8_t *data; // the tensors' bytes: the part of the file after the header
    size_t data_size;
    Safetensors *file;
} Reader;

static void skip_space(Reader *reader) {
    while (reader->next < reader->end && *reader->next && strchr(" \t\n\r", *reader->next))
        reader->next++;
}

// Reads a character of JSON's syntax, such as '{', if it is next.
static bool accept(Reader *reader, char character) {
    skip_space(reader);
    if (reader->next == reader->end || *reader->next != (uint8_t)character)
        return false;
    reader->next++;
    return true;
}

static void expect(Reader *reader, char character) {
    reader->is_malformed |= !accept(reader, character);
}

// Returns whether an object or array goes on with an item of this index; else reads its end.
static bool has_item(Reader *reader, size_t index, char end) {
    if (reader->is_malformed || accept(reader, end))
        return false;
    if (index > 0)
        expect(reader, ',');
    return !reader->is_malformed;
}

// Reads a string as it stands between the quotes, with its escapes: no name or value of this
// program has any. What does not fit is cut.
static void read_string(Reader *reader, char *text, size_t size) {
    expect(reader, '"');
    const uint8_t *first = reader->next;
    while (reader->next < reader->end && *reader->next != '"')
        reader->next += *reader->next == '\\' && reader->end - reader->next > 1 ? 2 : 1;
    snprintf(text, size, "%.*s", (int)(reader->next - first), (const char *)first);
    expect(reader, '"');
}

// Reads "[a, b, ...]" with at most `max` whole numbers, and returns how many there are.
static size_t read_sizes(Reader *reader, size_t max, size_t *sizes) {
    size_t count = 0;
    expect(reader, '[');
    for (; has_item(reader, count, ']'); count++) {
        skip_space(reader);
        const uint8_t *first = reader->next;
        size_t number = 0;
        for (; reader->next < reader->end && isdigit(*reader->next); reader->next++) {
            const size_t digit = (size_t)(*reader->next - '0');
            reader->is_malformed |= number > (SIZE_MAX - digit) / 10;
            number = 10 * number + digit;
        }
        reader->is_malformed |= reader->next == first || count == max;
        if (!reader->is_malformed)
            sizes[count] = number;
    }
    return count;
}

static void read_metadata(Reader *reader) {
    expect(reader, '{');
    for (size_t i = 0; has_item(reader, i, '}'); i++) {
        Metadata metadata = {0};
        read_string(reader, metadata.key, sizeof metadata.key);
        expect(reader, ':');
        read_string(reader, metadata.value, sizeof metadata.value);
        if (reader->file->metadata_count < SAFETENSORS_MAX_METADATA)
            reader->file->metadata[reader->file->metadata_count++] = metadata;
    }
}

static bool malformed(const Reader *reader, Error *error) {
    return error_set(error, "%s: expected a valid JSON header, found a malformed one",
                     reader->path);
}

// Reads {"dtype": ..., "shape": ..., "data_offsets": ...}, whose keys may come in any order, and
// adds the tensor, whose bytes are those from offsets[0] to before offsets[1] of the data.
static bool read_tensor(Reader *reader, Tensor *tensor, Error *error) {
    const char *path = reader->path, *name = tensor->name;
    Safetensors *file = reader->file;
    size_t offsets[2];
    bool has_shape = false, has_offsets = false;
    expect(reader, '{');
    for (size_t i = 0; has_item(reader, i, '}'); i++) {
        char key[SAFETENSORS_NAME_SIZE];
        read_string(reader, key, sizeof key);
        expect(reader, ':');
        if (strcmp(key, "dtype") == 0) {
            read_string(reader, tensor->dtype, sizeof tensor->dtype);
        } else if (strcmp(key, "shape") == 0) {
            tensor->rank = read_sizes(reader, SAFETENSORS_MAX_RANK, tensor->shape);
            has_shape = true;
        } else if (strcmp(key, "data_offsets") == 0) {
            reader->is_malformed |= read_sizes(reader, 2, offsets) != 2;
            has_offsets = true;
        } else if (!reader->is_malformed) {
            return error_set(error,
                             "%s: tensor %s: expected dtype, shape and data_offsets, found %s",
                             path, name, key);
        }
    }
    if (reader->is_malformed)
        return malformed(reader, error);
    if (!has_shape || !has_offsets)
        return error_set(error, "%s: tensor %s: expected dtype, shape and data_offsets, found less",
                         path, name);
    const size_t size = tensor_size(tensor);
    if (file->tensor_count == SAFETENSORS_MAX_TENSORS)
        return error_set(error, "%s: expected at most %d tensors, found more", path,
                         SAFETENSORS_MAX_TENSORS);
    if (dtype_size(tensor->dtype) == 0)
        return error_set(error, "%s: tensor %s: expected a dtype of safetensors, found '%s'", path,
                         name, tensor->dtype);
    if (offsets[0] > offsets[1] || offsets[1] > reader->data_size)
        return error_set(error, "%s: tensor %s: expected offsets from 0 to %zu, found %zu to %zu",
                         path, name, reader->data_size, offsets[0], offsets[1]);
    if (offsets[1] - offsets[0] != size)
        return error_set(error, "%s: tensor %s: expected %zu bytes for its shape, found %zu", path,
                         name, size, offsets[1] - offsets[0]);
    tensor->bytes = reader->data + offsets[0];
    tensor->size = size;
    file->tensors[file->tensor_count++] = *tensor;
    return true;
}

// Each tensor must begin where those before it end, so that none overlap and no gap is left.
static bool check_adjacent(const Reader *reader, Error *error) {
    const Tensor *tensors = reader->file->tensors;
    for (size_t i = 0; i < reader->file->tensor_count; i++) {
        size_t before = 0;
        for (size_t j = 0; j < reader->file->tensor_count; j++) {
            if (tensors[j].bytes < tensors[i].bytes ||
                (j < i && tensors[j].bytes == tensors[i].bytes))
                before += tensors[j].size;
        }
        if (tensors[i].size > 0 && tensors[i].bytes != reader->data + before)
            return error_set(
                error,
                "%s: tensor %s: expected it at %zu, where the tensors before it end, found %td",
                reader->path, tensors[i].name, before, tensors[i].bytes - reader->data);
    }
    return true;
}

static bool read_header(Reader *reader, Error *error) {
    size_t total = 0; // bytes of the tensors
    expect(reader, '{');
    for (size_t i = 0; has_item(reader, i, '}'); i++) {
        Tensor tensor = {0};
        read_string(reader, tensor.name, sizeof tensor.name);
        expect(reader, ':');
        if (strcmp(tensor.name, KEY_METADATA) == 0)
            read_metadata(reader);
        else if (!read_tensor(reader, &tensor, error))
            return false;
        total += tensor.size;
    }
    skip_space(reader);
    if (reader->is_malformed || reader->next < reader->end)
        return malformed(reader, error);
    if (total != reader->data_size)
        return error_set(error, "%s: expected %zu bytes of tensors, found %zu", reader->path, total,
                         reader->data_size);
    return check_adjacent(reader, error);
}

static bool error_other_file(const char *path, const uint8_t *bytes, size_t size, Error *error) {
    char text[FILE_KIND_TEXT];
    const FileKind *kind = file_kind_find(bytes, size);
    const bool is_pytorch = kind && kind->group == FILE_KIND_PYTORCH;
    return error_set(error, "%s: expected a safetensors file, found %s%s", path,
                     file_kind_describe(bytes, size, text),
                     is_pytorch ? "; convert it for --load, in Python: import torch; from "
                                  "safetensors.torch import save_file; save_file(torch.load("
                                  "'model.pt', map_location='cpu'), 'model.safetensors')"
                                : "");
}

bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *file,
                       Error *error) {
    *file = (Safetensors){0};
    if (size < SIZE_BYTES)
        return error_set(error, "%s: expected a safetensors file, found only %zu bytes", path,
                         size);
    uint64_t header_size = 0;
    for (size_t i = 0; i < SIZE_BYTES; i++)
        header_size |= (uint64_t)bytes[i] << 8 * i;
    const uint8_t *header = bytes + SIZE_BYTES;
    size_t left = size - SIZE_BYTES;
    if (header_size > left && (left == 0 || header[0] != '{')) // no header starts there
        return error_other_file(path, bytes, size, error);
    if (header_size > left)
        return error_set(error,
                         "%s: expected a safetensors header of %" PRIu64 " bytes, found only %zu",
                         path, header_size, left);
    Reader reader = {.path = path,
                     .next = header,
                     .end = header + header_size,
                     .data = header + header_size,
                     .data_size = left - (size_t)header_size,
                     .file = file};
    return read_header(&reader, error);
}

bool safetensors_read(const char *path, Safetensors *file, Error *error) {
    uint8_t head[FILE_KIND_BYTES], *bytes = NULL;
    size_t size;
    *file = (Safetensors){0};
    GzipReader *reader = gzip_reader_open(path, error);
    if (!reader)
        return false;
    // A file of another kind may be larger than a model.
    const size_t head_size = gzip_reader_head(reader, head, sizeof head);
    bool is_valid =
        head_size > SIZE_BYTES && head[SIZE_BYTES] != '{'
            ? error_other_file(path, head, head_size, error)
            : gzip_reader_read_all(reader, SAFETENSORS_MAX_FILE_BYTES, &bytes, &size, error) &&
                  safetensors_parse(path, bytes, size, file, error);
    gzip_reader_close(reader);
    file->contents = bytes;
    if (!is_valid)
        safetensors_free(file);
    return is_valid;
}

void safetensors_free(Safetensors *file) {
    free(file->contents);
    *file = (Safetensors){0};
}

const Tensor *safetensors_find(const Safetensors *file, const char *name) {
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    }
    return NULL;
}

const char *safetensors_find_metadata(const Safetensors *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count; i++) {
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    }
    return NULL;
}

void safetensors_add(Safetensors *file, const char *name, const char *dtype, size_t rank,
                     const size_t *shape, const void *bytes) {
    Tensor *tensor = &file->tensors[file->tensor_count++];
    *tensor = (Tensor){.rank = rank, .bytes = bytes};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    snprintf(tensor->dtype, sizeof tensor->dtype, "%s", dtype);
    for (size_t i = 0; i < rank; i++)
        tensor->shape[i] = shape[i];
    tensor->size = tensor_size(tensor);
}

void safetensors_add_metadata(Safetensors *file, const char *key, const char *value) {
    Metadata *metadata = &file->metadata[file->metadata_count++];
    snprintf(metadata->key, sizeof metadata->key, "%s", key);
    snprintf(metadata->value, sizeof metadata->value, "%s", value);
}

// Writes the header in JSON, and spaces up to the next multiple of ALIGNMENT. Returns its size.
static size_t put_header(FILE *stream, const Safetensors *file) {
    size_t offset = 0;
    fputs("{\"" KEY_METADATA "\":{", stream);
    for (size_t i = 0; i < file->metadata_count; i++) {
        fputs(i > 0 ? "," : "", stream);
        text_put_json(stream, file->metadata[i].key);
        fputc(':', stream);
        text_put_json(stream, file->metadata[i].value);
    }
    fputc('}', stream);
    for (size_t i = 0; i < file->tensor_count; i++) {
        const Tensor *tensor = &file->tensors[i];
        fputc(',', stream);
        text_put_json(stream, tensor->name);
        fprintf(stream, ":{\"dtype\":\"%s\",\"shape\":[", tensor->dtype);
        for (size_t j = 0; j < tensor->rank; j++)
            fprintf(stream, "%s%zu", j > 0 ? "," : "", tensor->shape[j]);
        fprintf(stream, "],\"data_offsets\":[%zu,%zu]}", offset, offset + tensor->size);
        offset += tensor->size;
    }
    fputc('}', stream);
    size_t end = (size_t)ftell(stream);
    size_t padding = (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
    fprintf(stream, "%*s", (int)padding, "");
    return end + padding - SIZE_BYTES;
}

bool safetensors_encode(const Safetensors *file, uint8_t **bytes, size_t *size, Error *error) {
    char *text = NULL;
    size_t header_size = 0, expected_size = 0;
    *bytes = NULL;
    *size = 0;
    FILE *stream = open_memstream(&text, size);
    if (stream) {
        fprintf(stream, "%*s", SIZE_BYTES, ""); // filled in below
        header_size = put_header(stream, file);
        expected_size = SIZE_BYTES + header_size;
        for (size_t i = 0; i < file->tensor_count; i++) {
            fwrite(file->tensors[i].bytes, 1, file->tensors[i].size, stream);
            expected_size += file->tensors[i].size;
        }
    }
    // glibc reports a lack of memory here by a short file alone.
    if ((stream && fclose(stream) != 0) || !text || *size != expected_size) {
        free(text);
        return error_no_memory(error, "safetensors", expected_size);
    }
    for (size_t i = 0; i < SIZE_BYTES; i++)
        text[i] = (char)(header_size >> 8 * i);
    *bytes = (uint8_t *)text;
    return true;
}
