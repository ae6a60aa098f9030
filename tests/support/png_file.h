// PNG files for tests of the decoder, chunk by chunk: valid ones and damaged ones.
#ifndef MNIST_TRAIN_TESTS_PNG_FILE_H
#define MNIST_TRAIN_TESTS_PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t bytes[1 << 14];
    size_t size;
} PngFile;

// Each function adds to the file, which starts as {0}; a file that grows too large fails the test.

void png_file_add_signature(PngFile *file);

// With its length and its CRC. `type`: four letters.
void png_file_add_chunk(PngFile *file, const char *type, const void *data, size_t size);

// The signature and IHDR.
void png_file_begin(PngFile *file, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour,
                    uint8_t interlace);

// One IDAT chunk with the compressed bytes: rows with their filter types.
void png_file_add_rows(PngFile *file, const void *rows, size_t size);

// IEND.
void png_file_end(PngFile *file);

// Writes the CRCs that fit the contents of the chunks again, as far as the chunks are whole.
void png_file_repair(PngFile *file);

#endif
