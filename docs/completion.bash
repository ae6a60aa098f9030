# shellcheck shell=bash
# bash completion of mnist-train. The package bash-completion loads it by its name; without that
# package, source it.

# _mnist_train_paths COMPLETION ACTION: completes files or directories. Readline does so itself where
# it can, since it quotes them best.
_mnist_train_paths() {
    local IFS=$'\n'
    # bash 3 has no compopt
    # shellcheck disable=SC2207
    compopt -o "$1" 2>/dev/null || COMPREPLY=($(compgen "$2" -- "$current"))
}

# shellcheck disable=SC2207 # all are words
_mnist_train() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} i
    # bash splits --name=value into three words
    if [ "$current" = = ]; then
        current=''
    elif [ "$option" = = ]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    # --predict takes all words up to the next option
    if [[ $current != -* ]]; then
        for ((i = COMP_CWORD - 1; i > 0; i--)); do
            [[ ${COMP_WORDS[i]} == --* ]] || continue
            if [ "${COMP_WORDS[i]}" = --predict ]; then option=--predict; fi
            break
        done
    fi
    COMPREPLY=()
    case $option in
    --show | --grid | --log | --report | --save | --save-best | --load | --checkpoint | --resume | --predict | \
        --labels | --classes)
        _mnist_train_paths default -f
        ;;
    --data) _mnist_train_paths dirnames -d ;;
    --loss) COMPREPLY=($(compgen -W 'tutorial logits' -- "$current")) ;;
    -e | --epochs | -b | --batch | --batch-size | --lr | --seed | -t | --threads) ;;
    --train-limit | --test-limit | --rotate | --vflip | --hflip | --checkpoint-every) ;;
    *)
        COMPREPLY=($(compgen -W '-e --epochs -b --batch --batch-size --lr --seed --loss -t --threads
            --reproducible --test-every-epoch --data --train-limit --test-limit --rotate --vflip --hflip --info
            --show --grid --log --report --quiet --save --save-best --load --checkpoint --checkpoint-every --resume
            --predict --labels --digits-only --classes -h --help --version' -- "$current"))
        ;;
    esac
}

complete -F _mnist_train mnist-train
