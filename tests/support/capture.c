#include "support/capture.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int redirected; // the descriptor
static int saved;      // its duplicate
static int source;     // a file
static char text[1 << 16];

static void must(bool holds, const char *what) {
    if (holds)
        return;
    perror(what);
    exit(99);
}

void capture_begin(int descriptor) {
    FILE *file = tmpfile();
    must(file != NULL, "tmpfile");
    source = dup(fileno(file));
    must(source >= 0, "dup");
    fclose(file);
    fflush(stdout);
    redirected = descriptor;
    saved = dup(descriptor);
    must(saved >= 0 && dup2(source, descriptor) >= 0, "dup2");
}

const char *capture_end(void) {
    fflush(stdout);
    must(lseek(source, 0, SEEK_SET) == 0, "lseek");
    size_t used = 0;
    for (ssize_t got;
         used < sizeof text - 1 && (got = read(source, text + used, sizeof text - 1 - used)) > 0;)
        used += (size_t)got;
    text[used] = '\0';
    must(dup2(saved, redirected) >= 0, "dup2");
    close(saved);
    close(source);
    return text;
}
