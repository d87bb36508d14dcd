# demo.sh - what `make run` shows when there is no terminal to type at.
cat /etc/motd
echo "--- files and pipes"
ls /bin | wc -l
seq 1 100 | grep 7 | tail -3
mkdir /tmp/work && cd /tmp/work
echo banana > fruit; echo apple >> fruit; echo cherry >> fruit
sort fruit | tr a-z A-Z | tee sorted | head -2
cp sorted copy; ls -l | grep -c 2; hexdump copy
echo "--- a program that loops for ever, and others that do not care"
crash spin &
primes 200000
ps
kill %1; wait %1; echo "its status: $?"
echo "--- programs that go wrong harm nobody"
crash trap; echo "status: $?"
crash memory; echo "status: $?"
crash stack; echo "status: $?"
limit -m 4M /bin/crash.wasm grow; echo "status: $?"
limit -f 2M /bin/crash.wasm spin; echo "status: $?"
echo "--- the day is $(date +%A)"
exit 0
