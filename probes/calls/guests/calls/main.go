// Calls from JavaScript into a Go program, with so many arguments; and what goroutines can do there. One source for the Go compiler
// and TinyGo, which exports functions beside. It sets globalThis.wasmographGuest = {add, channels, selects} and stays.
package main

import "syscall/js"

// add(…): the sum of its arguments, each converted like the article's args[0].Int().
func add(_ js.Value, args []js.Value) interface{} {
	sum := 0
	for _, arg := range args {
		sum += arg.Int()
	}
	return sum
}

// channels(n): n numbers there and back between two goroutines over unbuffered channels; their sum.
func channels(n int) int {
	there, back := make(chan int), make(chan int)
	go func() {
		for number := range there {
			back <- number + 1
		}
		close(back)
	}()
	sum := 0
	for i := 0; i < n; i++ {
		there <- i
		sum += <-back
	}
	close(there)
	return sum
}

// selects(n): numbers from two goroutines by select; how many came.
func selects(n int) int {
	left, right, done := make(chan int), make(chan int), make(chan bool)
	send := func(to chan int) {
		for i := 0; i < n; i++ {
			to <- i
		}
		done <- true
	}
	go send(left)
	go send(right)
	count := 0
	for ended := 0; ended < 2; {
		select {
		case <-left:
			count++
		case <-right:
			count++
		case <-done:
			ended++
		}
	}
	return count
}

// A promise of what a goroutine of its own returns: only there may it block.
func promise(do func() int) interface{} {
	return js.Global().Get("Promise").New(js.FuncOf(func(_ js.Value, resolvers []js.Value) interface{} {
		resolve := resolvers[0]
		go func() { resolve.Invoke(do()) }()
		return nil
	}))
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"add": js.FuncOf(add),
		"channels": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			n := args[0].Int()
			return promise(func() int { return channels(n) })
		}),
		"selects": js.FuncOf(func(_ js.Value, args []js.Value) interface{} {
			n := args[0].Int()
			return promise(func() int { return selects(n) })
		}),
	})
	select {}
}
