// The article's sample of section 4.1, as it is: one function for JavaScript.
package main

import "syscall/js"

func add(a, b int) int { return a + b }

func main() {
	js.Global().Set("add", js.FuncOf(func(this js.Value, args []js.Value) interface{} {
		return add(args[0].Int(), args[1].Int())
	}))
	select {}
}
