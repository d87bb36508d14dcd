# real.sh - Lua, SQLite and two compressors in the kernel; the output is test/kernel/real.expect.
# WASI has no working directory and these programs were not made for ours: full paths.
cd /tmp
echo "--- Lua"
lua -e 'print(_VERSION, 10 // 3, 2^53, string.format("%.3f", math.pi))'
lua -e 'local t = {} for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do t[#t + 1] = w end table.sort(t) print(table.concat(t, " "))'
lua -e 'local a, b = 0, 1 for i = 1, 80 do a, b = b, a + b end print(a)'
lua -e 'print(pcall(error, {}) == false, select("#", pcall(error, "x")))'
echo "--- SQLite"
sqlite -batch -vfs unix-none /tmp/t.db 'create table t(a integer primary key, b text);'
sqlite -batch -vfs unix-none /tmp/t.db 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) insert into t select i, hex(i * 7919) from n;'
sqlite -batch -vfs unix-none /tmp/t.db 'select count(*), sum(a), avg(a), max(b) from t; pragma integrity_check;'
ls -l /tmp/t.db | grep -c t.db
echo "--- compressors"
seq 1 20000 > numbers
bzip2 -c < numbers > numbers.bz2; bzip2 -dc < numbers.bz2 | tail -1
wc -c < numbers; wc -c < numbers.bz2
zstd -q -f -9 /tmp/numbers -o /tmp/numbers.zst; zstd -q -f -d /tmp/numbers.zst -o /tmp/back; tail -1 back
wc -c < back; wc -c < numbers.zst
exit 0
