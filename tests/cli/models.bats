#!/usr/bin/env bats
# Models as people have them: checkpoints and other files. tests/unit/model.c has other types, names and networks.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    need "$python"
    cd "$scratch"
    train out --epochs 1 --train-limit 640 --test-limit 200 --save model --checkpoint checkpoint
}

predictions() { # MODEL
    "$program" --load "$1" --predict "$drawn/t10k-images-idx3-ubyte.gz"
}

@test "a checkpoint predicts and trains as the model of its run" {
    predictions model >expected
    predictions checkpoint | cmp expected -
    train one --load model --epochs 1 --train-limit 320
    train other --load checkpoint --epochs 1 --train-limit 320
    cmp one other
    train tested --load checkpoint --epochs 0 --test-limit 200
    tail -n 1 out | cmp - tested
}

@test "a checkpoint in the middle of an epoch predicts with its weights" {
    start --epochs 9 --batch 1 --checkpoint part --checkpoint-every 100
    wait_until "$process" test -e part
    kill -s TERM "$process"
    cat <&8 >/dev/null
    ends_with 143 "$process"
    expect grep -aq '"next_batch":"[1-9]' part
    predictions part >csv
    expect test "$(wc -l <csv)" -eq 1001
}

@test "a learning rate of 0 is taken and trains nothing" {
    train one --epochs 2 --train-limit 320 --lr 0 --load model --save same
    cmp <(tail -c 407080 model) <(tail -c 407080 same) # the weights
    expect test "$(count_right one)" -eq "$(train two --epochs 0 --load model && count_right two)"
}

# With the fewest digits that read back the same; Python writes numbers so.
@test "numbers in the log and the metadata are as short as they can be" {
    train out --epochs 2 --train-limit 640 --test-limit 300 --rotate 0.1 --lr 0.003 --test-every-epoch \
        --log log --save model
    "$python" - log model <<'END'
import json, sys
log = open(sys.argv[1]).read()
numbers = []
for line in log.splitlines():
    json.loads(line, parse_float=lambda text: numbers.append(text))
assert len(numbers) > 10, numbers
data = open(sys.argv[2], "rb").read()
metadata = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])["__metadata__"]
numbers += [metadata["test_accuracy"], metadata["lr"]]
for text in numbers:
    assert len(text) <= len(repr(float(text))), text
assert metadata["lr"] == "0.003" and '"amount":0.1}' in log
END
}

@test "other files are refused by their kind, and a .pt file with the Python that converts it" {
    convert_it="import torch; from safetensors.torch import save_file; save_file(torch.load('model.pt', map_location='cpu'), 'model.safetensors')"
    "$python" - <<'END'
import zipfile
for name, entry in (("model.pt", "archive/data.pkl"), ("model.npz", "arr_0.npy"), ("model.zip", "readme.txt")):
    with zipfile.ZipFile(name, "w") as archive:
        archive.writestr(entry, 1000 * "0")
END
    printf '<!DOCTYPE html>\n<html>Not found</html>\n' >page
    printf 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 407640\n' >pointer
    rejects_each 1 <<END
--load model.pt => model.pt: expected a safetensors file, found a PyTorch file (.pt); convert it for --load, in Python: $convert_it
--load model.npz => model.npz: expected a safetensors file, found a NumPy archive (.npz)
--load model.zip => found a zip archive
--load page => page: expected a safetensors file, found HTML (a web page)
--load pointer => pointer: expected a safetensors file, found a Git LFS pointer
END
}
