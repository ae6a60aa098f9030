// usage: replay FILE...
// Runs a target once per file, without libFuzzer.
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static int replay(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t size = 0;
    size_t got = 0;
    if (!file) {
        perror(path);
        return 1;
    }
    do {
        size += got;
        bytes = realloc(bytes, size + 4096);
        CHECK(bytes);
        got = fread(bytes + size, 1, 4096, file);
    } while (got > 0);
    fclose(file);
    // Memory of exactly this size, so that a sanitizer notices a read beyond it.
    bytes = realloc(bytes, size > 0 ? size : 1);
    CHECK(bytes);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return 0;
}

int main(int argc, char **argv) {
    int unread = 0;
    for (int i = 1; i < argc; i++) {
        fprintf(stderr, "%s\n", argv[i]); // after a crash the last line names the input
        unread |= replay(argv[i]);
    }
    printf("%d\n", argc - 1);
    return unread;
}
