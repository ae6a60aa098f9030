#compdef mnist-train
# zsh completion of mnist-train.

# -e+: the value follows in the same word or in the next one. --epochs=: it follows a "=", or in the next word.
_arguments -s -S \
    '(-e --epochs)'{-e+,--epochs=}'[training epochs; 0: test only]:N: ' \
    '(-b --batch --batch-size)'{-b+,--batch=,--batch-size=}'[images per training step]:N: ' \
    '--lr=[learning rate of Adam]:X: ' \
    '--seed=[random seed, as for torch.manual_seed]:N: ' \
    '--loss=[cross entropy of the softmax output, or of the logits]:choice:(tutorial logits)' \
    '(-t --threads)'{-t+,--threads=}'[worker threads (max. 4)]:N: ' \
    '--reproducible[compute the same bits on every machine]' \
    '--test-every-epoch[test after each epoch too]' \
    '--data=[directory of the IDX files, or of folders of PNG images]:DIR:_files -/' \
    '--train-limit=[train on the first N images]:N: ' \
    '--test-limit=[test on the first N images]:N: ' \
    '*--rotate=[rotate each training image by a random angle of at most DEG degrees]:DEG: ' \
    '*--vflip=[flip each training image vertically with probability P]:P: ' \
    '*--hflip=[flip each training image horizontally with probability P]:P: ' \
    '--info[print a summary of the data and the network, and exit]' \
    '--show=[draw a picture in the terminal as the network sees it, and exit]:FILE:_files' \
    '--grid=[write the first training batch as a PNG image]:FILE:_files' \
    '--log=[write a log of the run as JSON Lines]:FILE:_files' \
    '--report=[write a report of the run as HTML]:FILE:_files' \
    "--quiet[print only the tutorial's text]" \
    '--save=[write the trained weights in safetensors format]:FILE:_files' \
    '--save-best=[write the weights after the epoch with the best test]:FILE:_files' \
    '--load=[initialise the weights from a model or checkpoint]:FILE:_files' \
    '--checkpoint=[write a checkpoint after each epoch and when interrupted]:FILE:_files' \
    '--checkpoint-every=[also write a checkpoint after every N batches of an epoch]:N: ' \
    '--resume=[continue the run of a checkpoint, with its settings]:FILE:_files' \
    '--predict=[with --load: print predictions as CSV for PNG, PNM and IDX files]:FILE:_files' \
    '*:FILE:{ (( ${words[(I)--predict*]} )) && _files }' \
    '--labels=[with --predict: compare with the labels of an IDX file]:FILE:_files' \
    '--digits-only[with --predict: print only the digits, one per line]' \
    '--classes=[with --predict or --report: names of the classes]:FILE:_files' \
    '(-h --help)'{-h,--help}'[print this help and exit]' \
    '--version[print the versions of the program and its libraries, and exit]'
