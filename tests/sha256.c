#include "sha256.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sha256_of_words(const uint32_t *words, size_t count, char text[SHA256_TEXT]) {
    uint8_t *bytes = malloc(4 * count + 1);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!bytes)
        abort();
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> (8 * (i % 4)));
    if (!EVP_Digest(bytes, 4 * count, digest, &size, EVP_sha256(), NULL))
        abort();
    free(bytes);
    for (unsigned i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void sha256_of_floats(const float *values, size_t count, char text[SHA256_TEXT]) {
    uint32_t *words = malloc(sizeof *words * count + 1);
    if (!words)
        abort();
    memcpy(words, values, sizeof *words * count);
    sha256_of_words(words, count, text);
    free(words);
}
