// usage: floor FILE.gz...
// What the libraries can do on this machine. Prints JSON: the rate of a large sgemm on all
// processors and how many of them were busy, and the seconds of zlib's inflate for the files, in
// steps of 50 KB.
#include CBLAS_HEADER // set by the Makefile
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

enum { SIZE = 1024, WARM_UP = 5, PRODUCTS = 20, STEP = 50 * 1024, MAX_COMPRESSED = 16 << 20 };

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Sets the seconds of the best product, and of all processors in it.
static void measure_product(double *seconds, double *processor_seconds) {
    static float a[SIZE * SIZE], b[SIZE * SIZE], c[SIZE * SIZE];
    for (int i = 0; i < SIZE * SIZE; i++) {
        a[i] = (float)(i % 7) - 3.0F;
        b[i] = (float)(i % 5) - 2.0F;
    }
    *seconds = 1e9;
    for (int i = 0; i < WARM_UP + PRODUCTS; i++) {
        double wall = seconds_of(CLOCK_MONOTONIC);
        double processors = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1.0F, a, SIZE, b,
                    SIZE, 0.0F, c, SIZE);
        wall = seconds_of(CLOCK_MONOTONIC) - wall;
        processors = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processors;
        if (i >= WARM_UP && wall < *seconds) {
            *seconds = wall;
            *processor_seconds = processors;
        }
    }
}

// The seconds of the inflation alone; negative if the file is not one member of gzip.
static double inflate_file(const char *path) {
    static unsigned char compressed[MAX_COMPRESSED], step[STEP];
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1.0;
    z_stream stream = {.next_in = compressed,
                       .avail_in = (unsigned)fread(compressed, 1, MAX_COMPRESSED, file)};
    fclose(file);
    double begun = seconds_of(CLOCK_MONOTONIC);
    int status = inflateInit2(&stream, 15 + 16); // 16: gzip's header and checksum
    while (status == Z_OK) {
        stream.next_out = step;
        stream.avail_out = STEP;
        status = inflate(&stream, Z_NO_FLUSH);
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END ? seconds_of(CLOCK_MONOTONIC) - begun : -1.0;
}

int main(int argc, char **argv) {
    double product, processors = 0.0, inflation = 0.0;
    for (int i = 1; i < argc; i++) {
        double seconds = inflate_file(argv[i]);
        if (seconds < 0.0) {
            fprintf(stderr, "floor: %s: expected a .gz file, found none\n", argv[i]);
            return 1;
        }
        inflation += seconds;
    }
    measure_product(&product, &processors);
    printf("{\"gflops\": %.1f, \"processors_busy\": %.2f, \"inflate\": %.6f}\n",
           2e-9 * SIZE * SIZE * SIZE / product, processors / product, inflation);
    return 0;
}
