// JSON (RFC 8259): a reader that takes one token at a time, and an encoder for strings.
#ifndef MNIST_TRAIN_IO_JSON_H
#define MNIST_TRAIN_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The text that is left to read.
typedef struct {
    const uint8_t *next;
    const uint8_t *end;
} Json;

// Each of the next four functions skips white space and then reads one token. It returns false if
// the next token is of another kind or malformed. After a failure of json_string or json_uint the
// position in the text is undefined.

// Reads one character of JSON's syntax, such as '{'. Reads only white space if another one is next.
bool json_accept(Json *json, char character);

// Reads a string into `text` as UTF-8 with a final zero. A string longer than size - 1 bytes is
// truncated between characters. C code sees a string with U+0000 end there.
bool json_string(Json *json, char *text, size_t size);

// Reads an integer without sign, fraction and exponent.
bool json_uint(Json *json, uint64_t *number);

// Returns whether only white space is left.
bool json_at_end(Json *json);

// Encodes the text as a string in quotes. Control characters (utf8.h) are escaped; invalid UTF-8
// becomes U+FFFD. Writes at most `size` bytes, the final zero included. As snprintf, returns the
// length of the whole string without the zero.
size_t json_write_string(char *json, size_t size, const char *text);

#endif
