// Signals that end a run after the current batch.
#ifndef MNIST_TRAIN_CLI_SIGNALS_H
#define MNIST_TRAIN_CLI_SIGNALS_H

// Catches the first SIGINT, SIGTERM or SIGHUP; a second one has its default effect. SIGHUP stays
// ignored where it was (nohup).
void signals_catch(void);

// The number of the signal that was caught, or 0.
int signals_pending(void);

#endif
