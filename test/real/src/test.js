// A JavaScript (ES5) program for the interpreters that are themselves WebAssembly modules.
function Queue() { this.items = []; }
Queue.prototype.push = function (x) { this.items.push(x); return this; };
Queue.prototype.drain = function (f) { while (this.items.length) { f(this.items.shift()); } };

var seen = [];
new Queue().push(3).push('x').push({ a: [1, 2] }).drain(function (x) {
    seen.push(JSON.stringify(x));
});
print(seen.join(' '));

function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
print(fib(20));

var primes = [];
for (var i = 2; primes.length < 2000; i++) {
    var prime = true;
    for (var j = 0; j < primes.length && primes[j] * primes[j] <= i; j++) {
        if (i % primes[j] === 0) { prime = false; break; }
    }
    if (prime) { primes.push(i); }
}
print(primes[1999], primes.slice(0, 10).reverse().join());

var random = (function () {
    var seed = 1;
    return function () { seed = (seed * 16807) % 2147483647; return seed; };
})();
var list = [];
for (i = 0; i < 2000; i++) { list.push(random() % 10000); }
list.sort(function (a, b) { return a - b; });
print(list[0], list[1000], list[1999], list.filter(function (x) { return x % 2; }).length);

print('The year 1999 and 2024'.replace(/(\d{2})(\d{2})/g, '$2/$1'), /^(a+)+b$/.test('aaab'));
print('a,b;c'.split(/[,;]/).length, 'abc'.charCodeAt(1), 'x'.concat(1, null), parseInt('ff', 16));
print(0.1 + 0.2, 1 / 3, 1e21, -0 === 0, 5e-324, 123456789012345680000, (255).toString(2));
print((1234.5678).toFixed(2), (0.000001234).toExponential(3), Math.max(1, 3, 2), Math.round(-2.5));
print(1 << 31, -1 >>> 0, 7 & 3, ~5, NaN === NaN, typeof undefined, [] + {}, '5' * '2');

var order = [];
function risky(n) {
    try {
        order.push('try' + n);
        if (n === 1) { throw new TypeError('one'); }
        if (n === 2) { return 'returned'; }
        if (n === 3) { null.field; }
    } catch (e) {
        order.push(e.name);
        if (n === 3) { return 'caught'; }
    } finally {
        order.push('finally' + n);
    }
    return 'end';
}
print(risky(0), risky(1), risky(2), risky(3), order.join());

function deep(n) { if (n === 0) { throw { depth: 'bottom' }; } return deep(n - 1); }
var caught = 0;
for (i = 0; i < 200; i++) {
    try { deep(i % 20); } catch (e2) { if (e2.depth === 'bottom') { caught++; } }
}
print('caught', caught);

var object = { b: 1, a: { c: [true, null, 'é"\n'] }, toJSON: undefined };
print(JSON.stringify(object), JSON.stringify(JSON.parse('{"x":[1,{"y":2}]}').x[1]));
Object.defineProperty(object, 'hidden', { get: function () { return this.b + 41; } });
print(object.hidden, Object.keys(object).length, new Date(86400000 * 365).getTime());

var garbage = 0;
for (i = 0; i < 30000; i++) { var o = { n: i, s: 'v' + i, next: { n: i } }; garbage += o.next.n; }
print('garbage', garbage);
