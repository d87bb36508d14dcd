# test.sh - the scripted run that test/kernel/run.sh boots; its output is test/kernel/test.expect.
echo "# words and quotes"
echo one "two  three" 'four $X' fi\ ve
X=hello; echo "$X world" ${X}y; false; echo $?; true && echo yes || echo no; false && echo yes || echo no
echo $(echo sub $(echo nested)); ! true; echo $?
echo $# "$@"
nosuchcommand; echo $?
echo "# files"
cd /data; pwd; cat text; wc text; cat < text | wc -l
mkdir /tmp/a; cd /tmp/a; cp /data/text .; mv text b; echo more >> b; tail -2 b; ls; ls -l b | wc -l
mkdir -p x/y/z; touch x/y/z/file x/f; ls x x/y; echo x/*; rm -r x; ls
cat nosuch; echo $?; rmdir /tmp; echo $?; cp b b; echo $?
cat nosuch > both 2>&1; wc -l < both; echo err >/dev/null; wc -c < /dev/null
echo "# text"
seq 20 | grep -c 1; grep -n 'o[vw]' /data/text; grep -v the /data/text; sort -r /data/text
seq 5 | sort -nr | head -n 2; echo b a b a | tr ' ' '\n' | sort | uniq -c
echo -n abc | hexdump; yes | head -3; seq 1000 | tee copy | wc -l; wc -c < copy
echo "# pipes"
seq 10000 | cat | cat | cat | cat | cat | cat | cat | tail -1
(echo sub; cd /; pwd) | cat; pwd; echo a | (cat; echo b)
yes | true; echo $?
echo "# processes"
sleep 0.2 & wait %1; echo waited $?
(sleep 0.3; echo late) & echo early; wait
sleep 100 & kill %1; wait %1; echo killed $?
sleep 100 & kill -KILL $!; wait $!; echo killed $?
kill 9999; echo $?; (exit 7); echo $?; sh -c 'exit 300'; echo $?
crash spin & crash spin & crash spin &
primes 100000
ps | grep -c crash; kill %1 %2 %3; wait
ps | grep -c crash
echo "# programs that go wrong"
crash trap 2>err; echo $?; grep -c unreachable err
crash memory 2>err; echo $?; grep -c 'out of bounds' err
crash divide 2>err; echo $?; grep -c 'divide by zero' err
crash stack 2>err; echo $?; grep -c 'exhausted' err
limit -m 4M /bin/crash.wasm grow >out; echo $?; grep -c 'no more memory' out
limit -f 2M /bin/crash.wasm spin 2>err; echo $?; grep -c fuel err
echo "not wasm" > bad.wasm; limit ./bad.wasm 2>err; echo $?
echo 'echo script $1' > script; ./script ran
primes 50000; echo still here
exit 42
