#!/bin/sh
# hint.sh [WICK] - what branch hints bring: a loop whose rare arm uses other locals more than the loop does, with a hint
# and without, five times in turn; user seconds.
set -eu
wick=${1:-$(dirname "$0")/../build/wick}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mix='(local.set $a (i32.add (local.get $a) (i32.mul (local.get $b) (i32.const 3))))
     (local.set $b (i32.add (local.get $b) (i32.mul (local.get $a) (i32.const 5))))'
cat >"$dir/none.wat" <<WAT
(func (export "f") (param \$n i32) (result i32) (local \$i i32) (local \$s i32) (local \$a i32) (local \$b i32)
  (loop \$l
    HINT (if (i32.eq (i32.and (local.get \$i) (i32.const 0xfffff)) (i32.const 0xfffff)) (then $mix $mix $mix $mix $mix $mix))
    (local.set \$s (i32.xor (i32.add (local.get \$s) (local.get \$i)) (i32.shl (local.get \$s) (i32.const 3))))
    (br_if \$l (i32.lt_u (local.tee \$i (i32.add (local.get \$i) (i32.const 1))) (local.get \$n))))
  (i32.add (local.get \$s) (i32.add (local.get \$a) (local.get \$b))))
WAT
sed 's/HINT/(@metadata.code.branch_hint "\\00")/' "$dir/none.wat" >"$dir/hint.wat"
sed -i 's/HINT//' "$dir/none.wat"
for round in 1 2 3 4 5; do
    for form in none hint; do
        printf '%s ' $form
        (command time -f %U "$wick" run --invoke f "$dir/$form.wat" 200000000 >/dev/null) 2>&1
    done
done
