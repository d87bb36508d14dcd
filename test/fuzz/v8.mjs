// v8.mjs FOLDER - runs the modules that `diff_test -w FOLDER` wrote, in V8, and compares with what Wick recorded:
// results, traps by their kind, exceptions with tag and values, memories, globals, tables, and what d0 says of vectors and
// objects. Needs Node 26 or newer. Ends with `N passed, N failed, N skipped`.
import fs from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];
const bits = new DataView(new ArrayBuffer(8));

function hash(buffer) {
    const words = new Int32Array(buffer);
    let h = 1;
    for (let i = 0; i < words.length; i++) {
        h = Math.imul(h ^ words[i], 0x9e3779b1);
        h ^= h >>> 15;
    }
    return (h >>> 0).toString(16);
}

function rotate(b, n) {
    return BigInt.asUintN(64, b << BigInt(n)) | (b >> BigInt(64 - n));
}

// A value that scripts cannot hold (a vector, an exception); d0 tells what it is.
const HIDDEN = Symbol('hidden');

function visible(f) {
    try {
        return f();
    } catch (e) {
        if (e instanceof TypeError) {
            return HIDDEN;
        }
        throw e;
    }
}

const env = {
    mix: (a, b) => {
        const product = BigInt.asUintN(64, BigInt(a >>> 0) * 2654435761n);
        return BigInt.asIntN(64, product ^ rotate(BigInt.asUintN(64, b), 13));
    },
    pair: (a, b) => [(b + 1) | 0, Number.isNaN(a) ? 0 : a],
    wait: (a) => (Math.imul(a, 3) + 1) | 0,
    back: (f, a) => {
        if (f !== null && f.length === 0 && visible(f) !== HIDDEN) {
            return (a + 8) | 0;
        }
        return (a + 7) | 0; // also when its results are vectors
    },
    five: () => 5,
    raise: (a) => {
        if (a & 1) {
            throw new WebAssembly.Exception(env.tag, [a, BigInt(a >>> 0) * 7n]);
        }
        return (a + 1) | 0;
    },
    thing: () => ({}),
    base: 3,
    tag: new WebAssembly.Tag({ parameters: ['i32', 'i64'] }),
};

// What modules of other generators import: functions note their arguments and answer zeros.
let imported = 0;

function standIn(i) {
    const zero = (t) => (t === 'l' ? 0n : 'ifd'.includes(t) ? 0 : t === 'R' ? {} : null);
    const names = { i: 'i32', l: 'i64', f: 'f32', d: 'f64', v: 'v128', r: 'externref', p: 'anyfunc', a: 'anyref', x: 'exnref' };
    const type = names[i.t];
    const size = (n) => (n === undefined ? undefined : i.is64 ? BigInt(n) : n);
    const limits = { initial: size(i.min), maximum: size(i.max), address: i.is64 ? 'i64' : 'i32' };
    switch (i.k) {
    case 0:
        return (...args) => {
            args.forEach((a, k) => {
                let word = Number(a !== null);
                switch (i.p[k]) {
                case 'i': word = a; break;
                case 'l': word = Number(BigInt.asIntN(32, a ^ (a >> 32n))); break;
                case 'f': bits.setFloat32(0, a); word = bits.getUint32(0); break;
                case 'd': bits.setFloat64(0, a); word = bits.getUint32(0) ^ bits.getUint32(4); break;
                }
                imported = (Math.imul(imported ^ word, 0x9e3779b1) + 1) | 0;
            });
            const results = [...i.r].map(zero);
            return results.length < 2 ? results[0] : results;
        };
    case 1: return new WebAssembly.Table({ element: type, ...limits });
    case 2: return new WebAssembly.Memory({ ...limits, shared: i.shared === 1 });
    case 3: return i.mut ? new WebAssembly.Global({ value: type, mutable: true }, zero(i.t)) : zero(i.t);
    default: return new WebAssembly.Tag({ parameters: [...i.p].map((t) => names[t]) });
    }
}

function importsOf(expected) {
    const imports = { env: { ...env } };
    for (const i of expected.imports) {
        imports[i.m] ??= {};
        imports[i.m][i.n] ??= standIn(i);
    }
    return imports;
}

