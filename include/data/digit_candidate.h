// A candidate for the digit in a picture: the strokes that remain after the background is removed
// with one size of window, and the digit among them.
#ifndef MNIST_TRAIN_DATA_DIGIT_CANDIDATE_H
#define MNIST_TRAIN_DATA_DIGIT_CANDIDATE_H

#include "base/error.h"
#include "data/digit_cluster.h"
#include "data/ruled_lines.h"
#include "data/threshold.h"
#include "io/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    GrayImage grey;     // dark strokes on light
    GrayImage contrast; // after digit_candidate_isolate: of the digit alone
    Threshold threshold;
    uint8_t *mask; // (height, width): 1 for strokes
    Components components;
    ComponentRole *roles; // (components.count)
    DigitCluster cluster;
    RuledLines lines;
} DigitCandidate;

// Looks for dark strokes in an image. `window` is that of background_remove; 0 means a flat
// background of the grey level `level`. *candidate must be zeroed; the caller calls
// digit_candidate_free even after an error. Sets *is_found to false if there are only specks.
// Returns false and sets *error if memory is short.
bool digit_candidate_find(const GrayImage *image, size_t window, unsigned level,
                          DigitCandidate *candidate, bool *is_found, Error *error);

// Returns a score of at least 0, which is higher for a more likely digit: one with sharp edges and
// thin strokes, large, away from the border, and with few other marks in the picture.
double digit_candidate_score(const DigitCandidate *candidate);

// Reduces the contrast to that of the digit and of its edges, with a mean of 255 in the strokes.
// Returns the share of the digit's box that is stroke.
double digit_candidate_isolate(DigitCandidate *candidate);

void digit_candidate_free(DigitCandidate *candidate); // a zeroed one is allowed

#endif
