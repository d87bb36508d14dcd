# What CPython does under WASI: numbers, hashes, regular expressions, deep recursion, files, the end.
import sys, json, hashlib, re, collections, math, random
print(sys.version_info[:2])
random.seed(3)
print(sum(random.random() for _ in range(1000)))
d=collections.Counter("the quick brown fox jumps over the lazy dog"); print(sorted(d.items())[:5])
print(hashlib.sha256(b"x"*100000).hexdigest(), json.dumps({"a":[1,2.5,None]}))
def f(n): return n if n<2 else f(n-1)+f(n-2)
print(f(20), 2**200, math.pi, repr(1e22), "%.17g"%0.1)
try:
    def r(n): return r(n + 1)
    r(0)
except RecursionError as e: print("RecursionError", e)
print(re.findall(r"(\w+)@(\w+)", "a@b c@d"))
import time; print(time.time() > 1e9)
with open(sys.argv[1] + "/out.txt", "w") as f: f.write("hello\n" * 3)
print(open(sys.argv[1] + "/out.txt").read().count("\n"))
class A:
    def __del__(self): print("del")
a=A(); del a
print(sorted(set(range(50))-{3,4})[:5])
sys.exit(7)
