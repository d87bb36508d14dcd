// A program that leans on Go's run-time system: goroutines, channels, select, maps, sorting,
// regular expressions, formatting, big integers, panics, deferred calls, files and arguments.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"math/big"
	"os"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

type shape interface {
	area() float64
}

type square struct{ side float64 }
type circle struct{ radius float64 }

func (s square) area() float64 { return s.side * s.side }
func (c circle) area() float64 { return 3.14159265358979 * c.radius * c.radius }

func worker(id int, jobs <-chan int, results chan<- [2]int, wait *sync.WaitGroup) {
	defer wait.Done()
	for n := range jobs {
		steps := 0
		for m := n; m != 1; steps++ {
			if m%2 == 0 {
				m /= 2
			} else {
				m = 3*m + 1
			}
			if steps%16 == 0 {
				runtime.Gosched()
			}
		}
		results <- [2]int{n, steps}
	}
	_ = id
}

func collatz() {
	jobs := make(chan int)
	results := make(chan [2]int, 8)
	var wait sync.WaitGroup
	for i := 0; i < 10; i++ {
		wait.Add(1)
		go worker(i, jobs, results, &wait)
	}
	go func() {
		for n := 1; n <= 3000; n++ {
			jobs <- n
		}
		close(jobs)
		wait.Wait()
		close(results)
	}()
	best := [2]int{}
	total := 0
	for r := range results {
		total += r[1]
		if r[1] > best[1] {
			best = r
		}
	}
	fmt.Println("collatz:", total, "longest:", best)
}

func words() {
	text := strings.Repeat("the quick brown fox jumps over the lazy dog and the cat ", 200)
	count := map[string]int{}
	for _, w := range regexp.MustCompile(`[a-z]+`).FindAllString(text, -1) {
		count[w]++
	}
	keys := make([]string, 0, len(count))
	for k := range count {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if count[keys[i]] != count[keys[j]] {
			return count[keys[i]] > count[keys[j]]
		}
		return keys[i] < keys[j]
	})
	for _, k := range keys[:4] {
		fmt.Printf("%-6s %4d\n", k, count[k])
	}
	date := regexp.MustCompile(`(\d{4})-(\d\d)-(\d\d)`)
	fmt.Println(date.ReplaceAllString("from 2021-03-04 to 2022-11-30", "$3/$2/$1"))
}

func failures() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	list := []int{1, 2, 3}
	index := len(os.Args) + 10
	fmt.Println(list[index])
	return errors.New("not reached")
}

func garbage() {
	type node struct {
		next *node
		data [64]byte
	}
	sum := 0
	for round := 0; round < 50; round++ {
		var head *node
		for i := 0; i < 1000; i++ {
			head = &node{next: head}
			head.data[i%64] = byte(i)
		}
		for n := head; n != nil; n = n.next {
			sum += int(n.data[7])
		}
	}
	runtime.GC()
	fmt.Println("garbage:", sum)
}

func timers() {
	ticks := 0
	ticker := time.NewTicker(2 * time.Millisecond)
	timeout := time.After(2 * time.Second)
	for ticks < 5 {
		select {
		case <-ticker.C:
			ticks++
		case <-timeout:
			fmt.Println("timeout")
			return
		}
	}
	ticker.Stop()
	fmt.Println("ticks:", ticks)
}

func input() {
	lines, sum := 0, uint32(0)
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		lines++
		sum = crc32.Update(sum, crc32.IEEETable, scanner.Bytes())
	}
	fmt.Printf("input: %d lines, crc %08x\n", lines, sum)
}

func main() {
	collatz()
	words()
	f := big.NewInt(1)
	for i := int64(2); i <= 60; i++ {
		f.Mul(f, big.NewInt(i))
	}
	fmt.Println("60! =", f)
	for _, s := range []shape{square{2}, circle{1.5}} {
		fmt.Printf("%T %.4f %g\n", s, s.area(), s.area()/3)
	}
	fmt.Println(failures())
	garbage()
	timers()
	input()
	if len(os.Args) > 1 {
		data, err := os.ReadFile(os.Args[1])
		fmt.Println(len(data), err)
		err = os.WriteFile(os.Args[1]+".out", []byte(strings.ToUpper(string(data))), 0o644)
		fmt.Println(err)
		entries, err := os.ReadDir("/t")
		fmt.Println(len(entries) > 0, err)
		_, err = os.ReadFile("/t/none")
		fmt.Println(errors.Is(err, os.ErrNotExist))
	}
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(7)
}
