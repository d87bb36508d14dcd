// validate.mjs FILE... - the verdicts that `mutant_test -w FILE` wrote against V8's. What is explained (doc/load.md) is counted
// apart by its reason. Ends with `N passed, N failed`.
import fs from 'node:fs';

// What V8 refuses and Wick takes: limits of V8, and one encoding of exceptions in a module.
const stricter = [/mix of legacy and new/, /maximum|exceed|larger than|too large|> limit|upper bound|implementation limit/];
// What V8 takes and Wick refuses: unreachable code that the standard types and V8 does not.
const laxer = [/ref\.eq/, /br_on_non_null/, /select/, /element segment|constant expression/];

function why(bytes) {
    try {
        new WebAssembly.Module(bytes);
        return '';
    } catch (e) {
        return String(e.message);
    }
}

let passed = 0;
let failed = 0;
const explained = new Map();
for (const name of process.argv.slice(2)) {
    const file = fs.readFileSync(name);
    for (let at = 0; at + 12 <= file.length;) {
        const size = file.readUInt32LE(at);
        const isValid = file.readUInt32LE(at + 4) === 1;
        const length = file.readUInt32LE(at + 8);
        const bytes = file.subarray(at + 12, at + 12 + size);
        const text = file.toString('latin1', at + 12 + size, at + 12 + size + length);
        at += 12 + size + length;
        if (WebAssembly.validate(bytes) === isValid) {
            passed++;
            continue;
        }
        const message = isValid ? why(bytes) : text;
        const reason = (isValid ? stricter : laxer).find((r) => r.test(message));
        if (reason) {
            const key = `${isValid ? 'V8 alone refuses' : 'V8 alone accepts'} ${reason.source}`;
            explained.set(key, (explained.get(key) ?? 0) + 1);
        } else {
            failed++;
            if (failed <= 20) {
                console.log(`FAIL ${isValid ? 'V8 refuses' : 'V8 accepts, Wick says'}: ${message}`);
                fs.writeFileSync(`${name}.${failed}.wasm`, bytes);
            }
        }
    }
}
for (const [key, n] of explained) {
    console.log(`${n}: ${key}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
