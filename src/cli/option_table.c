#include "option_table.h"

#define OPTION(name_, type_, member_, metavar_, help_)                                             \
    .name = (name_), .type = (type_), .offset = offsetof(Options, member_), .metavar = (metavar_), \
    .help = (help_)
#define FLAG(name, member, help) OPTION(name, OPTION_FLAG, member, NULL, help)
#define SETTING(name, metavar, help) OPTION(name, OPTION_SETTING, config, metavar, help)
#define TEXT(name, member, metavar, help) OPTION(name, OPTION_TEXT, member, metavar, help)
#define COUNT(name, member, help)                                                                  \
    OPTION(name, OPTION_UINT, member, "N", help), .min = 1, .max = UINT32_MAX
#define TRANSFORM(name, kind, metavar, help)                                                       \
    OPTION(name, OPTION_TRANSFORM, config.transforms, metavar, help), .transform = (kind)

const Option option_table[OPTION_COUNT] = {
    {SETTING("epochs", "N", "training epochs; 0: test only"), .short_name = 'e',
     .heading = "Training"},
    {SETTING("batch", "N", "images per training step"), .short_name = 'b', .alias = "batch-size"},
    {SETTING("lr", "X", "learning rate of Adam")},
    {SETTING("seed", "N", "random seed, as for torch.manual_seed")},
    {SETTING("loss", "tutorial|logits", "cross entropy of the softmax output, or of the\nlogits")},
    {OPTION("threads", OPTION_UINT, threads, "N",
            "worker threads (max. 4); the results do not depend\n"
            "on their number (default: available processors)"),
     .short_name = 't', .min = 1, .max = 1024},
    {FLAG("reproducible", config.is_reproducible,
          "compute the same bits on every machine, without\nthe BLAS library")},

    {TEXT("data", data, "DIR",
          "directory of the IDX files, or of folders of\n"
          "PNG images (default: $MNIST_DATA, else\ndata/mnist)"),
     .heading = "Data"},
    {COUNT("train-limit", train_limit, "train on the first N images (default: all)")},
    {COUNT("test-limit", test_limit, "test on the first N images (default: all)")},
    {TRANSFORM("rotate", TRANSFORM_ROTATE, "DEG",
               "rotate each training image by a random angle of at\nmost DEG degrees")},
    {TRANSFORM("vflip", TRANSFORM_VFLIP, "P",
               "flip each training image vertically with\nprobability P")},
    {TRANSFORM("hflip", TRANSFORM_HFLIP, "P",
               "flip each training image horizontally with\n"
               "probability P; the transforms are torchvision's and\n"
               "apply in the order of the options")},

    {FLAG("info", info, "print a summary of the data and the network,\nand exit"),
     .heading = "Inspection and output"},
    {OPTION("show", OPTION_FILE_OR_UINT, show, "FILE",
            "draw a picture in the terminal as the network sees\n"
            "it, and exit; a number N (from 0) is training image\n"
            "N, ./N is a file of this name"),
     .max = UINT32_MAX},
    {TEXT("grid", grid, "FILE", "write the first training batch as a PNG image")},
    {TEXT("log", log, "FILE", "write a log of the run as JSON Lines")},
    {TEXT("report", report, "FILE", "write a report of the run as HTML")},
    {FLAG("quiet", quiet, "print only the tutorial's text")},

    {TEXT("save", save, "FILE", "write the trained weights in safetensors format"),
     .heading = "Models and checkpoints"},
    {TEXT("load", load, "FILE", "initialise the weights from FILE")},
    {TEXT("checkpoint", checkpoint, "FILE",
          "write a checkpoint after each epoch and when\ninterrupted")},
    {COUNT("checkpoint-every", checkpoint_every,
           "also write a checkpoint after every N batches of\nan epoch")},
    {TEXT("resume", resume, "FILE", "continue the run of a checkpoint, with its settings")},
    {OPTION("predict", OPTION_TEXTS, predict, "FILE...",
            "with --load: print predictions as CSV for PNG, PNM\n"
            "and IDX files, those in a directory, or stdin (-);\n"
            "the list ends at a word that begins with --")},
    {TEXT("labels", labels, "FILE", "with --predict: compare with the labels of an IDX\nfile")},
    {FLAG("digits-only", digits_only, "with --predict: print only the digits, one per line")},
    {TEXT("classes", classes, "FILE",
          "with --predict or --report: names of the classes,\nten lines of text")},

    {FLAG("help", help, "print this help and exit"), .short_name = 'h', .heading = "Other"},
    {FLAG("version", version, "print the versions of the program and its\nlibraries, and exit")},
};

_Static_assert(OPTION_COUNT <= 64, "Options.given has a bit for each option");
