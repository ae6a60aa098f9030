#include "io/safetensors.h"

#include "base/error.h"
#include "base/text.h"
#include "io/file_kind.h"
#include "io/gzip_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// The header's size comes first; the tensors' bytes start at a multiple of ALIGNMENT.
enum { SIZE_BYTES = 8, ALIGNMENT = 8 };

#define KEY_METADATA "__metadata__"

static const struct {
    const char *name;
    size_t size; // bytes of a value
} dtypes[] = {{"F64", 8}, {"F32", 4}, {"F16", 2},  {"BF16", 2},    {"I64", 8},
              {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
              {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}};

// Returns 0 for an unknown dtype.
static size_t dtype_size(const char *name) {
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        if (strcmp(dtypes[i].name, name) == 0)
            return dtypes[i].size;
    }
    return 0;
}

// JSON (RFC 8259): the text that is left to read. Each of the functions that read a token skips
// white space first, and returns false if the token is of another kind or malformed. The position
// is then undefined, except after json_accept.
typedef struct {
    const uint8_t *next;
    const uint8_t *end;
} Json;

static void skip_space(Json *json) {
    while (json->next < json->end && *json->next && strchr(" \t\n\r", *json->next))
        json->next++;
}

// Reads one character of JSON's syntax, such as '{'. Reads only white space if another one is next.
static bool json_accept(Json *json, char character) {
    skip_space(json);
    if (json->next == json->end || *json->next != (uint8_t)character)
        return false;
    json->next++;
    return true;
}

// Reads an integer without sign, fraction and exponent.
static bool json_size(Json *json, size_t *number) {
    skip_space(json);
    const uint8_t *first = json->next;
    *number = 0;
    for (; json->next < json->end && *json->next >= '0' && *json->next <= '9'; json->next++) {
        size_t digit = *json->next - (size_t)'0';
        if (*number > (SIZE_MAX - digit) / 10)
            return false;
        *number = 10 * *number + digit;
    }
    size_t digits = (size_t)(json->next - first);
    return digits > 0 && (digits == 1 || *first != '0');
}

// Reads the four digits after \u.
static bool read_hex(Json *json, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++, json->next++) {
        uint8_t c = json->next < json->end ? *json->next : 0;
        uint32_t letter = (c | 0x20U) - 'a';
        if (c >= '0' && c <= '9')
            *code = *code << 4 | (c - (uint32_t)'0');
        else if (letter < 6)
            *code = *code << 4 | (letter + 10);
        else
            return false;
    }
    return true;
}

// Reads the digits after \u. A surrogate pair is one code point; an unpaired surrogate is U+FFFD.
static bool read_code_point(Json *json, uint32_t *code) {
    if (!read_hex(json, code))
        return false;
    if (*code < 0xd800 || *code > 0xdfff)
        return true;
    Json second = {json->next + 2, json->end};
    uint32_t low = 0;
    bool is_high = *code < 0xdc00;
    bool has_second = is_high && json->end - json->next >= 2 && memcmp(json->next, "\\u", 2) == 0;
    if (has_second && !read_hex(&second, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff) {
        *code = 0xfffd;
        return true;
    }
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    json->next = second.next;
    return true;
}

static size_t encode_utf8(uint32_t code, char *bytes) {
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = count; --i > 0; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[count] | code);
    return count;
}

// Reads one byte of a string or one escape sequence, as UTF-8. Returns the number of bytes, 0 if it
// is invalid.
static size_t read_character(Json *json, char *bytes) {
    static const char escapes[] = "\"\\/bfnrt";
    static const char characters[] = "\"\\/\b\f\n\r\t";
    uint8_t c = *json->next++;
    bytes[0] = (char)c;
    if (c < 0x20)
        return 0;
    if (c != '\\')
        return 1;
    if (json->next == json->end)
        return 0;
    c = *json->next++;
    uint32_t code;
    if (c == 'u')
        return read_code_point(json, &code) ? encode_utf8(code, bytes) : 0;
    const char *escape = c ? strchr(escapes, c) : NULL;
    if (!escape)
        return 0;
    bytes[0] = characters[escape - escapes];
    return 1;
}

// Reads a string into `text` as UTF-8 with a final zero. A string longer than size - 1 bytes is cut
// after a complete character. A string with U+0000 ends there.
static bool json_string(Json *json, char *text, size_t size) {
    size_t used = 0;
    bool is_full = false;
    if (!json_accept(json, '"'))
        return false;
    while (json->next < json->end && *json->next != '"') {
        char bytes[4];
        size_t count = read_character(json, bytes);
        if (count == 0)
            return false;
        if (!is_full && used + count >= size) {
            is_full = true;
            utf8_cut(text, used);
        } else if (!is_full) {
            memcpy(text + used, bytes, count);
            used += count;
        }
    }
    if (!is_full)
        text[used] = '\0';
    return json_accept(json, '"');
}

