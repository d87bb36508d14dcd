// enum_v8.mjs FOLDER - runs the functions that `enum_test -w FOLDER` wrote, each in an instance of its own, in V8, and compares
// with what Wick recorded: results, traps by their kind, values of exceptions, globals, memories. Functions that would run long
// are not among them. Node needs --experimental-wasm-wasmfx for continuations. Ends with `N passed, N failed`.
import fs from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];
const bits = new DataView(new ArrayBuffer(8));
const things = [{}, {}];

// What a trap is called there and here.
const kinds = [
    [/^unreachable/, /^unreachable/],
    [/divide by zero|remainder by zero/, /^integer divide by zero/],
    [/divide result unrepresentable/, /^integer overflow/],
    [/float unrepresentable/, /^integer overflow|^invalid conversion to integer/],
    [/memory access out of bounds/, /^out of bounds memory access|^unaligned atomic/],
    [/unaligned accesses/, /^unaligned atomic/],
    [/table index is out of bounds|table access out of bounds/, /^undefined element|^out of bounds table access/],
    [/null function|function signature mismatch/, /^indirect call type mismatch|^uninitialized element|^undefined element/],
    [/dereferencing a null pointer|rethrowing null value/, /^null/],
    [/illegal cast/, /^cast failure/],
    [/array element access out of bounds/, /^out of bounds array access/],
    [/Atomics.wait|shared memory/, /^expected shared memory/],
    [/unhandled suspend|suspend.*handler|WasmFX: unhandled/, /^unhandled tag/],
    [/resum/, /^continuation already consumed|^null continuation/],
];

function argument(text) {
    const [type, hex] = text.split(':');
    switch (type) {
    case 'i': return parseInt(hex, 16) | 0;
    case 'l': return BigInt.asIntN(64, BigInt('0x' + hex));
    case 'f': bits.setUint32(0, parseInt(hex, 16)); return bits.getFloat32(0);
    case 'd': bits.setBigUint64(0, BigInt('0x' + hex)); return bits.getFloat64(0);
    default: return hex === '0' ? null : things[Number(hex) - 1];
    }
}

function same(text, value) {
    const [type, hex] = text.split(':');
    switch (type) {
    case 'i': return (value >>> 0).toString(16) === hex;
    case 'l': return BigInt.asUintN(64, value).toString(16) === hex;
    case 'f':
    case 'd': return Object.is(argument(text), value) || (Number.isNaN(value) && Number.isNaN(argument(text)));
    case 'r': return (value === null ? 0 : value === things[0] ? 1 : value === things[1] ? 2 : 3).toString(16) === hex;
    default: return true; // a vector
    }
}

function attempt(f) {
    try {
        const r = f();
        return { status: 0, values: r === undefined ? [] : Array.isArray(r) ? r : [r] };
    } catch (e) {
        if (e instanceof WebAssembly.Exception) {
            return { status: 4, exception: e };
        }
        if (e instanceof WebAssembly.RuntimeError || e instanceof RangeError || /^SuspendError/.test(String(e))) {
            return { status: 3, trap: e.message };
        }
        throw e;
    }
}

// undefined: all is the same.
function compare(e, driven, [index, args, status, why, results, globals, memories]) {
    const values = args.map(argument);
    const outcome = attempt(() => (driven ? e.drive(...values, index) : e.t.get(index)(...values)));
    if (outcome.status !== status) {
        return `V8: status ${outcome.status} ${outcome.trap ?? ''}`;
    }
    if (status === 3 && !kinds.some(([a, b]) => a.test(outcome.trap) && b.test(why))) {
        return `V8: ${outcome.trap}`;
    }
    const shown = status === 4 ? [outcome.exception.getArg(e.x0, 0)] : outcome.values ?? [];
    const wrong = shown.findIndex((value, i) => !same(results[i], value));
    if (wrong >= 0) {
        return `value ${wrong}: V8 ${String(shown[wrong])}`;
    }
    for (const [i, text] of globals.entries()) {
        let value;
        try {
            value = e[`g${i}`].value;
        } catch {
            continue; // of a type that scripts cannot hold
        }
        if (!same(text, value)) {
            return `global ${i}: V8 ${String(value)}`;
        }
    }
    for (const [i, text] of memories.entries()) {
        const buffer = (i === 0 ? e.m : e.m1).buffer;
        const bytes = Buffer.from(new Uint8Array(buffer, 0, 96)).toString('hex');
        if (`${buffer.byteLength.toString(16)}:${bytes}` !== text) {
            return `memory ${i}: V8 ${buffer.byteLength.toString(16)}:${bytes}`;
        }
    }
    return undefined;
}

let passed = 0;
let failed = 0;
for (const name of fs.readdirSync(folder).filter((f) => f.endsWith('.wasm'))) {
    const file = path.join(folder, name);
    const expected = JSON.parse(fs.readFileSync(file.replace(/wasm$/, 'json'), 'utf8'));
    const module = new WebAssembly.Module(fs.readFileSync(file));
    const imports = { env: { host: (a) => (Math.imul(a, 5) + 2) | 0 } };
    for (const call of expected.calls.slice(1)) {
        let wrong;
        try {
            wrong = compare(new WebAssembly.Instance(module, imports).exports, expected.driven, call);
        } catch (e) {
            wrong = String(e.stack ?? e);
        }
        if (wrong === undefined) {
            passed++;
        } else if (failed++ < 20) {
            console.log(`FAIL ${name} function ${call[0]} (${call[1]}): ${wrong}; Wick ${JSON.stringify(call.slice(2))}\n  ${expected.paths[call[0]]}`);
        }
    }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
