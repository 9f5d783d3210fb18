// What probe segments compares with: a program without the arrays.
package main

import "syscall/js"

var sum int

func onTouch(_ js.Value, args []js.Value) interface{} {
	sum += args[0].Int()
	return sum
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{"touch": js.FuncOf(onTouch)})
	select {}
}