// What a trap is called there and here.
const kinds = [
    [/^unreachable/, /^unreachable/],
    [/divide by zero|remainder by zero/, /^integer divide by zero/],
    [/divide result unrepresentable/, /^integer overflow/],
    [/float unrepresentable/, /^integer overflow|^invalid conversion to integer/],
    [/memory access out of bounds|data segment.*out of bounds/, /^out of bounds memory access/],
    [/table index is out of bounds|table access out of bounds|element segment.*out of bounds/,
        /^undefined element|^out of bounds table access/],
    [/null function|function signature mismatch/,
        /^indirect call type mismatch|^uninitialized element|^undefined element/],
    [/dereferencing a null pointer|rethrowing null value/, /^null/],
    [/illegal cast/, /^cast failure/],
    // array.copy, array.init_elem: V8 looks at one array's bounds before it sees that the other is null, and at the segment
    // before the array; the standard does it the other way round.
    [/array element access out of bounds/, /^out of bounds array access|^null array/],
    [/(element|data) segment.*out of bounds/, /^out of bounds array access/],
    // An atomic access that is neither aligned nor in bounds: V8 says the one or the other.
    [/unaligned accesses|memory access out of bounds/, /^unaligned atomic|^out of bounds memory/],
    [/array.*too large/, /^heap|^out of memory|^out of bounds/], // a limit of V8, looked at before the segment's end
    [/operation does not support unaligned accesses/, /^unaligned atomic/],
    [/Atomics.wait|shared memory/, /^expected shared memory/],
    [/call stack/, /^call stack exhausted/],
];

function sameTrap(theirs, ours) {
    return kinds.some(([a, b]) => a.test(theirs) && b.test(ours));
}

function argument(text) {
    const [type, hex] = text.split(':');
    switch (type) {
    case 'i32': return parseInt(hex, 16) | 0;
    case 'i64': return BigInt.asIntN(64, BigInt('0x' + hex));
    case 'f32': bits.setUint32(0, parseInt(hex, 16)); return bits.getFloat32(0);
    case 'f64': bits.setBigUint64(0, BigInt('0x' + hex)); return bits.getFloat64(0);
    default: return null;
    }
}

// `value` as it stands in a record of this type.
function same(what, hex, value) {
    switch (what) {
    case 'i32': return (value >>> 0).toString(16) === hex;
    case 'i64': return BigInt.asUintN(64, value).toString(16) === hex;
    case 'f32':
        bits.setUint32(0, parseInt(hex, 16));
        return Object.is(bits.getFloat32(0), value) || (Number.isNaN(value) && Number.isNaN(bits.getFloat32(0)));
    case 'f64':
        bits.setBigUint64(0, BigInt('0x' + hex));
        return Object.is(bits.getFloat64(0), value);
    case 'reference':
        return (value === null ? 0 : 1 + (typeof value === 'function' ? value.length * 100 : 0)).toString(16) === hex;
    default: return false;
    }
}

// As many records as a value takes; 0: it differs.
function sameAt(records, at, value) {
    const what = records[at]?.[1];
    if (value === HIDDEN) {
        return what === 'v128 low' ? 2 : 1;
    }
    return same(what, records[at]?.[2], value) ? 1 : 0;
}

function attempt(f) {
    try {
        const r = f();
        return { values: r === undefined ? [] : Array.isArray(r) ? r : [r] };
    } catch (e) {
        if (e instanceof WebAssembly.Exception) {
            return { exception: e };
        }
        if (e instanceof TypeError && /type incompatibility when transforming/.test(e.message)) {
            return { exception: null }; // an import with vectors was called
        }
        if (e instanceof WebAssembly.RuntimeError || e instanceof RangeError) {
            return { trap: e.message };
        }
        throw e;
    }
}

