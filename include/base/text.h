// Text that may come from anywhere: UTF-8 (RFC 3629), and what is printable of it.
#ifndef MNIST_TRAIN_BASE_TEXT_H
#define MNIST_TRAIN_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

// As vsnprintf, but control characters and bytes that are not UTF-8 become '?' (utf8_is_control),
// so that no argument can control a terminal. A format with %s or %c may contain control characters
// before its first and after its last conversion. A text that is too long is cut after a complete
// character.
#if defined(__GNUC__)
__attribute__((format(printf, 3, 0)))
#endif
void text_format(char *text, size_t size, const char *format, va_list arguments);

// Writes the text as a JSON string in quotes. Control characters are escaped; invalid UTF-8 becomes
// U+FFFD.
void text_put_json(FILE *file, const char *text);

#endif
