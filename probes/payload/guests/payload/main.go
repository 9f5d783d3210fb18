// Ways of a payload from JavaScript into a Go program. One source for the Go compiler and TinyGo. It sets
// globalThis.wasmographGuest = {passStruct, decode, copyIn, address, peek, allocated} and stays.
package main

import (
	"encoding/json"
	"runtime"
	"syscall/js"
	"unsafe"
)

type record struct {
	ID    int     `json:"id"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

const bufferBytes = 16 << 20

var (
	buffer  []byte
	records []record
)

// passStruct(): hands a struct to JavaScript as it is. What happens then is the answer.
func passStruct(js.Value, []js.Value) interface{} {
	return js.ValueOf(record{1, "a", 2})
}

// decode(text): a struct's JSON, as whoever passes one has to do it; the number of records.
func decode(_ js.Value, args []js.Value) interface{} {
	records = nil
	if err := json.Unmarshal([]byte(args[0].String()), &records); err != nil {
		return -1
	}
	return len(records)
}

// copyIn(array): by CopyBytesToGo; the number of bytes.
func copyIn(_ js.Value, args []js.Value) interface{} {
	return js.CopyBytesToGo(buffer, args[0])
}

// address(): of the buffer in linear memory, for a view of JavaScript's own.
func address(js.Value, []js.Value) interface{} {
	return float64(uintptr(unsafe.Pointer(&buffer[0])))
}

// peek(index): a byte of the buffer as the program sees it.
func peek(_ js.Value, args []js.Value) interface{} {
	return int(buffer[args[0].Int()])
}

// allocated(): bytes that the runtime has allocated since the program began.
func allocated(js.Value, []js.Value) interface{} {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.TotalAlloc)
}

func main() {
	buffer = make([]byte, bufferBytes)
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"passStruct": js.FuncOf(passStruct),
		"decode":     js.FuncOf(decode),
		"copyIn":     js.FuncOf(copyIn),
		"address":    js.FuncOf(address),
		"peek":       js.FuncOf(peek),
		"allocated":  js.FuncOf(allocated),
	})
	select {}
}
