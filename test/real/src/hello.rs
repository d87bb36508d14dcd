// Rust's standard library under WASI: collections, traits, formatting, files, environment, panics that abort.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io::{BufRead, Read, Write};

#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Shape {
    Circle { radius: f64 },
    Polygon(Vec<(f64, f64)>),
}

trait Area {
    fn area(&self) -> f64;
}

impl Area for Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle { radius } => std::f64::consts::PI * radius * radius,
            Shape::Polygon(points) => {
                let n = points.len();
                (0..n).map(|i| points[i].0 * points[(i + 1) % n].1 - points[(i + 1) % n].0 * points[i].1).sum::<f64>() / 2.0
            }
        }
    }
}

struct Matrix([[u128; 2]; 2]);

impl std::ops::Mul for &Matrix {
    type Output = Matrix;
    fn mul(self, other: &Matrix) -> Matrix {
        let mut out = [[0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                out[i][j] = (0..2).map(|k| self.0[i][k] * other.0[k][j]).sum();
            }
        }
        Matrix(out)
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "[{} {}; {} {}]", self.0[0][0], self.0[0][1], self.0[1][0], self.0[1][1])
    }
}

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("{:?} {:?}", args, std::env::var("WICK_TEST"));
    let shapes = vec![Shape::Circle { radius: 1.5 }, Shape::Polygon(vec![(0.0, 0.0), (4.0, 0.0), (4.0, 3.0)])];
    let total: f64 = shapes.iter().map(|s| s.area()).sum();
    println!("{:?} {:.6} {:e}", shapes, total, total);
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let mut lines = 0;
    for line in std::io::stdin().lock().lines() {
        for c in line?.chars().filter(|c| c.is_alphabetic()) {
            *counts.entry(c.to_ascii_lowercase()).or_insert(0) += 1;
        }
        lines += 1;
    }
    println!("{} {:?}", lines, counts.iter().take(6).collect::<Vec<_>>());
    let mut m = Matrix([[1, 0], [0, 1]]);
    for _ in 0..180 {
        m = &m * &Matrix([[1, 1], [1, 0]]);
    }
    println!("{}", m);
    let seen: HashSet<u64> = (0..200_000u64).map(|i| i.wrapping_mul(0x9e3779b97f4a7c15) >> 44).collect();
    let index: HashMap<String, usize> = (0..1000).map(|i| (format!("key{:04}", i * 7 % 1000), i)).collect();
    println!("{} {}", seen.len(), index["key0042"]);
    println!("{:?} {:?} {:?}", "1e-7".parse::<f64>(), "x".parse::<i32>().is_err(), i32::MAX.checked_add(1));
    if let Some(dir) = args.get(0) {
        let path = format!("{}/rust.txt", dir);
        let mut file = std::fs::File::create(&path)?;
        for i in 0..1000 {
            writeln!(file, "line {} {}", i, i * i)?;
        }
        drop(file);
        let mut text = String::new();
        std::fs::File::open(&path)?.read_to_string(&mut text)?;
        println!("{} {:?}", text.len(), text.lines().last());
        std::fs::rename(&path, format!("{}/renamed.txt", dir))?;
        let mut names: Vec<_> = std::fs::read_dir(dir)?.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        println!("{:?} {:?}", names, std::fs::metadata(path).map_err(|e| e.kind()));
    }
    let boxed: Box<dyn Fn(i64) -> i64> = Box::new(move |x| x * lines as i64);
    println!("{} {}", boxed(3), (1..=20u64).product::<u64>());
    std::process::exit(5);
}
