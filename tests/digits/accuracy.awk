# Reads the CSV of --predict for files CLASS/DIGIT-NUMBER.pgm of 300 a class: prints the percentage of each class,
# and fails if one is below its bound. -v plain=97 -v other=90
BEGIN { FS = "," }
$1 != "file" {
    parts = split($1, part, "/")
    class = part[parts - 1]
    count[class]++
    right[class] += substr(part[parts], 1, 1) == $3
}
END {
    for (class in count) {
        percent = 100 * right[class] / 300
        bound = class == "plain" ? plain : other
        printf "%-10s %5.1f %% of 300\n", class, percent
        if (percent < bound)
            failed = 1
        classes++
    }
    exit failed || classes < 11
}
