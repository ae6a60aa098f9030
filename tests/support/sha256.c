#include "support/sha256.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sha256_of_bytes(const uint8_t *bytes, size_t size, char text[SHA256_TEXT]) {
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    if (!EVP_Digest(bytes, size, digest, &digest_size, EVP_sha256(), NULL))
        abort();
    for (unsigned i = 0; i < digest_size; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void sha256_of_words(const uint32_t *words, size_t count, char text[SHA256_TEXT]) {
    uint8_t *bytes = malloc(4 * count + 1);
    if (!bytes)
        abort();
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> (8 * (i % 4)));
    sha256_of_bytes(bytes, 4 * count, text);
    free(bytes);
}

void sha256_of_floats(const float *values, size_t count, char text[SHA256_TEXT]) {
    uint32_t *words = malloc(sizeof *words * count + 1);
    if (!words)
        abort();
    memcpy(words, values, sizeof *words * count);
    sha256_of_words(words, count, text);
    free(words);
}
