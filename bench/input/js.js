// Objects, strings, closures, regular expressions: read from standard input by the JavaScript engine under test.
var sum = 0;
function Point(x, y) { this.x = x; this.y = y; }
Point.prototype.add = function (o) { return new Point(this.x + o.x, this.y + o.y); };
var p = new Point(0, 0);
for (var i = 0; i < 30000; i++) { p = p.add(new Point(i % 7, i % 5)); }
sum += p.x * 3 + p.y;
var words = [];
var seed = 7;
for (i = 0; i < 3000; i++) { seed = (seed * 16807) % 2147483647; words.push(seed.toString(36) + '-' + (i % 97)); }
words.sort();
var counts = {};
words.forEach(function (w) { var k = w.split('-')[1]; counts[k] = (counts[k] || 0) + w.length; });
Object.keys(counts).sort().forEach(function (k) { sum = (sum * 31 + counts[k]) % 1000000007; });
sum += words.join(',').replace(/([a-z]+)(\d+)/g, '$2$1').length;
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
sum += fib(19);
var text = JSON.stringify({ words: words.slice(0, 300), counts: counts });
for (i = 0; i < 5; i++) { sum += JSON.stringify(JSON.parse(text)).length; }
print(sum);
