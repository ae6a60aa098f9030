#!/usr/bin/env bats
# Files of torch.save.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    for candidate in python3 /usr/bin/python3; do
        "$candidate" -c 'import torch' 2>/dev/null && torch=$candidate && break
    done
    [ -n "${torch-}" ] || skip "python3-torch is missing"
    cd "$scratch"
}

@test "the python of the message converts a file of torch.save" {
    train out --epochs 1 --train-limit 640 --save ours
    export PYTHONPATH=$root/tests/safetensors_substitute
    "$torch" -c '
import torch
from safetensors.torch import load_file
torch.save(load_file("ours"), "model.pt")
torch.save(load_file("ours"), "old.pt", _use_new_zipfile_serialization=False)'
    rejects 1 "model.pt: expected a safetensors file, found a PyTorch file (.pt); convert it for --load" --load model.pt
    "$torch" -c "$(sed 's/.*, in Python: //' err)"
    "$program" --load ours --predict "$drawn/t10k-images-idx3-ubyte.gz" >expected
    "$program" --load model.safetensors --predict "$drawn/t10k-images-idx3-ubyte.gz" | cmp expected -
    rejects 1 "old.pt: expected a safetensors file, found an old PyTorch file; convert it for --load" --load old.pt
}