static bool parse_metadata(Json *json, Safetensors *file) {
    if (!json_accept(json, '{'))
        return false;
    if (json_accept(json, '}'))
        return true;
    do {
        Metadata metadata = {0};
        if (!json_string(json, metadata.key, sizeof metadata.key) || !json_accept(json, ':') ||
            !json_string(json, metadata.value, sizeof metadata.value))
            return false;
        if (file->metadata_count < SAFETENSORS_MAX_METADATA)
            file->metadata[file->metadata_count++] = metadata;
    } while (json_accept(json, ','));
    return json_accept(json, '}');
}

// Parses "[a, b, ...]" with at most `max` numbers.
static bool parse_numbers(Json *json, size_t max, size_t *numbers, size_t *count) {
    *count = 0;
    if (!json_accept(json, '['))
        return false;
    if (json_accept(json, ']'))
        return true;
    do {
        if (*count == max || !json_size(json, &numbers[(*count)++]))
            return false;
    } while (json_accept(json, ','));
    return json_accept(json, ']');
}

// Parses {"dtype": ..., "shape": ..., "data_offsets": ...}; the keys may come in any order.
static bool parse_tensor(Json *json, Tensor *tensor, size_t offsets[2]) {
    enum { DTYPE = 1, SHAPE = 2, OFFSETS = 4 };
    int seen = 0;
    if (!json_accept(json, '{'))
        return false;
    do {
        char key[SAFETENSORS_NAME_SIZE];
        size_t count;
        int field = 0;
        if (!json_string(json, key, sizeof key) || !json_accept(json, ':'))
            return false;
        if (strcmp(key, "dtype") == 0 && json_string(json, tensor->dtype, sizeof tensor->dtype))
            field = DTYPE;
        else if (strcmp(key, "shape") == 0 &&
                 parse_numbers(json, SAFETENSORS_MAX_RANK, tensor->shape, &tensor->rank))
            field = SHAPE;
        else if (strcmp(key, "data_offsets") == 0 && parse_numbers(json, 2, offsets, &count) &&
                 count == 2)
            field = OFFSETS;
        if (field == 0 || seen & field)
            return false;
        seen |= field;
    } while (json_accept(json, ','));
    return json_accept(json, '}') && seen == (DTYPE | SHAPE | OFFSETS);
}

typedef struct {
    const char *path;
    Json json;
    const uint8_t *data; // the tensors' bytes: the part of the file after the header
    size_t data_size;
    Safetensors *file;
} Parser;

// Adds the tensor, whose bytes are those from offsets[0] to before offsets[1] of the data.
static bool add_tensor(const Parser *parser, Tensor *tensor, const size_t offsets[2],
                       Error *error) {
    const char *path = parser->path, *name = tensor->name;
    Safetensors *file = parser->file;
    if (safetensors_find(file, name))
        return error_set(error, "%s: expected each tensor once, found %s twice", path, name);
    if (file->tensor_count == SAFETENSORS_MAX_TENSORS)
        return error_set(error, "%s: expected at most %d tensors, found more", path,
                         SAFETENSORS_MAX_TENSORS);
    size_t size = dtype_size(tensor->dtype);
    if (size == 0)
        return error_set(error, "%s: tensor %s: expected a dtype of safetensors, found '%s'", path,
                         name, tensor->dtype);
    for (size_t i = 0; i < tensor->rank; i++) {
        if (tensor->shape[i] > 0 && size > SIZE_MAX / tensor->shape[i])
            return error_set(
                error, "%s: tensor %s: expected a shape that fits the file, found a larger one",
                path, name);
        size *= tensor->shape[i];
    }
    if (offsets[0] > offsets[1] || offsets[1] > parser->data_size)
        return error_set(error, "%s: tensor %s: expected offsets from 0 to %zu, found %zu to %zu",
                         path, name, parser->data_size, offsets[0], offsets[1]);
    if (offsets[1] - offsets[0] != size)
        return error_set(error, "%s: tensor %s: expected %zu bytes for its shape, found %zu", path,
                         name, size, offsets[1] - offsets[0]);
    tensor->bytes = parser->data + offsets[0];
    tensor->size = size;
    file->tensors[file->tensor_count++] = *tensor;
    return true;
}

static bool malformed(const Parser *parser, Error *error) {
    return error_set(error, "%s: expected a valid JSON header, found a malformed one",
                     parser->path);
}

