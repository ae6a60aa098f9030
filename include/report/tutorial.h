// The tutorial: its address, and the results of its own run, as recorded in it: PyTorch 1.2, no
// seed set.
#ifndef MNIST_TRAIN_REPORT_TUTORIAL_H
#define MNIST_TRAIN_REPORT_TUTORIAL_H

extern const char tutorial_name[];
extern const char tutorial_address[];

enum { TUTORIAL_EPOCHS = 5 };

// Comparable with metrics_tutorial_loss and metrics_tutorial_accuracy.
extern const double tutorial_losses[TUTORIAL_EPOCHS];
extern const double tutorial_accuracies[TUTORIAL_EPOCHS]; // percent, of the training images
extern const double tutorial_test_accuracy;               // percent

#endif
