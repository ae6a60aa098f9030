// Text for people: formats that belong to the program, and arguments that may come from anywhere.
#ifndef MNIST_TRAIN_BASE_MESSAGE_H
#define MNIST_TRAIN_BASE_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

// Writes at most `size` bytes, the final zero included, as vsnprintf. Two differences:
// - In the arguments of %s and %c, control characters and bytes that are not UTF-8 become '?'
//   (utf8.h). The format is kept as it is, and may contain control sequences.
// - If the text is too long, strings of more than size / 4 bytes are shortened to that length:
// "..."
//   replaces their middle. If the text is still too long, it is cut after a complete character.
// Conversions: d i u x e f g c s and %%, with flags, width, precision and the lengths hh h l ll z.
#if defined(__GNUC__)
__attribute__((format(printf, 3, 0)))
#endif
void message_format(char *text, size_t size, const char *format, va_list arguments);

#endif
