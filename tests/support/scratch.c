#define _DARWIN_C_SOURCE  // mkdtemp
#define _XOPEN_SOURCE 700 // nftw
#include "support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char directory[4096];

static void must(int holds, const char *what) {
    if (holds)
        return;
    perror(what);
    exit(99);
}

int scratch_create(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/mnist-train-test.XXXXXX",
             base && *base ? base : "/tmp");
    must(mkdtemp(directory) != NULL, directory);
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *position) {
    (void)status;
    (void)type;
    (void)position;
    return remove(path);
}

int scratch_remove(void **state) {
    (void)state;
    must(nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0, directory);
    return 0;
}

const char *scratch_path(const char *name) {
    static char paths[8][8192];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

void scratch_make_directory(const char *name) {
    char part[4096];
    snprintf(part, sizeof part, "%s", name);
    for (char *slash = part; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(scratch_path(part), 0777);
    }
    must(mkdir(scratch_path(name), 0777) == 0, name);
}

void scratch_write(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(scratch_path(name), "wb");
    must(file != NULL, name);
    must(fwrite(bytes, 1, size, file) == size, name);
    must(fclose(file) == 0, name);
}

void scratch_delete(const char *name) {
    must(remove(scratch_path(name)) == 0, name);
}

uint8_t *gzip_bytes(const void *bytes, size_t size, size_t *gzip_size) {
    z_stream stream = {0};
    enum { GZIP = 16 };
    must(deflateInit2(&stream, 6, Z_DEFLATED, GZIP + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
         "deflateInit2");
    size_t capacity = deflateBound(&stream, size);
    uint8_t *result = malloc(capacity);
    must(result != NULL, "malloc");
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = result;
    stream.avail_out = (uInt)capacity;
    must(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate");
    *gzip_size = capacity - stream.avail_out;
    deflateEnd(&stream);
    return result;
}

uint8_t *idx_bytes(uint8_t type, size_t rank, const uint32_t *shape, size_t *size) {
    size_t header = 4 + 4 * rank;
    size_t values = type == 0x0c ? 4 : 1;
    for (size_t i = 0; i < rank; i++)
        values *= shape[i];
    *size = header + values;
    uint8_t *bytes = calloc(1, *size);
    must(bytes != NULL, "calloc");
    bytes[2] = type;
    bytes[3] = (uint8_t)rank;
    for (size_t i = 0; i < rank; i++) {
        for (int j = 0; j < 4; j++)
            bytes[4 + 4 * i + (size_t)j] = (uint8_t)(shape[i] >> (24 - 8 * j));
    }
    return bytes;
}
