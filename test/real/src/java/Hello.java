import java.math.BigInteger;
import java.util.*;
import java.util.function.*;
import java.util.regex.*;
import java.util.stream.*;

public class Hello {
    sealed interface Shape permits Circle, Box, Group {}
    record Circle(double r) implements Shape {}
    record Box(double w, double h) implements Shape {}
    record Group(List<Shape> parts) implements Shape {}

    static double area(Shape s) {
        if (s instanceof Circle c) return Math.PI * c.r() * c.r();
        if (s instanceof Box b) return b.w() * b.h();
        double sum = 0;
        for (Shape p : ((Group) s).parts()) sum += area(p);
        return sum;
    }

    static class Parser {
        final String text; int at;
        Parser(String text) { this.text = text; }
        long expression() {
            long v = term();
            while (at < text.length() && (peek() == '+' || peek() == '-')) {
                char op = text.charAt(at++);
                long w = term();
                v = op == '+' ? v + w : v - w;
            }
            return v;
        }
        long term() {
            long v = factor();
            while (at < text.length() && (peek() == '*' || peek() == '/')) {
                char op = text.charAt(at++);
                long w = factor();
                if (op == '/' && w == 0) throw new ArithmeticException("division by zero at " + at);
                v = op == '*' ? v * w : v / w;
            }
            return v;
        }
        long factor() {
            if (peek() == '(') { at++; long v = expression(); expect(')'); return v; }
            int from = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) at++;
            if (from == at) throw new IllegalStateException("number expected at " + at);
            return Long.parseLong(text.substring(from, at));
        }
        char peek() { return at < text.length() ? text.charAt(at) : '\0'; }
        void expect(char c) { if (peek() != c) throw new IllegalStateException(c + " expected at " + at); at++; }
    }

    static abstract class Node { abstract int eval(int[] env); }
    static class Num extends Node { int v; Num(int v) { this.v = v; } int eval(int[] e) { return v; } }
    static class Var extends Node { int i; Var(int i) { this.i = i; } int eval(int[] e) { return e[i]; } }
    static class Bin extends Node {
        IntBinaryOperator f; Node l, r;
        Bin(IntBinaryOperator f, Node l, Node r) { this.f = f; this.l = l; this.r = r; }
        int eval(int[] e) { return f.applyAsInt(l.eval(e), r.eval(e)); }
    }

    static int queens(int n, int row, int cols, int d1, int d2) {
        if (row == n) return 1;
        int count = 0;
        for (int free = ((1 << n) - 1) & ~(cols | d1 | d2); free != 0; free &= free - 1) {
            int bit = free & -free;
            count += queens(n, row + 1, cols | bit, (d1 | bit) << 1, (d2 | bit) >> 1);
        }
        return count;
    }

    static int depth(int n) {
        if (n % 7 == 3) throw new RuntimeException("deep " + n);
        try {
            return 1 + depth(n + 1);
        } catch (IllegalStateException never) {
            return -1;
        } finally {
            counter++;
        }
    }
    static int counter;

    public static void main(String[] args) {
        Map<String, Integer> words = new HashMap<>();
        String text = "the quick brown fox jumps over the lazy dog while the other fox sleeps and the dog snores";
        for (String w : text.split(" ")) words.put(w, words.getOrDefault(w, 0) + 1);
        System.out.println(new TreeMap<>(words));
        System.out.println(area(new Group(List.of(new Circle(1), new Box(2, 3.5), new Group(List.of(new Circle(.5)))))));
        for (String e : new String[] {"1+2*(3+4)-5", "10/(5-5)", "(1+2", "7*7*7*7*7*7*7*7*7*7", ""}) {
            try {
                System.out.println(e + " = " + new Parser(e).expression());
            } catch (ArithmeticException | IllegalStateException x) {
                System.out.println(e + ": " + x.getMessage());
            }
        }
        BigInteger f = BigInteger.ONE;
        for (int i = 2; i <= 60; i++) f = f.multiply(BigInteger.valueOf(i));
        System.out.println(f + " " + f.mod(BigInteger.valueOf(1000003)) + " " + f.bitLength());
        List<Integer> list = new ArrayList<>();
        long seed = 12345;
        for (int i = 0; i < 20000; i++) { seed = seed * 6364136223846793005L + 1442695040888963407L; list.add((int) (seed >>> 33) % 100000); }
        Collections.sort(list);
        System.out.println(list.get(0) + " " + list.get(10000) + " " + list.get(19999) + " " + list.hashCode());
        System.out.println(list.stream().filter(x -> x % 3 == 0).mapToLong(x -> (long) x * x).sum());
        System.out.println(IntStream.rangeClosed(1, 12).mapToObj(i -> Integer.toHexString(i * i * 1234567)).collect(Collectors.joining(",")));
        { TreeMap<Integer, List<Integer>> g = list.stream().limit(60).collect(Collectors.groupingBy(x -> x % 5, TreeMap::new, Collectors.toList())); System.out.println(g); }
        Matcher m = Pattern.compile("(\\w+)@(\\w+)\\.(com|org)").matcher("mail bob@example.com, amy@site.org; not@this.net");
        while (m.find()) System.out.println(m.group(1) + " at " + m.group(2) + " in " + m.group(3));
        Node n = new Num(1);
        for (int i = 0; i < 40; i++) n = i % 3 == 0 ? new Bin((a, b) -> a * 31 + b, n, new Var(i % 4)) : i % 3 == 1 ? new Bin((a, b) -> a ^ b, n, new Num(i)) : new Bin((a, b) -> a + b, n, new Var(1));
        int acc = 0;
        for (int i = 0; i < 3000; i++) acc = acc * 17 + n.eval(new int[] {i, acc, i ^ acc, 7});
        System.out.println(acc);
        System.out.println(queens(9, 0, 0, 0, 0));
        try { depth(4); } catch (RuntimeException x) { System.out.println(x.getMessage() + " " + counter); }
        try { Object o = new Object[] {1, "text"}[list.size() & 1 ^ 1]; Integer i = (Integer) o; System.out.println(i + 1); } catch (ClassCastException x) { System.out.println("cast"); }
        try { int[] a = new int[3]; a[list.size()] = 1; } catch (ArrayIndexOutOfBoundsException x) { System.out.println("bounds"); }
        try { String s = list.isEmpty() ? "" : null; System.out.println(s.length()); } catch (NullPointerException x) { System.out.println("null"); }
        double[][] a = new double[60][60], b = new double[60][60];
        for (int i = 0; i < 60; i++) for (int j = 0; j < 60; j++) { a[i][j] = (i * 7 + j * 3) % 11 / 3.0; b[i][j] = (i + j * 5) % 13 / 7.0; }
        double trace = 0;
        for (int i = 0; i < 60; i++) for (int j = 0; j < 60; j++) { double s = 0; for (int k = 0; k < 60; k++) s += a[i][k] * b[k][j]; if (i == j) trace += s; }
        System.out.println(trace);
        StringBuilder sb = new StringBuilder();
        for (int i = 0; i < 2000; i++) sb.append((char) ('a' + (i * i) % 26));
        System.out.println(sb.reverse().substring(0, 40) + " " + sb.toString().hashCode());
        System.out.println((float) 1 / 3 + " " + 1e300 * 1e10 + " " + 0.1 + " " + 123456789.125f + " " + Long.MIN_VALUE + " " + (int) Double.NaN + " " + Double.MIN_VALUE);
        System.out.println("\u00e4\u00f6\u00fc \u4f60\u597d \ud83d\ude00".length());
        PriorityQueue<long[]> queue = new PriorityQueue<>((x, y) -> Long.compare(x[0], y[0]));
        long[] dist = new long[500];
        Arrays.fill(dist, Long.MAX_VALUE);
        dist[0] = 0; queue.add(new long[] {0, 0});
        while (!queue.isEmpty()) {
            long[] top = queue.poll();
            int u = (int) top[1];
            if (top[0] != dist[u]) continue;
            for (int k = 1; k <= 5; k++) {
                int v = (u * k + k * k + 1) % 500; long d = top[0] + (u * 13 + k * 7) % 29 + 1;
                if (d < dist[v]) { dist[v] = d; queue.add(new long[] {d, v}); }
            }
        }
        long total = 0; for (long d : dist) if (d != Long.MAX_VALUE) total += d;
        System.out.println(total);
        Iterator<Integer> it = new LinkedList<>(list.subList(0, 100)).descendingIterator();
        int h = 0; while (it.hasNext()) h = h * 31 + it.next();
        System.out.println(h);
    }
}
