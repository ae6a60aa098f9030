// UTF-8 (RFC 3629).
#ifndef MNIST_TRAIN_BASE_UTF8_H
#define MNIST_TRAIN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Returns the number of bytes of the first character of a zero-terminated text, 0 if it is invalid.
// The final zero is a character of one byte.
size_t utf8_length(const uint8_t *text);

// Returns the code of the first character, which is valid.
uint32_t utf8_code_point(const uint8_t *text);

// Returns whether the first character of a text changes how a terminal or a page shows what
// follows: a control character (U+0000 to U+001F, U+007F to U+009F), a separator of lines or
// paragraphs (U+2028, U+2029), or a control of the writing direction (Unicode's Bidi_Control).
// False if the character is invalid.
bool utf8_is_control(const uint8_t *text);

#endif
