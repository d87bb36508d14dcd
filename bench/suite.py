"""The programs and the runtimes that bench/run.py knows: one row each.  doc/bench.md describes them."""
import os
import shutil

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
V8 = os.path.join(ROOT, "test", "real", "v8.mjs")
INPUT = os.path.join(HERE, "input")


class Program:
    """`wasm` lies in the build folder, or in that of real programs; `needs` is what a runtime may lack; `stdin` is a file of
    bench/input, or with an @ one that run.py makes."""

    def __init__(self, group, name, needs=(), wasm=None, args=(), stdin=None, native=True):
        self.group, self.name, self.needs, self.native = group, name, set(needs), native
        self.real, self.args, self.stdin = wasm, list(args), stdin

    def path(self, build, real):
        return os.path.join(real, self.real) if self.real else os.path.join(build, self.name + ".wasm")


def _simd(name):
    return [Program("simd", name), Program("simd", name + "-simd", ["simd"])]


# Coded at 64 kbit/s and decoded again, from standard input to standard output.
OPUS = ["audio", "48000", "2", "64000", "-", "-"]

# The geometric mean of "figure" is the figure; every other group is shown apart.
PROGRAMS = [Program("figure", name) for name in (
    "fib", "sieve", "matmul", "sha256", "mandelbrot", "indirect", "bytecopy", "bulk", "bigswitch", "structs", "i64mix")]
PROGRAMS += [Program("mix", "kernelmix")]
PROGRAMS += [p for name in ("saxpy", "dot", "blend", "bytes", "arx", "mandel4", "matmul4") for p in _simd(name)]
PROGRAMS += [Program("gc", name, ["gc"], native=False) for name in ("gc_tree", "gc_list", "gc_cast", "gc_array")]
PROGRAMS += [
    Program("eh", "eh_none", ["eh"], native=False),
    Program("eh", "eh_deep", ["eh"], native=False),
    Program("eh", "eh_deep_legacy", ["legacy"], native=False),
    Program("host", "hostclock"),
    Program("host", "hostwrite"),
    Program("whole", "lua", wasm="lua.wasm", args=["-"], stdin="lua.lua", native=False),
    Program("whole", "sqlite", wasm="sqlite.wasm", args=["-batch", ":memory:"], stdin="sqlite.sql", native=False),
    Program("whole", "duktape", wasm="duktape.wasm", args=["--run-stdin"], stdin="js.js", native=False),
    Program("whole", "zstd", wasm="zstd.wasm", args=["-q", "-12", "-c"], stdin="@data", native=False),
    Program("whole", "bzip2", wasm="bzip2.wasm", args=["-c"], stdin="@data", native=False),
    Program("whole", "gnugo", wasm="gnugo.wasm", args=["--mode", "gtp", "--level", "1", "--seed", "7"],
            stdin="gnugo.gtp", native=False),
    Program("whole", "opus", wasm="opus.wasm", args=OPUS, stdin="@sound", native=False),
    Program("whole", "opus-simd", ["simd"], wasm="opus-simd.wasm", args=OPUS, stdin="@sound", native=False),
]
GROUPS = list(dict.fromkeys(p.group for p in PROGRAMS))


class Runtime:
    """`options` stand before the file; `between` before the program's arguments; `lacks` is what it cannot run."""

    def __init__(self, name, variable, default, options=(), lacks="", kind="interpreter", usual=True, between=()):
        self.name, self.variable, self.default = name, variable, default
        self.options, self.lacks, self.kind = list(options), set(lacks.split()), kind
        self.usual, self.between = usual, list(between)
        self.command = None

    def find(self):
        """The command by its variable, in the folder WICK_RIVALS, or on PATH."""
        rivals = os.environ.get("WICK_RIVALS")
        named = os.environ.get(self.variable)
        beside = os.path.join(rivals, os.path.basename(self.default)) if rivals else None
        for command in (named, beside, self.default):
            if command and (path := shutil.which(command)):
                self.command = [path]
                return True
        return False

    def line(self, wasm, args):
        return self.command + self.options + [wasm] + self.between + args


WICK = os.path.join(ROOT, "build", "wick")
# What compiles does so in every run: wasmtime and wasmer would keep what they compiled in a cache.
WASMTIME = ["run", "-C", "cache=n"]
WASMTIME_3 = ["-W", "gc=y,function-references=y,exceptions=y"]
WASMER = ["run", "--disable-cache"]
RUNTIMES = [
    Runtime("wick", "WICK", WICK, ["run"]),
    Runtime("wick-ref", "WICK", WICK, ["run", "--engine", "ref"], usual=False),
    Runtime("wasm3", "WASM3", "wasm3", lacks="simd gc eh legacy"),
    Runtime("silverfir", "SILVERFIR", "sf-nano-cli", lacks="simd gc eh legacy"),
    Runtime("wasmi", "WASMI", "wasmi", ["run"], lacks="gc eh legacy"),
    Runtime("iwasm", "IWASM", "iwasm", ["--stack-size=1000000"]),
    Runtime("iwasm-classic", "IWASM_CLASSIC", "iwasm-classic", ["--stack-size=1000000"]),
    Runtime("wizard", "WIZARD", "wizeng.x86-64-linux", ["--mode=int", "--ext:legacy-eh"]),
    Runtime("toywasm", "TOYWASM", "toywasm", ["--wasi"], lacks="gc legacy", between=["--"]),
    Runtime("wazero-int", "WAZERO", "wazero", ["run", "-interpreter"], lacks="gc eh legacy"),
    Runtime("pulley", "WASMTIME", "wasmtime", WASMTIME + ["--target", "pulley64"] + WASMTIME_3, lacks="legacy"),
    Runtime("winch", "WASMTIME", "wasmtime", WASMTIME + ["-C", "compiler=winch"], lacks="gc eh legacy", kind="compiler"),
    Runtime("wizard-jit", "WIZARD", "wizeng.x86-64-linux", ["--mode=jit", "--ext:legacy-eh"], kind="compiler", usual=False),
    Runtime("wazero", "WAZERO", "wazero", ["run"], lacks="gc eh legacy", kind="compiler"),
    Runtime("singlepass", "WASMER", "wasmer", WASMER + ["--singlepass"], lacks="gc", kind="compiler", between=["--"]),
    Runtime("wasmer", "WASMER", "wasmer", WASMER + ["--cranelift"], lacks="gc", kind="compiler", between=["--"]),
    Runtime("wasmtime", "WASMTIME", "wasmtime", WASMTIME + WASMTIME_3, lacks="legacy", kind="compiler"),
    Runtime("liftoff", "NODE", "node", ["--no-warnings", "--liftoff-only", V8, "run"], kind="compiler"),
    Runtime("v8", "NODE", "node", ["--no-warnings", V8, "run"], kind="compiler"),
    Runtime("native", None, None, kind="native"),
]