static bool parse_entry(Parser *parser, Error *error) {
    Json *json = &parser->json;
    Tensor tensor = {0};
    size_t offsets[2];
    if (!json_string(json, tensor.name, sizeof tensor.name) || !json_accept(json, ':'))
        return malformed(parser, error);
    if (strcmp(tensor.name, KEY_METADATA) == 0)
        return parse_metadata(json, parser->file) ||
               error_set(error, "%s: header: __metadata__: expected pairs of strings, found others",
                         parser->path);
    if (!parse_tensor(json, &tensor, offsets))
        return error_set(error,
                         "%s: header: %s: expected dtype, shape and data_offsets, found others",
                         parser->path, tensor.name);
    return add_tensor(parser, &tensor, offsets, error);
}

static bool parse_header(Parser *parser, Error *error) {
    Json *json = &parser->json;
    if (!json_accept(json, '{'))
        return error_set(error, "%s: expected a JSON object as header, found something else",
                         parser->path);
    if (!json_accept(json, '}')) {
        do {
            if (!parse_entry(parser, error))
                return false;
        } while (json_accept(json, ','));
        if (!json_accept(json, '}'))
            return malformed(parser, error);
    }
    skip_space(json);
    return json->next == json->end || malformed(parser, error);
}

// Every byte must belong to exactly one tensor: the tensors form a chain from the first to the last
// byte.
static bool check_layout(const Parser *parser, Error *error) {
    const Safetensors *file = parser->file;
    size_t total = 0, end = 0;
    for (size_t i = 0; i < file->tensor_count; i++)
        total += file->tensors[i].size;
    for (size_t links = 0; links < file->tensor_count && end < parser->data_size; links++) {
        const Tensor *next = NULL; // begins where the one before it ends
        for (size_t i = 0; i < file->tensor_count && !next; i++) {
            if (file->tensors[i].size > 0 && file->tensors[i].bytes == parser->data + end)
                next = &file->tensors[i];
        }
        end += next ? next->size : 0;
    }
    return (end == parser->data_size && total == parser->data_size) ||
           error_set(error, "%s: expected adjacent tensors up to the end, found them %s",
                     parser->path, total > parser->data_size ? "overlapping" : "with gaps");
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

static uint64_t read_header_size(const uint8_t bytes[SIZE_BYTES]) {
    uint64_t size = 0;
    for (size_t i = 0; i < SIZE_BYTES; i++)
        size |= (uint64_t)bytes[i] << 8 * i;
    return size;
}

bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *file,
                       Error *error) {
    *file = (Safetensors){0};
    if (size < SIZE_BYTES)
        return error_set(error, "%s: expected a safetensors file, found only %zu bytes", path,
                         size);
    const uint64_t header_size = read_header_size(bytes);
    const uint8_t *header = bytes + SIZE_BYTES;
    size_t left = size - SIZE_BYTES;
    if (header_size > left && (left == 0 || header[0] != '{')) // no header starts there
        return error_other_file(path, bytes, size, error);
    if (header_size > left)
        return error_set(error,
                         "%s: expected a safetensors header of %" PRIu64 " bytes, found only %zu",
                         path, header_size, left);
    Parser parser = {.path = path,
                     .json = {header, header + header_size},
                     .data = header + header_size,
                     .data_size = left - (size_t)header_size,
                     .file = file};
    return parse_header(&parser, error) && check_layout(&parser, error);
}

// Sets the error of a file of `size` bytes, too many: the name of its first tensor, or what else it
// is. The parser needs no more of it than the header.
static bool error_large_file(const char *path, size_t size, Safetensors *file, Error *error) {
    uint8_t *bytes = memory_alloc(SAFETENSORS_MAX_FILE_BYTES, 1, path, error);
    GzipReader *reader = bytes ? gzip_reader_open(path, error) : NULL;
    size_t got;
    if (reader && gzip_reader_read(reader, bytes, SAFETENSORS_MAX_FILE_BYTES, &got, error)) {
        if (got <= SIZE_BYTES || bytes[SIZE_BYTES] != '{' ||
            read_header_size(bytes) > got - SIZE_BYTES)
            error_other_file(path, bytes, got, error);
        else if (safetensors_parse(path, bytes, size, file, error) || file->tensor_count > 0)
            error_set(error,
                      "%s: expected at most %d bytes, found a safetensors file of %zu, whose "
                      "first tensor is %s",
                      path, SAFETENSORS_MAX_FILE_BYTES, size, file->tensors[0].name);
    }
    gzip_reader_close(reader);
    free(bytes);
    *file = (Safetensors){0};
    return false;
}