// undefined: all is the same; else what differs.
function check(bytes, expected) {
    const module = new WebAssembly.Module(bytes);
    const records = expected.records;
    const take = (call) => records.filter((r) => r[0] === call);
    const compare = (call, outcome, shown) => {
        const mine = take(call).filter((r) => !['fuel', 'call', 'imports'].includes(r[1]));
        const log = take(call).find((r) => r[1] === 'imports')?.[2] ?? '0';
        const status = mine[0]?.[2];
        if (outcome.trap !== undefined) {
            const error = mine.find((r) => r[1] === 'error')?.[3];
            if (status === '3' && /call stack/.test(outcome.trap)) {
                return 'skip'; // V8's stack is smaller
            }
            if (status === '3' && /heap exhausted/.test(error)) {
                return 'skip';
            }
            if (status !== '3' || !sameTrap(outcome.trap, error)) {
                return `call ${call} ${shown}: V8 traps (${outcome.trap}), Wick: status ${status} ${error ?? ''}`;
            }
            return undefined;
        }
        if (outcome.exception !== undefined) {
            return status === '4' ? compareException(outcome.exception, mine, `call ${call} ${shown}`)
                : `call ${call} ${shown}: V8 throws, Wick: status ${status}`;
        }
        if (status !== '0') {
            return `call ${call} ${shown}: V8 returns, Wick: status ${status} ` +
                (mine.find((r) => r[1] === 'error')?.[3] ?? '');
        }
        if (call > 0 && (imported >>> 0).toString(16) !== log) {
            return `call ${call} ${shown}: imports were called with other arguments`;
        }
        for (let i = 0; i < outcome.values.length; i++) {
            const r = mine[1 + i];
            if (!r || !same(r[1], r[2], outcome.values[i])) {
                return `call ${call} ${shown}: result ${i}: V8 ${outcome.values[i]}, Wick ${r?.[1]} 0x${r?.[2]}`;
            }
        }
        return undefined;
    };
    let instance;
    const named = (kind) => WebAssembly.Module.exports(module).filter((x) => x.kind === kind && x.name !== 'd0')
        .map((x) => instance.exports[x.name]);
    const compareException = (exception, mine, shown) => {
        if (!instance || exception === null) { // thrown by the start function
            return undefined;
        }
        const rank = named('tag').findIndex((tag) => exception.is(tag));
        if ((rank >>> 0).toString(16) !== mine[1]?.[2]) {
            return `${shown}: V8 throws x${rank}, Wick x${mine[1]?.[2]}`;
        }
        if (rank < 0) {
            return undefined;
        }
        for (let i = 0, at = 2; mine[at] && mine[at][1] !== 'frames'; i++) {
            const value = visible(() => exception.getArg(named('tag')[rank], i));
            const n = sameAt(mine, at, value);
            if (n === 0) {
                return `${shown}: value ${i} of x${rank}: V8 ${String(value)}, Wick ${mine[at]}`;
            }
            at += n;
        }
        return undefined;
    };
    const start = attempt(() => { instance = new WebAssembly.Instance(module, importsOf(expected)); });
    let wrong = compare(0, start, 'instantiation');
    if (wrong || !instance) {
        return wrong;
    }
    const e = instance.exports;
    const functions = named('function');
    const globals = named('global');
    const refill = () => {
        if ('d0' in e) {
            globals.at(-1).value = 3000;
        } else {
            e.hangLimitInitializer?.();
        }
        imported = 0;
    };
    let call = 0;
    for (const c of expected.calls) {
        call++;
        while (take(call)[0]?.[2] !== '0') { // not callable from a host
            call++;
        }
        refill();
        wrong = compare(call, attempt(() => functions[c.f](...c.args.map(argument))), `f${c.f}(${c.args})`);
        if (wrong) {
            return wrong;
        }
    }
    const dumpCall = records.at(-1)[0];
    const state = take(dumpCall - ('d0' in e ? 1 : 0));
    const differs = (what, i) => `${what}: V8 and Wick's ${state[i]?.[1]} 0x${state[i]?.[2]} differ`;
    let at = 0;
    for (const [i, memory] of named('memory').entries()) {
        if (memory.buffer.byteLength.toString(16) !== state[at++]?.[2]) {
            return differs(`size of m${i}`, at - 1);
        }
        if (hash(memory.buffer) !== state[at++]?.[2]) {
            return differs(`m${i}`, at - 1);
        }
    }
    for (const [i, global] of globals.entries()) {
        const value = visible(() => global.value);
        const n = sameAt(state, at, value);
        if (n === 0) {
            return differs(`g${i} (${String(value)})`, at);
        }
        at += n;
    }
    for (const [i, table] of named('table').entries()) {
        const is64 = typeof table.length === 'bigint';
        const n = Number(table.length);
        if (n.toString(16) !== state[at++]?.[2]) {
            return differs(`size of t${i}`, at - 1);
        }
        for (let k = 0; k < n && k < 40; k++, at++) {
            if (sameAt(state, at, visible(() => table.get(is64 ? BigInt(k) : k))) === 0) {
                return differs(`t${i}[${k}]`, at);
            }
        }
    }
    if ('d0' in e) {
        refill();
        return compare(dumpCall, attempt(() => e.d0()), 'd0()');
    }
    return undefined;
}

let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of fs.readdirSync(folder).filter((f) => f.endsWith('.wasm'))) {
    const file = path.join(folder, name);
    let wrong;
    try {
        const expected = JSON.parse(fs.readFileSync(file.replace(/wasm$/, 'json'), 'utf8'));
        wrong = expected.refused ? `Wick refused it: ${expected.refused} ${expected.why}` : check(fs.readFileSync(file), expected);
    } catch (e) {
        wrong = String(e.stack ?? e);
    }
    if (wrong === 'skip') {
        skipped++;
    } else if (wrong) {
        failed++;
        console.log(`FAIL ${name}: ${wrong}`);
    } else {
        passed++;
    }
}
console.log(`skipped ${skipped} modules that need a deeper stack than V8's`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed ? 1 : 0);
