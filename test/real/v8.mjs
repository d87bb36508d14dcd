// Runs a WASI command under V8 with the command line of `wick run`, as the oracle of run.sh.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const unused = ['--fuel', '--timeout', '--max-memory', '--engine', '--features'];
const args = process.argv.slice(2);
if (args[0] === 'run') {
    args.shift();
}
const preopens = {};
const env = {};
let argv0 = null;
while (args.length > 0 && args[0].startsWith('--')) {
    const option = args.shift();
    const value = args.shift();
    if (option === '--dir' || option === '--ro-dir') {
        const at = value.indexOf('::');
        preopens[at < 0 ? value : value.slice(at + 2)] = at < 0 ? value : value.slice(0, at);
    } else if (option === '--env') {
        const at = value.indexOf('=');
        env[value.slice(0, at)] = value.slice(at + 1);
    } else if (option === '--argv0') {
        argv0 = value;
    } else if (!unused.includes(option)) {
        console.error(`v8.mjs: unknown option ${option}`);
        process.exit(2);
    }
}
const file = args.shift();
const wasi = new WASI({
    version: 'preview1',
    args: [argv0 ?? file, ...args],
    env,
    preopens,
    returnOnExit: true,
});
let status = 134;
try {
    const module = await WebAssembly.compile(readFileSync(file));
    const imports = wasi.getImportObject();
    imports.env = { emscripten_notify_memory_growth() {} };
    const instance = await WebAssembly.instantiate(module, imports);
    status = wasi.start(instance);
} catch (error) {
    console.error(`v8.mjs: ${error}`);
}
process.exit(status);