bool safetensors_read(const char *path, Safetensors *file, Error *error) {
    uint8_t *bytes;
    size_t size;
    struct stat status;
    *file = (Safetensors){0};
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > SAFETENSORS_MAX_FILE_BYTES)
        return error_large_file(path, (size_t)status.st_size, file, error);
    if (!gzip_reader_read_file(path, SAFETENSORS_MAX_FILE_BYTES, &bytes, &size, error))
        return false;
    bool is_valid = safetensors_parse(path, bytes, size, file, error);
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
    for (size_t i = 0; i < file->tensor_count && i < SAFETENSORS_MAX_TENSORS; i++) {
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    }
    return NULL;
}

const char *safetensors_find_metadata(const Safetensors *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count && i < SAFETENSORS_MAX_METADATA; i++) {
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    }
    return NULL;
}

void safetensors_add(Safetensors *file, const char *name, const char *dtype, size_t rank,
                     const size_t *shape, const void *bytes, size_t size) {
    if (rank > SAFETENSORS_MAX_RANK)
        file->tensor_count = SAFETENSORS_MAX_TENSORS; // safetensors_encode then fails
    size_t index = file->tensor_count++;
    if (index >= SAFETENSORS_MAX_TENSORS)
        return;
    Tensor *tensor = &file->tensors[index];
    *tensor = (Tensor){.rank = rank, .bytes = bytes, .size = size};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    snprintf(tensor->dtype, sizeof tensor->dtype, "%s", dtype);
    for (size_t i = 0; i < rank; i++)
        tensor->shape[i] = shape[i];
}

void safetensors_add_metadata(Safetensors *file, const char *key, const char *value) {
    size_t index = file->metadata_count++;
    if (index >= SAFETENSORS_MAX_METADATA)
        return;
    Metadata *metadata = &file->metadata[index];
    snprintf(metadata->key, sizeof metadata->key, "%s", key);
    snprintf(metadata->value, sizeof metadata->value, "%s", value);
}

static void put_metadata(FILE *header, const Safetensors *file) {
    fputs("\"" KEY_METADATA "\":{", header);
    for (size_t i = 0; i < file->metadata_count; i++) {
        fputs(i > 0 ? "," : "", header);
        text_put_json(header, file->metadata[i].key);
        fputc(':', header);
        text_put_json(header, file->metadata[i].value);
    }
    fputc('}', header);
}

static void put_tensor(FILE *header, const Tensor *tensor, size_t offset) {
    fputc(',', header);
    text_put_json(header, tensor->name);
    fputs(":{\"dtype\":", header);
    text_put_json(header, tensor->dtype);
    fputs(",\"shape\":[", header);
    for (size_t i = 0; i < tensor->rank; i++)
        fprintf(header, "%s%zu", i > 0 ? "," : "", tensor->shape[i]);
    fprintf(header, "],\"data_offsets\":[%zu,%zu]}", offset, offset + tensor->size);
}

// Writes the whole file; the header's size is still to be filled in. Returns that size.
static size_t put_file(FILE *stream, const Safetensors *file, size_t *file_size) {
    size_t offset = 0;
    fprintf(stream, "%*s{", SIZE_BYTES, "");
    put_metadata(stream, file);
    for (size_t i = 0; i < file->tensor_count; i++) {
        put_tensor(stream, &file->tensors[i], offset);
        offset += file->tensors[i].size;
    }
    fputc('}', stream);
    size_t end = (size_t)ftell(stream);
    size_t padding = (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
    fprintf(stream, "%*s", (int)padding, "");
    size_t header_size = end + padding - SIZE_BYTES;
    for (size_t i = 0; i < file->tensor_count; i++)
        fwrite(file->tensors[i].bytes, 1, file->tensors[i].size, stream);
    *file_size = SIZE_BYTES + header_size + offset;
    return header_size;
}

bool safetensors_encode(const Safetensors *file, uint8_t **bytes, size_t *size, Error *error) {
    char *text = NULL;
    *bytes = NULL;
    *size = 0;
    if (file->tensor_count > SAFETENSORS_MAX_TENSORS ||
        file->metadata_count > SAFETENSORS_MAX_METADATA)
        return error_set(error,
                         "safetensors: expected at most %d tensors of %d dimensions and %d pairs "
                         "of metadata, found more",
                         SAFETENSORS_MAX_TENSORS, SAFETENSORS_MAX_RANK, SAFETENSORS_MAX_METADATA);
    size_t expected_size = 0;
    FILE *stream = open_memstream(&text, size);
    size_t header_size = stream ? put_file(stream, file, &expected_size) : 0;
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
