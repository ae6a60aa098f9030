#include "cli/option_table.h"

#include "cli/options.h"

#define PLACE(member) offsetof(Options, member)

const Option option_table[] = {
    {"epochs", NULL, 'e', OPTION_UINT, PLACE(epochs), "N", "5", 0, 1000000,
     "training epochs; 0: only the test", "Training:"},
    {"batch", "batch-size", 'b', OPTION_UINT, PLACE(batch), "N", "32", 1, 65536,
     "images in a training step", NULL},
    {"lr", NULL, 0, OPTION_POSITIVE, PLACE(learning_rate), "X", "0.001", 0, 0,
     "Adam's learning rate", NULL},
    {"seed", NULL, 0, OPTION_UINT, PLACE(seed), "N", "0", 0, UINT64_MAX,
     "what torch.manual_seed would be given", NULL},
    {"loss", NULL, 0, OPTION_CHOICE, PLACE(loss), "tutorial|logits", "tutorial", 0, 0,
     "cross entropy of the softmax's output,\nor of the logits", NULL},
    {"threads", NULL, 't', OPTION_UINT, PLACE(threads), "N", NULL, 1, 1024,
     "threads that work, 4 at most; the results do\nnot depend on it (default: the processors "
     "that\nit may use)",
     NULL},

    {"reproducible", NULL, 0, OPTION_FLAG, PLACE(reproducible), NULL, NULL, 0, 0,
     "the same bits on every machine", NULL},

    {"data", NULL, 0, OPTION_TEXT, PLACE(data), "DIR", NULL, 0, 0,
     "folder of the IDX files\n(default: $MNIST_DATA, else data/mnist)", "Data:"},
    {"train-limit", NULL, 0, OPTION_UINT, PLACE(train_limit), "N", NULL, 1, UINT32_MAX,
     "train on the first N images (default: all)", NULL},
    {"test-limit", NULL, 0, OPTION_UINT, PLACE(test_limit), "N", NULL, 1, UINT32_MAX,
     "test on the first N images (default: all)", NULL},
    {"rotate", NULL, 0, OPTION_TRANSFORM, PLACE(transforms), "DEG", NULL, TRANSFORM_ROTATE,
     TRANSFORMS_MAX_DEGREES, "turn each training image by up to DEG degrees\nto either side", NULL},
    {"vflip", NULL, 0, OPTION_TRANSFORM, PLACE(transforms), "P", NULL, TRANSFORM_VFLIP, 1,
     "turn it upside down with probability P", NULL},
    {"hflip", NULL, 0, OPTION_TRANSFORM, PLACE(transforms), "P", NULL, TRANSFORM_HFLIP, 1,
     "mirror it with probability P; all three as\ntorchvision's, in the order in which they stand",
     NULL},

    {"info", NULL, 0, OPTION_FLAG, PLACE(info), NULL, NULL, 0, 0,
     "print what the data and the network are, and\nstop", "Seeing:"},
    {"show", NULL, 0, OPTION_UINT, PLACE(show), "N", NULL, 0, UINT32_MAX,
     "draw training image N (from 0) in the\nterminal, and stop", NULL},
    {"grid", NULL, 0, OPTION_TEXT, PLACE(grid), "FILE", NULL, 0, 0,
     "write the first training batch as a PNG", NULL},
    {"log", NULL, 0, OPTION_TEXT, PLACE(log), "FILE", NULL, 0, 0, "write the run as lines of JSON",
     NULL},
    {"report", NULL, 0, OPTION_TEXT, PLACE(report), "FILE", NULL, 0, 0,
     "write an HTML page about the run", NULL},
    {"quiet", NULL, 0, OPTION_FLAG, PLACE(quiet), NULL, NULL, 0, 0,
     "print the tutorial's own text and nothing else", NULL},

    {"save", NULL, 0, OPTION_TEXT, PLACE(save), "FILE", NULL, 0, 0,
     "write the trained network to a safetensors\nfile", "Keeping and using a network:"},
    {"load", NULL, 0, OPTION_TEXT, PLACE(load), "FILE", NULL, 0, 0,
     "begin with the network of such a file", NULL},
    {"checkpoint", NULL, 0, OPTION_TEXT, PLACE(checkpoint), "FILE", NULL, 0, 0,
     "after each epoch, and when interrupted, write\nall that --resume needs", NULL},
    {"checkpoint-every", NULL, 0, OPTION_UINT, PLACE(checkpoint_every), "N", NULL, 1, UINT32_MAX,
     "write it after every N batches too", NULL},
    {"resume", NULL, 0, OPTION_TEXT, PLACE(resume), "FILE", NULL, 0, 0,
     "go on from a checkpoint, with its settings", NULL},
    {"predict", NULL, 0, OPTION_TEXT, PLACE(predict), "FILE", NULL, 0, 0,
     "with --load: print the digits in an IDX file or\na PGM picture (-: stdin) as CSV", NULL},
    {"labels", NULL, 0, OPTION_TEXT, PLACE(labels), "FILE", NULL, 0, 0,
     "with --predict: the right digits, to compare", NULL},

    {"help", NULL, 'h', OPTION_FLAG, PLACE(help), NULL, NULL, 0, 0, "print this help and stop",
     "Else:"},
    {"version", NULL, 0, OPTION_FLAG, PLACE(version), NULL, NULL, 0, 0,
     "print the versions of the program and of\nits libraries, and stop", NULL},
};

_Static_assert(sizeof option_table / sizeof *option_table == OPTION_COUNT, "as the header says");
_Static_assert(OPTION_COUNT <= 32, "a bit each in Options.given");
