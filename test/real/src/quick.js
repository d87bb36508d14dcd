const a=[...Array(1000).keys()].map(x=>x*x).filter(x=>x%3==1); console.log(a.length, a.reduce((x,y)=>x+y,0));
class P{ #x=1; get x(){return this.#x} static s=5 } console.log(new P().x, P.s);
function* g(){ for(let i=0;i<3;i++) yield i } console.log([...g()]);
console.log(10n**30n, 0.1+0.2, (1e21).toString(), Math.hypot(3,4), parseFloat("1.5e-7"));
try { null.x } catch(e) { console.log(e.name, e.message) }
console.log(JSON.stringify({a:[1,{b:2}]}), "x".padStart(3,"-"), /(\d+)-(?<n>\w+)/.exec("12-ab").groups.n);
let p = Promise.resolve(3).then(x=>console.log("then", x));
let s=0; for (let i=0;i<300000;i++) s=(s*31+i)|0; console.log(s);
