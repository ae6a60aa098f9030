// SHA-256 in hexadecimal, of bytes or of numbers as little-endian bytes. The golden files identify
// tensors by it.
#ifndef MNIST_TRAIN_TESTS_SHA256_H
#define MNIST_TRAIN_TESTS_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_TEXT = 65 }; // bytes of the text, with its zero

void sha256_of_bytes(const uint8_t *bytes, size_t size, char text[SHA256_TEXT]);
void sha256_of_words(const uint32_t *words, size_t count, char text[SHA256_TEXT]);
void sha256_of_floats(const float *values, size_t count, char text[SHA256_TEXT]);

#endif
