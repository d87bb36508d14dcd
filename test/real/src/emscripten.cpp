// C++ whose control flow is exceptions: thrown through frames with destructors, caught by type, by base class, by
// everything, rethrown, carried in exception_ptr, thrown while another is handled, out of constructors and callbacks.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

static int alive;

struct Guard {
    std::string name;
    explicit Guard(std::string n) : name(std::move(n)) { alive++; }
    Guard(const Guard &other) : name(other.name) { alive++; }
    ~Guard() {
        alive--;
        std::printf("~%s ", name.c_str());
    }
};

struct Base : std::runtime_error {
    using std::runtime_error::runtime_error;
    virtual int code() const { return 1; }
};

struct Derived : Base {
    int number;
    Derived(const std::string &text, int n) : Base(text), number(n) {}
    int code() const override { return number; }
};

struct Big {
    double values[40];
    Big() { std::fill(values, values + 40, 2.5); }
};

static void thrower(int kind, int depth) {
    Guard guard("g" + std::to_string(depth));
    if (depth > 0) {
        thrower(kind, depth - 1);
        return;
    }
    switch (kind % 9) {
    case 0: throw 42;
    case 1: throw std::string("text");
    case 2: throw Derived("derived", 7);
    case 3: throw Base("base");
    case 4: throw Big();
    case 5: throw std::unique_ptr<int>(new int(5));
    case 6: std::vector<int>(3).at(10); break;
    case 7: throw "literal";
    default: std::string("abc").substr(9); break;
    }
}

static std::string describe(int kind) {
    std::ostringstream out;
    try {
        thrower(kind, kind % 4);
        out << "nothing";
    } catch (int n) {
        out << "int " << n;
    } catch (const std::string &text) {
        out << "string " << text;
    } catch (Derived &e) {
        out << "Derived " << e.what() << ' ' << e.code();
    } catch (const Base &e) {
        out << "Base " << e.what() << ' ' << e.code();
    } catch (const Big &big) {
        double sum = 0;
        for (double v : big.values) {
            sum += v;
        }
        out << "Big " << sum;
    } catch (std::unique_ptr<int> &p) {
        out << "unique " << *p;
    } catch (const std::out_of_range &e) {
        out << "out_of_range";
    } catch (...) {
        out << "something";
    }
    return out.str();
}

static void rethrows(int n) {
    try {
        if (n == 0) {
            throw Derived("bottom", 99);
        }
        rethrows(n - 1);
    } catch (const Base &e) {
        Guard guard("r" + std::to_string(n));
        if (n % 3 == 0) {
            throw;
        }
        throw Derived(std::string(e.what()) + "+" + std::to_string(n), e.code() + n);
    }
}

static std::exception_ptr kept(int kind) {
    try {
        thrower(kind, 1);
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

struct Member {
    Guard first;
    Guard second;
    explicit Member(bool fail) : first("first"), second("second") {
        if (fail) {
            throw std::logic_error("constructor");
        }
    }
};

static long work(int rounds) {
    long sum = 0;
    for (int i = 0; i < rounds; i++) {
        try {
            if (i % 3 == 0) {
                throw i;
            }
            if (i % 7 == 0) {
                throw static_cast<long>(i);
            }
            sum += 1;
        } catch (int n) {
            sum += n;
        } catch (long n) {
            sum -= n;
        }
    }
    return sum;
}

int main(int argc, char **argv) {
    for (int kind = 0; kind < 9; kind++) {
        std::string said = describe(kind);
        std::printf("| %s\n", said.c_str());
    }
    try {
        rethrows(10);
    } catch (const Derived &e) {
        std::printf("| %s %d\n", e.what(), e.code());
    }
    for (int kind = 0; kind < 3; kind++) {
        std::exception_ptr p = kept(kind);
        std::exception_ptr q = p;
        try {
            std::rethrow_exception(q);
        } catch (const std::exception &e) {
            std::printf("| kept %s\n", e.what());
        } catch (...) {
            std::printf("| kept another\n");
        }
    }
    try {
        Member member(argc > 0);
    } catch (const std::logic_error &e) {
        std::printf("| %s\n", e.what());
    }
    try {
        try {
            throw Base("outer");
        } catch (const Base &) {
            std::throw_with_nested(std::runtime_error("nested"));
        }
    } catch (const std::exception &e) {
        std::printf("| %s of ", e.what());
        try {
            std::rethrow_if_nested(e);
        } catch (const std::exception &inner) {
            std::printf("%s\n", inner.what());
        }
    }
    std::map<std::string, std::function<int(int)>> table;
    table["half"] = [](int n) { return n % 2 ? throw std::domain_error("odd") : n / 2; };
    table["neg"] = [](int n) { return -n; };
    for (const char *name : {"half", "neg", "none"}) {
        for (int n = 3; n < 5; n++) {
            try {
                std::printf("| %s %d = %d\n", name, n, table.at(name)(n));
            } catch (const std::domain_error &e) {
                std::printf("| %s %d: %s\n", name, n, e.what());
            } catch (const std::exception &e) {
                std::printf("| %s: absent\n", name);
            }
        }
    }
    std::vector<int> numbers = {5, 3, 9, 1, 7, 2};
    try {
        int compared = 0;
        std::sort(numbers.begin(), numbers.end(), [&](int a, int b) {
            if (++compared == 6) {
                throw compared;
            }
            return a < b;
        });
    } catch (int n) {
        std::printf("| sort stopped after %d\n", n);
    }
    try {
        (void)std::stoi("12x45zz9999999999999");
        (void)std::stoi("99999999999999");
    } catch (const std::out_of_range &) {
        std::printf("| out of range\n");
    }
    try {
        Base *p = argc > 100 ? new Derived("x", 1) : nullptr;
        std::printf("%s\n", typeid(*p).name());
    } catch (const std::bad_typeid &) {
        std::printf("| bad_typeid\n");
    }
    try {
        Base base("b");
        (void)dynamic_cast<Derived &>(base);
    } catch (const std::bad_cast &) {
        std::printf("| bad_cast\n");
    }
    std::printf("| work %ld, alive %d\n", work(50000), alive);
    for (int i = 1; i < argc; i++) {
        std::printf("| %s\n", argv[i]);
    }
    std::fflush(stdout);
    return argc;
}
