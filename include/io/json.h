// JSON (RFC 8259), read piece by piece and written value by value.
#ifndef MNIST_TRAIN_IO_JSON_H
#define MNIST_TRAIN_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *next;
    const uint8_t *end;
} Json;

// Each reads one piece behind white space. False: something else is there; nothing more is to be
// read then.

// Takes the character, if it is next: one of {}[]:,
bool json_accept(Json *json, char character);

// A string as UTF-8, ended by a zero. One that has no room in `size` bytes, or a zero in it, is
// cut there.
bool json_string(Json *json, char *text, size_t size);

// A number without sign, fraction and exponent.
bool json_uint(Json *json, uint64_t *number);

// Nothing but white space up to the end.
bool json_at_end(Json *json);

// The bytes of the text's first character in UTF-8 (of a zero-ended text); 0 when it is none.
size_t json_utf8_length(const uint8_t *text);

// Writes the text as a string with its quotes, at most `size` bytes with the zero at the end; bytes
// that are no UTF-8 become U+FFFD. Returns the bytes that it takes without the zero, as snprintf.
size_t json_write_string(char *json, size_t size, const char *text);

#endif
