// A candidate for the digit in a picture: the strokes that one window of the background shows, and
// the digit among them.
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
    GrayImage contrast; // at last only that of the digit
    Threshold threshold;
    uint8_t *mask; // (height, width): 1 for strokes
    Components components;
    ComponentRole *roles; // (components.count)
    DigitCluster cluster;
    RuledLines lines;
} DigitCandidate;

// Looks for dark strokes in an image. `window`: of background_remove, or 0 for a flat background of
// this level. *is_found is false if there are only specks. The caller calls digit_candidate_free in
// every case. Returns false and sets *error if memory is short.
bool digit_candidate_find(const GrayImage *image, size_t window, unsigned level,
                          DigitCandidate *candidate, bool *is_found, Error *error);

// Returns how likely the candidate is the digit, from 0. It has sharp edges, is large but thin, is
// within the picture, and there is little else.
double digit_candidate_score(const DigitCandidate *candidate);

// Reduces the contrast to that of the digit and of its edges, with a mean of 255 in the strokes.
// Returns the share of the digit's box that is stroke.
double digit_candidate_isolate(DigitCandidate *candidate);

void digit_candidate_free(DigitCandidate *candidate); // a zeroed one is allowed

#endif
