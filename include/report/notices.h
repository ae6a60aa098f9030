// Short messages of the commands that inspect and predict.
#ifndef MNIST_TRAIN_REPORT_NOTICES_H
#define MNIST_TRAIN_REPORT_NOTICES_H

#include <stddef.h>
#include <stdint.h>

// On stderr: the strokes of the image are dark, so it was inverted.
void notice_inverted(const char *path);

// On stdout, after the image that --show draws.
void notice_shown_image(size_t index, uint8_t label);

#endif
