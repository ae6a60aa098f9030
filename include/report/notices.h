// Short messages of the commands that inspect and predict.
#ifndef MNIST_TRAIN_REPORT_NOTICES_H
#define MNIST_TRAIN_REPORT_NOTICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// On stderr: the strokes of the image are dark, so it was inverted.
void notice_inverted(const char *path);

// On stdout, after the image that --show draws.
void notice_shown_image(size_t index, uint8_t label);

// On stderr: a reproducible run is slow, if the processor has no fused multiply-add.
void notice_reproducible(bool has_fma);

// On stderr: the checkpoint is from a run with another kernel of the BLAS library.
void notice_other_kernel(const char *checkpoint, const char *old_kernel, const char *kernel);

#endif
