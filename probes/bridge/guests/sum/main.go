// Takes payloads that JavaScript hands over, and answers with their sum: the same work whatever way they came. One source for
// the Go compiler and TinyGo. It sets globalThis.wasmographGuest = {sum} and stays.
package main

import "syscall/js"

var buffer []byte

// sum(array): copies the Uint8Array into the guest's memory and adds its bytes.
func sum(_ js.Value, args []js.Value) interface{} {
	length := args[0].Get("length").Int()
	if cap(buffer) < length {
		buffer = make([]byte, length)
	}
	buffer = buffer[:length]
	js.CopyBytesToGo(buffer, args[0])
	total := 0
	for _, b := range buffer {
		total += int(b)
	}
	return total
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{"sum": js.FuncOf(sum)})
	select {}
}
