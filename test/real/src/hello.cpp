// The C++ standard library under WASI: containers, algorithms, streams, strings, numbers, files.
#include <algorithm>
#include <bitset>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdio>
#include <deque>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};
struct Circle : Shape {
    double r;
    explicit Circle(double radius) : r(radius) {}
    double area() const override { return 3.0 * r * r; }
};
struct Square : Shape {
    double side;
    explicit Square(double s) : side(s) {}
    double area() const override { return side * side; }
};

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        std::cout << i << ": " << std::quoted(argv[i]) << '\n';
    }
    std::map<std::string, int> words;
    std::string word;
    while (std::cin >> word) {
        words[word]++;
    }
    std::vector<std::pair<std::string, int>> sorted(words.begin(), words.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](auto &a, auto &b) { return a.second > b.second; });
    for (size_t i = 0; i < 5 && i < sorted.size(); i++) {
        std::cout << std::setw(12) << std::left << sorted[i].first << std::setw(5) << std::right << sorted[i].second << '\n';
    }
    std::vector<std::unique_ptr<Shape>> shapes;
    shapes.push_back(std::make_unique<Circle>(2));
    shapes.push_back(std::make_unique<Square>(1.5));
    std::cout << std::accumulate(shapes.begin(), shapes.end(), 0.0, [](double s, auto &p) { return s + p->area(); }) << '\n';
    std::mt19937_64 random(42);
    std::priority_queue<uint64_t> queue;
    std::unordered_map<uint64_t, int> seen;
    for (int i = 0; i < 50000; i++) {
        const uint64_t x = random();
        queue.push(x);
        seen[x % 1009]++;
    }
    std::cout << queue.top() << ' ' << seen.size() << ' ' << seen[7] << '\n';
    std::cout << std::scientific << std::setprecision(12) << std::sqrt(2.0) << ' ' << std::pow(1.1, 100) << ' ' << std::hexfloat << 0.1
              << std::defaultfloat << ' ' << std::polar(2.0, 1.0) << '\n';
    std::variant<int, std::string, double> v = "text";
    std::optional<int> none;
    std::cout << v.index() << ' ' << std::get<std::string>(v) << ' ' << none.value_or(-1) << ' ' << std::bitset<12>(0x5a5) << '\n';
    std::smatch match;
    const std::string text = "2024-02-29T12:34:56Z";
    if (std::regex_search(text, match, std::regex(R"((\d+)-(\d+)-(\d+)T(\d+))"))) {
        std::cout << match[1] << '/' << match[2] << '/' << match[3] << ' ' << match[4] << '\n';
    }
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, 1.0 / 3).ptr;
    std::cout << std::string(digits, end) << ' ' << std::stod("6.02214076e23") << ' ' << std::hex << 255 << std::dec << '\n';
    std::deque<int> ring(10);
    std::iota(ring.begin(), ring.end(), 1);
    std::rotate(ring.begin(), ring.begin() + 3, ring.end());
    do {
        std::next_permutation(ring.begin(), ring.begin() + 5);
    } while (ring[0] != 8);
    std::copy(ring.begin(), ring.end(), std::ostream_iterator<int>(std::cout, " "));
    std::cout << '\n';
    if (argc > 1) {
        const std::string path = std::string(argv[1]) + "/cpp.txt"; // there are no file streams in libc++ for WASI
        FILE *file = std::fopen(path.c_str(), "w+");
        std::fputs("three lines\nof\ntext\n", file);
        std::rewind(file);
        std::stringstream in;
        char buffer[8];
        while (std::fgets(buffer, sizeof buffer, file) != nullptr) {
            in << buffer;
        }
        std::fclose(file);
        std::string line;
        int n = 0;
        while (std::getline(in, line)) {
            n += static_cast<int>(line.size());
        }
        std::cout << n << '\n';
    }
    return 6;
}
